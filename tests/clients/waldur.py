"""Waldur's Python client, in one release of it: the calls of the documented snippets (`python_driver.py`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .processes import ROOT, Call, absent

_DRIVER = Path(__file__).parent / "python_driver.py"


@contextmanager
def connect(url: str, token: str, release: str) -> Iterator[Call]:
    """The client of a release, logged in. It raises for any status but the documented one."""
    folder = ROOT / ".cache" / "clients" / f"waldur-{release}"
    if not folder.is_dir():
        absent(f"waldur-api-client {release} is put into {folder.relative_to(ROOT)} by `make test`")
    driver = subprocess.Popen(
        [sys.executable, str(_DRIVER), url, token],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(folder)},
        text=True,
    )
    with driver:
        assert driver.stdin is not None
        assert driver.stdout is not None
        assert driver.stderr is not None
        requests, results, complaints = driver.stdin, driver.stdout, driver.stderr

        def call(operation: str, uuid: str, customer: str) -> Any:
            print(json.dumps([operation, uuid, customer]), file=requests, flush=True)
            result = results.readline()
            assert result, complaints.read()
            return json.loads(result)

        yield call
