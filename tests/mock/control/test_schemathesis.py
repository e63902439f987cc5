"""schemathesis against the control API of a running mock: no check fails, and it got past the front door."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

Serve = Callable[..., AbstractContextManager[Any]]

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")

NEEDS_A_NAME = {
    "DELETE /_mock/snapshots/{name}",
    "POST /_mock/snapshots/{name}/restore",
    "DELETE /_mock/worlds/{name}",
    "GET /_mock/journal/{number}",
}
"""What can only be accepted for something that is there."""


def fuzz(mock: Any, folder: Path, *options: str) -> dict[str, Any]:
    """One run, which must find nothing; its report."""
    report = folder / "report.json"
    program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)]
    contract = f"{mock.url}/_mock/control.json"
    done = subprocess.run(
        [*program, "run", contract, "--url", mock.url, "--report-json-path", str(report), *options],
        capture_output=True,
        text=True,
        timeout=500,
        cwd=folder,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    assert found["failures"] == found["errors"] == []
    return found


def test_no_check_fails(serve: Serve, tmp_path: Path) -> None:
    with serve() as mock:
        report = fuzz(mock, tmp_path, "--phases", "examples,fuzzing", "--seed", "1", "--max-examples", "1")
    assert report["operations"]["tested"] == report["operations"]["total"] - 1
    # A run in which everything was refused or not found would be as green.
    accepted = {
        operation
        for operation, phases in report["valid_rates"].items()
        if any(phase["accepted"] for phase in phases.values())
    }
    assert report["valid_rates"].keys() - accepted <= NEEDS_A_NAME


@pytest.mark.soak
@pytest.mark.parametrize("seed", ["101", "102"])
def test_no_check_fails_in_a_long_run(seed: str, serve: Serve, tmp_path: Path) -> None:
    with serve() as mock:
        report = fuzz(mock, tmp_path, "--seed", seed, "--max-examples", "50")
    assert {phase["status"] for phase in report["phases"].values()} == {"success"}
