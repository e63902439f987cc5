"""Waivers: faults that somebody has decided to live with, for a while and for a reason.

    [[waiver]]
    requirement = "CREATE-LOCATION"
    operation = "customer_credits_create"   # without it: every operation of the requirement
    reason = "The gateway drops the header; nobody here reads it."
    owner = "Kim, platform team"
    link = "https://tracker.example.com/browse/PLAT-123"   # may be left out
    until = 2027-03-31                      # the last day on which it holds

A waiver turns what was found into `waived`, which keeps a run green. It covers its own requirement and no
other: what is explained by a waived failure becomes a finding of its own. A waiver without a reason, an owner
or a date, one that has expired, and one whose requirement holds are errors of the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from creditkit.errors import UsageError
from creditkit.waivers import Accepted, Row, read_rows

from .requirements import Requirement
from .verdicts import Outcome, Run, Verdict, with_causes

_WAIVABLE = (Outcome.FAIL, Outcome.WARN, Outcome.ERROR, Outcome.NOT_EVALUATED)

RULE = Requirement(
    id="WAIVER",
    group="waivers",
    level="MUST",
    text="A waiver MUST have a reason, an owner and an end date that has not passed, and MUST be needed.",
    source="creditkit",
    operations=(),
    mode="read",
    why="A waiver that nobody needs or answers for any more hides the next fault in its place.",
)
"""What a run with waivers is judged by besides; in the place of the operation stands what is waived."""


@dataclass(frozen=True, slots=True)
class Waiver(Accepted):
    """One waiver of verdicts, as the file has it."""

    requirement: str
    operation: str = ""

    @property
    def key(self) -> str:
        """What it waives, as verdicts are named."""
        return f"{self.requirement} {self.operation}".strip()

    def speaks_of(self, verdict: Verdict) -> bool:
        """Whether it is about this verdict."""
        return self.requirement == verdict.requirement.id and self.operation in ("", verdict.operation)


def load_waivers(path: Path, requirements: Mapping[str, Requirement]) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order; raises UsageError for what is none or names what is not there."""
    return tuple(_waiver(row, requirements) for row in read_rows(path, ("requirement", "operation")))


def apply_waivers(run: Run, waivers: Sequence[Waiver], today: date) -> Run:
    """The run with what is waived marked so, and an error for each waiver that is no good or not needed."""
    good = [waiver for waiver in waivers if not waiver.flaw(today)]
    verdicts = tuple(_waived(verdict, good, run) for verdict in run.verdicts)
    after = {verdict.requirement.id: verdict.requirement.after for verdict in run.verdicts}
    errors = tuple(_errors(waivers, run, today))
    return replace(run, verdicts=(*with_causes(verdicts, after), *errors))


def _waived(verdict: Verdict, waivers: Sequence[Waiver], run: Run) -> Verdict:
    if verdict.outcome not in _WAIVABLE or not run.covers(verdict):
        return verdict
    for waiver in waivers:
        if waiver.speaks_of(verdict):
            return replace(verdict, outcome=Outcome.WAIVED, reason=waiver.terms)
    return verdict


def _errors(waivers: Sequence[Waiver], run: Run, today: date) -> Iterator[Verdict]:
    for waiver in waivers:
        reason = waiver.flaw(today) or _idle(waiver, run)
        if reason:
            yield Verdict(RULE, waiver.key, Outcome.ERROR, reason=f"{waiver.place} {reason}")


def _idle(waiver: Waiver, run: Run) -> str:
    """That a waiver is not needed, empty if it is, or if this run did not look at what it waives."""
    spoken_of = [verdict for verdict in run.verdicts if waiver.speaks_of(verdict) and run.covers(verdict)]
    if spoken_of and all(verdict.outcome is Outcome.PASS for verdict in spoken_of):
        return "is not needed any more: the requirement holds"
    return ""


def _waiver(row: Row, requirements: Mapping[str, Requirement]) -> Waiver:
    waiver = Waiver(row.place, **row.texts, until=row.until)
    requirement = requirements.get(waiver.requirement)
    if requirement is None:
        message = f"{row.place}: requirement: there is no requirement {waiver.requirement!r}"
        raise UsageError(message, "creditkit check --list tells them all")
    if waiver.operation and waiver.operation not in requirement.operations:
        message = f"{row.place}: operation: {requirement.id} does not speak of {waiver.operation!r}"
        raise UsageError(message, f"it speaks of {', '.join(requirement.operations)}")
    return waiver
