"""Reviews: the whole result of one run, as every report shows it.

Lint findings, changes and gaps of the trace become remarks of one form, so that a report for programs need
not distinguish them, and a waiver can be about any of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .diff import Change
from .lint import Finding
from .source import Place, Source
from .trace import Trace, TraceRow

Part = Literal["lint", "diff", "trace", "waivers"]
Level = Literal["error", "warning", "note"]

PARTS: tuple[Part, ...] = ("lint", "diff", "trace", "waivers")

MISSING = "fact-missing"
UNEXPLAINED = "element-unexplained"
_TRACE_REASONS = {
    MISSING: "Who works from the documentation relies on what it says.",
    UNEXPLAINED: "What no documentation tells and no source explains, nobody can check.",
}
_TRACE_HINTS = {
    MISSING: "say it in the contract as the documentation does, or take it out of the table of facts",
    UNEXPLAINED: "give it an x-source that says where it comes from, or add it to the table of facts",
}
_LEVELS: dict[str, Level] = {"breaking": "error", "possible": "warning"}


@dataclass(frozen=True, slots=True)
class Remark:
    """One result of a review.

    `place` is in the contract under review; for something that it no longer has, the nearest place. `about`
    names the operation's request or response, the fact or the element. `fails` says whether it makes a
    review fail; `waived` has reason, owner and end of the waiver that prevents that, and is empty without
    one.
    """

    part: Part
    rule: str
    level: Level
    place: Place
    about: str
    message: str
    reason: str
    hint: str
    fails: bool
    waived: str = ""
    change: Change | None = None
    fact: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it makes the review fail."""
        return self.fails and not self.waived


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that a review did not look at, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Review:
    """One contract as it was read, with all remarks on it.

    `base` is the contract it was compared with, and `trace` its trace to the facts; each is None if that was
    not done.
    """

    source: Source
    base: Source | None
    remarks: tuple[Remark, ...]
    trace: Trace | None
    unseen: tuple[Unseen, ...]
    parts: frozenset[Part]

    def of(self, part: Part) -> tuple[Remark, ...]:
        """The remarks of one part, in its order."""
        return tuple(remark for remark in self.remarks if remark.part == part)

    @property
    def open(self) -> tuple[Remark, ...]:
        """The remarks that make the review fail."""
        return tuple(remark for remark in self.remarks if remark.is_open)

    @property
    def exit_code(self) -> int:
        """The exit code of a command: 1 if anything makes the review fail."""
        return 1 if self.open else 0


def of_finding(finding: Finding) -> Remark:
    """A finding as a remark."""
    return Remark(
        part="lint",
        rule=finding.rule,
        level=finding.severity,
        place=finding.place,
        about="",
        message=finding.message,
        reason=finding.reason,
        hint=finding.hint,
        fails=True,
    )


def of_change(change: Change, source: Source, *, strict: bool) -> Remark:
    """A change as a remark; a possible break fails a review only with `strict`."""
    place = change.new or source.place(change.old.pointer if change.old else "")
    failing = ("breaking", "possible") if strict else ("breaking",)
    return Remark(
        part="diff",
        rule=change.kind,
        level=_LEVELS.get(change.judgement, "note"),
        place=place,
        about=f"{change.operation} {change.where}".strip(),
        message=change.message,
        reason=change.reason,
        hint="",
        fails=change.judgement in failing,
        change=change,
    )


def of_gap(row: TraceRow) -> Remark:
    """A gap of the trace as a remark."""
    rule = MISSING if row.state == "missing" else UNEXPLAINED
    return Remark(
        part="trace",
        rule=rule,
        level="error",
        place=row.place,
        about=row.fact.id if row.fact else row.element,
        message=row.text or "nothing says where this comes from",
        reason=_TRACE_REASONS[rule],
        hint=_TRACE_HINTS[rule],
        fails=True,
        fact=row.fact.id if row.fact else "",
    )


def fingerprints(remarks: tuple[Remark, ...]) -> Iterator[str]:
    """A unique name for each remark that stays the same when lines move: 32 hexadecimal digits."""
    seen: Counter[str] = Counter()
    for remark in remarks:
        parts = (
            remark.part,
            remark.rule,
            remark.place.file,
            remark.place.pointer,
            remark.about,
            remark.message,
        )
        text = "\n".join(parts)
        seen[text] += 1
        yield hashlib.sha256(f"{text}\n{seen[text]}".encode()).hexdigest()[:32]
