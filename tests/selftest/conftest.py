"""One bench for each process, and the result at the end of a run."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from creditkit.conformance import load_requirements
from faults import aimed_faults

from .bench import Bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    with Bench() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults make the mock log errors, which say nothing about the check."""
    for name in ("creditkit.mock", "uvicorn.error"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in _summary(terminalreporter):
        terminalreporter.write_line(line)


def _summary(reporter: pytest.TerminalReporter) -> Iterator[str]:
    for noun, test in (
        ("deviations", "::test_a_fault_is_caught["),
        ("mutants", "::test_a_mutant_is_caught["),
    ):
        passed, failed, skipped = (
            sum(test in getattr(report, "nodeid", "") for report in reporter.stats.get(outcome, ()))
            for outcome in ("passed", "failed", "skipped")
        )
        if tried := passed + failed:
            yield f"{passed} of {tried} {noun} caught: {10000 * passed // tried / 100:g} %"
        if skipped:
            yield f"{skipped} not tried: fuzzing is not installed"
    if lacking := load_requirements().keys() - aimed_faults().keys():
        yield f"no fault in tests/faults/catalogue/ is aimed at {', '.join(sorted(lacking))}"
