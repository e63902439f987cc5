"""schemathesis against a running mock: all phases, all checks, and proof that it got past the front door."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from creditkit.store import default_seed_path

Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def wide_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default world with 200 more customers: one that has a credit already is of no use for a create."""
    default = default_seed_path().read_text(encoding="utf-8")
    head, section, rest = default.partition("\ncustomers:\n")
    spare = "".join(f"  - {{key: spare-{number}, name: Spare {number}}}\n" for number in range(200))
    seed = tmp_path_factory.mktemp("worlds") / "wide.yaml"
    seed.write_text(head + section + spare + rest, encoding="utf-8")
    return seed


def fuzz(mock: Any, folder: Path, seed: int, examples: int) -> dict[str, Any]:
    """The report of one run; it fails with what schemathesis printed if a check did."""
    report = folder / "report.json"
    done = subprocess.run(
        [
            Path(sys.executable).parent / "st",
            "--config-file",
            str(files("creditkit.conformance") / "schemathesis.toml"),
            "run",
            str(files("creditkit") / "openapi.yaml"),
            f"--url={mock.url}",
            f"--seed={seed}",
            f"--max-examples={examples}",
            "--report=json",
            f"--report-json-path={report}",
        ],
        cwd=folder,
        env={
            **os.environ,
            "CREDITKIT_TOKEN": mock.token,
            "SCHEMATHESIS_HOOKS": "creditkit.conformance.hooks",
        },
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    document: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_check_fails(seed: int, serve: Serve, wide_world: Path, tmp_path: Path) -> None:
    with serve("--seed", str(wide_world)) as mock:
        report = fuzz(mock, tmp_path, seed, examples=25)
    phases = {name: phase["status"] for name, phase in report["phases"].items()}
    assert phases == dict.fromkeys(("examples", "coverage", "fuzzing", "stateful"), "success")
    assert report["operations"]["tested"] == 10
    # A run in which everything was refused or not found would be as green.
    for operation, rates in report["valid_rates"].items():
        accepted = sum(phase["accepted"] for phase in rates.values())
        assert accepted >= 10, f"{operation}: {rates}"


@pytest.mark.soak
@pytest.mark.parametrize("seed", [101, 102, 103])
def test_no_check_fails_in_a_long_run(seed: int, serve: Serve, wide_world: Path, tmp_path: Path) -> None:
    with serve("--seed", str(wide_world)) as mock:
        fuzz(mock, tmp_path, seed, examples=500)
