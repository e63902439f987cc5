"""Verdicts: the result for each requirement and operation, with the exchanges that show it.

A requirement is judged once for each of its operations. A MUST that was not evaluated is not a pass: it keeps
a run from being green.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from creditkit.conformance.asking import SAFE, Exchange, Mode
from creditkit.contract import API, load

from .requirements import Requirement


class Outcome(Enum):
    """The seven possible results for a requirement at one operation."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    WARN = "warn"
    WAIVED = "waived"
    EXPECTED = "expected"
    NOT_EVALUATED = "not evaluated"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which a deployment breaks a requirement.

    `message` says it in one sentence; `expected` and `got` are short values. `exchange` is the request and
    answer that show it. `contract` is a JSON Pointer to where the contract says so.
    """

    message: str
    expected: str = ""
    got: str = ""
    exchange: Exchange | None = None
    contract: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result for one requirement at one operation.

    `reason` is told where there is no plain pass or fail: why it was not evaluated, waived, expected or in
    error.
    `cause` is the id of the requirement whose failure explains this one, empty for a root cause.
    `exchanges` are the numbers of the exchanges that it was judged by.
    """

    requirement: Requirement
    operation: str
    outcome: Outcome
    failures: tuple[Failure, ...] = ()
    reason: str = ""
    cause: str = ""
    exchanges: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """The verdict's name in reports, waivers and comparisons: `REQUIREMENT-ID operationId`."""
        return f"{self.requirement.id} {self.operation}"


@dataclass(frozen=True, slots=True)
class Expected:
    """A deviation that was expected of the deployment; `verdicts` are the keys of those that it explains.

    `seen` is None where the run did not look at what would show it.
    """

    id: str
    title: str
    seen: bool | None
    verdicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """The result of one check of one deployment.

    `expects` names the release or the file whose deviations were expected, empty without one, and
    `expected` says what was seen of each.
    """

    url: str
    mode: str
    started: datetime
    seconds: float
    verdicts: tuple[Verdict, ...]
    exchanges: tuple[Exchange, ...] = field(repr=False)
    facts_exercised: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)
    expects: str = ""
    expected: tuple[Expected, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many verdicts have an outcome."""
        return sum(verdict.outcome is outcome for verdict in self.verdicts)

    @property
    def findings(self) -> tuple[Verdict, ...]:
        """The failures and errors that no other failure explains."""
        return tuple(v for v in self.verdicts if v.outcome in (Outcome.FAIL, Outcome.ERROR) and not v.cause)

    def covers(self, verdict: Verdict) -> bool:
        """Whether the mode of this run can judge the verdict; read mode cannot judge writes."""
        modes = [mode.value for mode in Mode]
        needed = "read" if _is_read(verdict.operation) else "write"
        return max(modes.index(verdict.requirement.mode), modes.index(needed)) <= modes.index(self.mode)

    @property
    def is_green(self) -> bool:
        """Whether nothing failed, and every MUST of this mode was evaluated."""
        return not any(
            v.outcome in (Outcome.FAIL, Outcome.ERROR)
            or (v.outcome is Outcome.NOT_EVALUATED and v.requirement.level == "MUST" and self.covers(v))
            for v in self.verdicts
        )


@cache
def _is_read(operation: str) -> bool:
    """Whether an operation only reads; true for a name that is no operation."""
    known = load(API).operations.get(operation)
    return known is None or known.method in SAFE


def merged(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """One verdict for each requirement and operation: the worse of two, with the failures of both.

    Each exchange keeps one failure, since the same answer may be judged twice.
    """
    found: dict[str, Verdict] = {}
    for verdict in verdicts:
        known = found.setdefault(verdict.key, verdict)
        if known is verdict:
            continue
        worse = min(known, verdict, key=lambda v: _GRAVITY.index(v.outcome))
        shown = {failure.exchange.number for failure in known.failures if failure.exchange}
        more = (f for f in verdict.failures if f.exchange is None or f.exchange.number not in shown)
        found[verdict.key] = replace(worse, failures=(*known.failures, *more))
    return tuple(found.values())


_GRAVITY = (
    Outcome.FAIL,
    Outcome.ERROR,
    Outcome.WARN,
    Outcome.WAIVED,
    Outcome.EXPECTED,
    Outcome.PASS,
    Outcome.NOT_EVALUATED,
)


def with_causes(verdicts: Iterable[Verdict], after: Mapping[str, Sequence[str]]) -> tuple[Verdict, ...]:
    """The verdicts, each failure with the failed requirement that explains it.

    `after` names for each requirement those that it builds on: where one of them failed, the rest follow
    from it, so that a broken retrieve is one finding and not twelve. What every failure of a failure shows is
    explained as well where the structure of the same answer is wrong at the same place.
    """
    found = tuple(verdicts)
    failures = [v for v in found if v.outcome in (Outcome.FAIL, Outcome.ERROR)]
    failed = {v.requirement.id for v in failures}
    structural: dict[int, list[tuple[str, Failure]]] = {}
    for verdict in failures:
        for failure in verdict.failures if verdict.requirement.group == "structure" else ():
            if failure.exchange is not None:
                structural.setdefault(failure.exchange.number, []).append((verdict.requirement.id, failure))

    def behind(failure: Failure) -> str:
        known = structural.get(failure.exchange.number, ()) if failure.exchange is not None else ()
        return next((name for name, other in known if _explains(other, failure)), "")

    def cause(verdict: Verdict) -> str:
        if verdict.outcome not in (Outcome.FAIL, Outcome.ERROR):
            return ""
        named = next((name for name in after.get(verdict.requirement.id, ()) if name in failed), "")
        if named or verdict.requirement.group == "structure" or not verdict.failures:
            return named
        causes = [behind(failure) for failure in verdict.failures]
        return causes[0] if all(causes) else ""

    return tuple(replace(verdict, cause=cause(verdict)) for verdict in found)


def _explains(known: Failure, failure: Failure) -> bool:
    """Whether a failure of structure explains another of the same answer: a 5xx, or the same place."""
    if failure.exchange is not None and failure.exchange.status >= 500:
        return True
    shorter, longer = sorted((known.contract, failure.contract), key=len)
    return bool(shorter) and f"{longer}/".startswith(f"{shorter}/")
