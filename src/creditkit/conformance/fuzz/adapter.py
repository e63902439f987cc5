"""The adapter: the only module that knows schemathesis' command line and report.

Only documented interfaces: `st run` with a configuration file, the hooks module, and the JSON report. The
release is pinned, since its generators and report change between releases.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from creditkit.contract import API
from creditkit.errors import DeploymentError, UsageError

RELEASE = "4.32"

_FINISHED = (0, 1)
_READ_ONLY = """
# Nothing that could change a record is sent.
[phases.coverage]
unexpected-methods = []
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What schemathesis said at the end of a run.

    `failures` are the titles of the failed checks by code. `phases` tells how each phase ended.
    `valid_rates` tells by operation (`POST /api/…`) and phase how many valid requests were accepted.
    """

    seed: int
    cases: int
    tested: int
    failures: Mapping[str, str]
    phases: Mapping[str, str]
    valid_rates: Mapping[str, Mapping[str, Mapping[str, int]]]


def installed() -> None:
    """Raises UsageError, with a hint, unless the right schemathesis is installed."""
    how = f'pip install "schemathesis=={RELEASE}.*", or "creditkit[check]", which asks for it'
    try:
        found = version("schemathesis")
    except PackageNotFoundError:
        raise UsageError("fuzzing needs schemathesis, which is not installed", how) from None
    if not found.startswith(f"{RELEASE}."):
        raise UsageError(f"fuzzing needs schemathesis {RELEASE}, and {found} is installed", how)


def run(url: str, desk: str, *, seed: int, examples: int, writes: bool, timeout: float) -> Report:
    """Run schemathesis against a gate; raises DeploymentError if that failed.

    `examples` is how many requests it makes up for each operation and phase. What it leaves behind in files
    goes with the temporary folder in which it runs.
    """
    installed()
    with TemporaryDirectory(prefix="creditkit-fuzz-") as name, as_file(API) as contract:
        folder = Path(name)
        config = (files(__package__) / "schemathesis.toml").read_text(encoding="utf-8")
        (folder / "schemathesis.toml").write_text(config + ("" if writes else _READ_ONLY), encoding="utf-8")
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml"),
            *("run", str(contract), f"--url={url}", f"--seed={seed}", f"--max-examples={examples}"),
            *("--report=json", "--report-json-path=report.json", "--continue-on-failure"),
            *([] if writes else ["--include-method=GET", "--include-method=HEAD"]),
        ]
        printed = _printed(command, folder, desk, timeout)
        return _report(folder / "report.json", printed)


def _printed(command: list[str], folder: Path, desk: str, timeout: float) -> str:
    """The output of the process, which never outlives this call."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.upper().startswith("CREDITKIT_")},
        "CREDITKIT_FUZZ_DESK": desk,
        "SCHEMATHESIS_HOOKS": f"{__package__}.hooks",
        "NO_PROXY": "*",
        "no_proxy": "*",
    }
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise DeploymentError(
            f"fuzzing was not done after {timeout:g} s",
            "the deployment may be slow; --mode write does without fuzzing",
        ) from None
    finally:
        process.kill()
        process.wait()
    if process.returncode not in _FINISHED:
        raise DeploymentError(f"schemathesis could not do its work: {_last_words(printed)}")
    return printed


def _report(path: Path, printed: str) -> Report:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise DeploymentError(f"schemathesis left no report: {_last_words(printed)}") from None
    if document["errors"]:
        raise DeploymentError(f"schemathesis could not do its work: {document['errors'][0]}")
    return Report(
        seed=document["seed"],
        cases=document["test_cases"]["generated"],
        tested=document["operations"]["tested"],
        failures={failure["code"]: failure["title"] for failure in document["failures"]},
        phases={name: phase["status"] for name, phase in document["phases"].items()},
        valid_rates=document["valid_rates"],
    )


def _last_words(printed: str) -> str:
    return " ".join(printed.split())[-400:]
