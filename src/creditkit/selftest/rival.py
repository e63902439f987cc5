"""The rival: plain schemathesis on the same deviations, for a kill rate to stand beside ours.

Plain means its command line, its defaults and its own checks, with nothing of ours: no hooks, no aim, no
gate. It gets the contract, the token of staff as a header, one seed, and `EXAMPLES` made-up requests for each
operation and phase. Its runs differ from one another, and some of its checks fail on the honest mock: they
ask for more than the contract says, and where they fail is a matter of luck. So it is first run on the honest
mock, `BASELINES` times, and what it finds there proves nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from creditkit.contract import API
from creditkit.deviations import Deviation
from creditkit.errors import DeploymentError

from .bench import Bench

EXAMPLES = 20
"""Requests that it makes up for each operation and phase."""
BASELINES = 6
"""Runs on the honest mock, whose findings prove nothing."""
SEED = 1

_PATIENCE = 300.0
_FINISHED = (0, 1)


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of schemathesis: on a deviation, or on the honest mock where `deviation` is empty.

    `findings` are `operation code`, such as `GET /api/customer-credits/ ST108`; what it tells as an error of
    the run and not as a failure, such as an answer that does not come, is `the run ERROR`.
    """

    deviation: str
    findings: frozenset[str]
    seconds: float


def settings() -> str:
    """What a trial is run with; results of other settings are no part of the same comparison."""
    return f"schemathesis {version('schemathesis')}, seed {SEED}, {EXAMPLES} examples"


def try_out(bench: Bench, deviation: Deviation | None) -> Trial:
    """Let schemathesis loose on the mock; raises DeploymentError if it could not do its work."""
    begin = time.perf_counter()
    bench.show(*([deviation.shown] if deviation is not None and deviation.shown is not None else ()))
    with TemporaryDirectory(prefix="creditkit-rival-") as name, as_file(API) as contract:
        folder = Path(name)
        (folder / "schemathesis.toml").touch()  # none of ours, and none of whoever runs this
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml"),
            *("run", str(contract), f"--url={bench.target.url}"),
            *(f"--seed={SEED}", f"--max-examples={EXAMPLES}", "--generation-database=none"),
            *("-H", f"Authorization: Token {bench.target.tokens['staff']}"),
            *("--report=json", "--report-json-path=report.json"),
        ]
        try:
            done = subprocess.run(  # noqa: S603 - our own command line
                command,
                cwd=folder,
                env={**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": _storage().name},
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DeploymentError(f"schemathesis was not done after {_PATIENCE:g} s") from None
        report = folder / "report.json"
        if done.returncode not in _FINISHED or not report.exists():
            raise DeploymentError(f"schemathesis could not do its work: {done.stdout[-300:]}")
        found = _findings(json.loads(report.read_text(encoding="utf-8")))
    return Trial(deviation.id if deviation is not None else "", found, time.perf_counter() - begin)


@cache
def _storage() -> TemporaryDirectory[str]:
    """Where Hypothesis keeps its tables of characters, which take a second to make; it keeps no examples."""
    return TemporaryDirectory(prefix="creditkit-rival-")


def _findings(document: Mapping[str, Any]) -> frozenset[str]:
    found = {
        f"{operation} {failure['code']}"
        for failure in document["failures"]
        for operation in failure["operations"]
    }
    return frozenset(found | ({"the run ERROR"} if document["errors"] else set()))
