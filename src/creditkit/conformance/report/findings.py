"""Findings: the verdicts of a run in the order in which a reader needs them.

A finding is one root cause: one broken requirement with every operation that it is broken at, and the
verdicts that only follow from it. What was not evaluated is grouped by its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from creditkit.conformance.judging import Expected, Failure, Outcome, Requirement, Run, Verdict

BROKEN = (Outcome.FAIL, Outcome.ERROR)


@dataclass(frozen=True, slots=True)
class Finding:
    """One requirement that is broken or could not be judged, and the verdicts that it explains."""

    requirement: Requirement
    verdicts: tuple[Verdict, ...]
    followers: tuple[Verdict, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The worst of its verdicts: a failure before an error."""
        outcomes = {verdict.outcome for verdict in self.verdicts}
        return next(outcome for outcome in Outcome if outcome in outcomes and outcome is not Outcome.PASS)


@dataclass(frozen=True, slots=True)
class Kind:
    """Failures of one verdict with the same message and place: the first, and their number."""

    failure: Failure
    times: int

    @property
    def message(self) -> str:
        """The message, with the number of times if more than one."""
        return self.failure.message if self.times == 1 else f"{self.failure.message} ({self.times} times)"


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason why requirements were not evaluated. `is_owed` if a MUST of this mode is among them."""

    reason: str
    verdicts: tuple[Verdict, ...]
    is_owed: bool


@dataclass(frozen=True, slots=True)
class Headline:
    """A run in one word and one sentence. `tone` is good, bad, or open where something is still owed."""

    tone: str
    word: str
    sentence: str


def headline(run: Run) -> Headline:
    """The headline of a run."""
    found = findings(run)
    if found and not run.count(Outcome.FAIL):
        sentence = f"{_many(run.count(Outcome.ERROR), 'verdict')} could not be reached, for an error."
        return Headline("open", "Not proven", sentence)
    if found:
        broken = sum(run.count(outcome) for outcome in BROKEN)
        verb = "explains" if len(found) == 1 else "explain"
        sentence = f"{_many(len(found), 'finding')} {verb} {_many(broken, 'broken verdict')}."
        return Headline("bad", "Does not conform", sentence)
    owed = len(owing(run))
    if owed:
        sentence = f"Nothing is broken, but {_many(owed, 'MUST verdict')} could not be reached."
        return Headline("open", "Not proven", sentence)
    if not run.count(Outcome.PASS) and not run.count(Outcome.EXPECTED):
        return Headline("open", "Not proven", "Nothing was judged.")
    passed, expected = _many(run.count(Outcome.PASS), "verdict"), run.count(Outcome.EXPECTED)
    if expected:
        sentence = f"{passed} passed, {expected:,} are as expected of {run.expects}, and no other is broken."
        return Headline("good", "Conforms", sentence)
    return Headline("good", "Conforms", f"{passed} passed and none is broken.")


def findings(run: Run) -> tuple[Finding, ...]:
    """The root causes in the order of the run, each with the verdicts that follow from it."""
    broken = [verdict for verdict in run.verdicts if verdict.outcome in BROKEN]
    causes = {verdict.requirement.id: verdict.cause for verdict in broken}
    own: dict[str, list[Verdict]] = {}
    following: dict[str, list[Verdict]] = {}
    for verdict in broken:
        root = _root(verdict.requirement.id, causes)
        (own if root == verdict.requirement.id else following).setdefault(root, []).append(verdict)
    return tuple(
        Finding(verdicts[0].requirement, tuple(verdicts), tuple(following.get(name, ())))
        for name, verdicts in own.items()
    )


def fate(expected: Expected) -> str:
    """Whether an expected deviation was seen, in a word or two."""
    if expected.seen is None:
        return "not looked at"
    return f"seen in {_many(len(expected.verdicts), 'verdict')}" if expected.seen else "not seen any more"


def remarks(run: Run, outcome: Outcome) -> tuple[Finding, ...]:
    """The requirements with verdicts of one outcome, such as each SHOULD that is not kept."""
    return tuple(
        Finding(requirement, tuple(verdicts))
        for requirement, verdicts in groupby(
            (v for v in run.verdicts if v.outcome is outcome), key=lambda verdict: verdict.requirement
        )
    )


def gaps(run: Run) -> tuple[Gap, ...]:
    """Reasons for verdicts that were not evaluated: owed ones first, then by their number."""
    by_reason: dict[str, list[Verdict]] = {}
    for verdict in run.verdicts:
        if verdict.outcome is Outcome.NOT_EVALUATED:
            by_reason.setdefault(verdict.reason or "no reason was given", []).append(verdict)
    owed = {verdict.key for verdict in owing(run)}
    found = [
        Gap(reason, tuple(verdicts), any(verdict.key in owed for verdict in verdicts))
        for reason, verdicts in by_reason.items()
    ]
    return tuple(sorted(found, key=lambda gap: (not gap.is_owed, -len(gap.verdicts))))


def owing(run: Run) -> Sequence[Verdict]:
    """The MUST verdicts of this mode that were not evaluated: each keeps a run from being green."""
    return [
        verdict
        for verdict in run.verdicts
        if verdict.outcome is Outcome.NOT_EVALUATED
        and verdict.requirement.level == "MUST"
        and run.covers(verdict)
    ]


def kinds(verdict: Verdict) -> tuple[Kind, ...]:
    """The failures of a verdict, equal ones counted."""
    times = Counter((failure.message, failure.contract) for failure in verdict.failures)
    first = {(failure.message, failure.contract): failure for failure in reversed(verdict.failures)}
    return tuple(Kind(first[key], number) for key, number in times.items())


def first_word(verdict: Verdict) -> str:
    """The reason of a verdict, or the message of its first failure; empty for a plain pass."""
    return verdict.reason or (verdict.failures[0].message if verdict.failures else "")


def names(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The ids of the requirements of some verdicts, each once."""
    return tuple(dict.fromkeys(verdict.requirement.id for verdict in verdicts))


def _root(name: str, causes: Mapping[str, str]) -> str:
    """The requirement at the end of a chain of causes; a cause that is itself not broken (waived) is none.

    In a circle it is the first of the names, so that nothing is lost.
    """
    seen = {name}
    while causes.get(name) in causes:
        name = causes[name]
        if name in seen:
            return min(seen)
        seen.add(name)
    return name


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
