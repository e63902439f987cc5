"""The trace: one row of CSV for each verdict, from the requirement to the exchanges it was judged by."""

from __future__ import annotations

from creditkit.conformance.judging.verdicts import Run, Verdict
from creditkit.reports import to_csv as to_table

from .evidence import Evidence, ranges

COLUMNS = ("requirement", "level", "group", "operation", "outcome", "source", "exchanges", "reason")


def to_csv(run: Run) -> str:
    """A run as CSV with a header. Exchanges are ranges of the numbers in the HAR file: `1-3 7`."""
    evidence = Evidence(run)
    rows = (
        (
            verdict.requirement.id,
            verdict.requirement.level,
            verdict.requirement.group,
            verdict.operation,
            verdict.outcome.value,
            verdict.requirement.source,
            ranges(_numbers(verdict, evidence)),
            verdict.reason,
        )
        for verdict in run.verdicts
    )
    return to_table(COLUMNS, rows)


def _numbers(verdict: Verdict, evidence: Evidence) -> list[int]:
    failures = [
        evidence.number(failure.exchange) for failure in verdict.failures if failure.exchange is not None
    ]
    return [*verdict.exchanges, *failures]
