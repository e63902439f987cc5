"""Replay: judges one finding of an earlier run again, on the same deployment.

A finding has the name that reports use, `REQUIREMENT-ID operationId`. The requirement alone works too, and so
does the number on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from creditkit.conformance.judging import Outcome, Run, Verdict
from creditkit.errors import UsageError


@dataclass(frozen=True, slots=True)
class Recorded:
    """One requirement in an earlier run; `before` has its outcomes by operation."""

    requirement: str
    before: Mapping[str, str]


def find(finding: str, document: Mapping[str, Any]) -> Recorded:
    """The recorded finding with this name in the document of a run; raises UsageError without one."""
    if finding.strip().isdecimal():
        found, number = document["findings"], int(finding)
        if not 1 <= number <= len(found):
            raise UsageError(f"the run has no finding {number}", f"it has {len(found)}")
        requirement, keys = found[number - 1]["requirement"], found[number - 1]["verdicts"]
    else:
        requirement, _, operation = finding.strip().partition(" ")
        keys = [f"{requirement} {operation.strip()}"] if operation else None
    before = {
        verdict["operation"]: verdict["outcome"]
        for verdict in document["verdicts"]
        if verdict["requirement"] == requirement
        and (keys is None or f"{requirement} {verdict['operation']}" in keys)
    }
    if not before:
        hint = 'named as in the report, "ID operation", or by its number'
        raise UsageError(f"the run has no verdict {finding!r}", hint)
    return Recorded(requirement, before)


def again(recorded: Recorded, run: Run) -> Sequence[Verdict]:
    """The verdicts of a newer run on the recorded finding."""
    return [
        verdict
        for verdict in run.verdicts
        if verdict.requirement.id == recorded.requirement and verdict.operation in recorded.before
    ]


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """0 if the failure is gone, 1 if it is still there, 2 if it could not be judged."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if outcomes & {Outcome.FAIL, Outcome.WARN}:
        return 1
    return 0 if outcomes == {Outcome.PASS} else 2


def told(recorded: Recorded, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The result of the replay, line by line."""
    for verdict in verdicts:
        yield f"{verdict.key}: {_told(verdict, recorded.before[verdict.operation])}"
        for failure in verdict.failures:
            yield f"  {failure.message}"
            for name, value in (("expected", failure.expected), ("got", failure.got)):
                if value:
                    yield f"    {name}: {value}"
            if failure.exchange is not None:
                yield f"    {failure.exchange.curl()}"
    if not verdicts:
        yield f"{recorded.requirement}: was not judged in this mode"


def _told(verdict: Verdict, before: str) -> str:
    now = verdict.outcome.value
    if verdict.outcome in (Outcome.FAIL, Outcome.WARN):
        return f"shows ({before} before, {now} now)"
    if verdict.outcome is Outcome.PASS:
        return f"does not show ({before} before, {now} now)"
    return f"could not be judged: {verdict.reason or now}"
