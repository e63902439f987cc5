"""The trace: one row of CSV for each verdict, from the requirement to the exchanges it was judged by."""

from __future__ import annotations

import csv
import io

from creditkit.conformance.judging.verdicts import Run, Verdict

from .evidence import Evidence, ranges, visible

COLUMNS = ("requirement", "level", "group", "operation", "outcome", "source", "exchanges", "reason")


def to_csv(run: Run) -> bytes:
    """A run as CSV with a header, in UTF-8. Exchanges are ranges of the numbers in the HAR file: `1-3 7`."""
    evidence = Evidence(run)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for verdict in run.verdicts:
        requirement = verdict.requirement
        rows.writerow(
            _harmless(value)
            for value in (
                requirement.id,
                requirement.level,
                requirement.group,
                verdict.operation,
                verdict.outcome.value,
                requirement.source,
                ranges(_numbers(verdict, evidence)),
                verdict.reason,
            )
        )
    return text.getvalue().encode()


def _numbers(verdict: Verdict, evidence: Evidence) -> list[int]:
    failures = [
        evidence.number(failure.exchange) for failure in verdict.failures if failure.exchange is not None
    ]
    return [*verdict.exchanges, *failures]


def _harmless(value: str) -> str:
    """The text, which a spreadsheet will not take for a formula."""
    value = visible(value)
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t")) else value
