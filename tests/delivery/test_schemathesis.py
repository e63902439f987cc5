"""schemathesis against a running mock: all its phases and checks pass, with requests that succeed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from creditkit.conformance.asking import Client, Guard, Lab, Mode, OwnershipJournal, Target
from creditkit.conformance.fuzz import Report, explore
from creditkit.contract import API, load
from creditkit.store import default_seed_path

Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def wide_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default world with 200 more customers, because a create needs one without a credit."""
    default = default_seed_path().read_text(encoding="utf-8")
    head, section, rest = default.partition("\ncustomers:\n")
    spare = "".join(f"  - {{key: spare-{number}, name: Spare {number}}}\n" for number in range(200))
    seed = tmp_path_factory.mktemp("worlds") / "wide.yaml"
    seed.write_text(head + section + spare + rest, encoding="utf-8")
    return seed


def fuzz(mock: Any, folder: Path, seed: int, examples: int) -> Report:
    """The report of one run; it fails with what the checks found."""
    target = Target(mock.url, {"staff": mock.token})
    journal = OwnershipJournal(folder / "journal.jsonl", target.url)
    with Client(target, Guard(Mode.FULL)) as client:
        lab = Lab(target, load(API), client, journal)
        findings, report = explore(lab, journal, writes=True, seed=seed, examples=examples)
    assert findings == []
    assert report.failures == {}
    return report


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in (2, 3))])
def test_no_check_fails(seed: int, serve: Serve, wide_world: Path, tmp_path: Path) -> None:
    with serve("--seed", str(wide_world)) as mock:
        report = fuzz(mock, tmp_path, seed, examples=25)
    assert report.phases == dict.fromkeys(("examples", "coverage", "fuzzing", "stateful"), "success")
    assert report.tested == 10
    # A run in which every request was refused or not found would pass, too.
    for operation, rates in report.valid_rates.items():
        accepted = sum(phase["accepted"] for phase in rates.values())
        assert accepted >= 10, f"{operation}: {rates}"


@pytest.mark.soak
@pytest.mark.parametrize("seed", [101, 102, 103])
def test_no_check_fails_in_a_long_run(seed: int, serve: Serve, wide_world: Path, tmp_path: Path) -> None:
    with serve("--seed", str(wide_world)) as mock:
        fuzz(mock, tmp_path, seed, examples=500)
