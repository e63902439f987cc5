"""Waivers of verdicts: a waived failure keeps a run green. `creditkit.waivers` has the file format.

A waiver covers its own requirement and no other: a verdict that the waived failure explained becomes a
finding of its own. A waiver that is incomplete, has expired, or is no longer needed is an error of the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from creditkit.errors import UsageError
from creditkit.waivers import Waiver, first_match, read_waivers

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
"""The requirement that judges waivers themselves; the operation of its verdicts is what is waived."""


def load_waivers(path: Path, requirements: Mapping[str, Requirement]) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order; raises UsageError for an unknown requirement or operation."""
    waivers = read_waivers(path, "requirement", "operation")
    for waiver in waivers:
        requirement = requirements.get(waiver.subject)
        if requirement is None:
            message = f"{waiver.place}: requirement: there is no requirement {waiver.subject!r}"
            raise UsageError(message, "creditkit check --list tells them all")
        if waiver.at and waiver.at not in requirement.operations:
            message = f"{waiver.place}: operation: {requirement.id} does not speak of {waiver.at!r}"
            raise UsageError(message, f"it speaks of {', '.join(requirement.operations)}")
    return waivers


def apply_waivers(run: Run, waivers: Sequence[Waiver], today: date) -> Run:
    """The run with waived verdicts marked, and an error for each waiver that is flawed or not needed."""
    verdicts = tuple(_waived(verdict, waivers, run, today) for verdict in run.verdicts)
    after = {verdict.requirement.id: verdict.requirement.after for verdict in run.verdicts}
    return replace(run, verdicts=(*with_causes(verdicts, after), *_errors(waivers, run, today)))


def _covers(waiver: Waiver, verdict: Verdict) -> bool:
    return waiver.subject == verdict.requirement.id and waiver.at in ("", verdict.operation)


def _waived(verdict: Verdict, waivers: Sequence[Waiver], run: Run, today: date) -> Verdict:
    if verdict.outcome not in _WAIVABLE or not run.covers(verdict):
        return verdict
    waiver = first_match(waivers, today, lambda waiver: _covers(waiver, verdict))
    return replace(verdict, outcome=Outcome.WAIVED, reason=waiver.terms) if waiver else verdict


def _errors(waivers: Sequence[Waiver], run: Run, today: date) -> Iterator[Verdict]:
    for waiver in waivers:
        covered = [v for v in run.verdicts if _covers(waiver, v) and run.covers(v)]
        reason = waiver.flaw(today)
        if not reason and covered and all(verdict.outcome is Outcome.PASS for verdict in covered):
            reason = "is not needed any more: the requirement holds"
        if reason:
            yield Verdict(RULE, waiver.key, Outcome.ERROR, reason=f"{waiver.place} {reason}")
