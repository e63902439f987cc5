"""Waivers: remarks that somebody has decided to live with, for a while and for a reason.

    [[waiver]]
    rule = "request-property-became-required"   # a rule, a kind of change, fact-missing, element-unexplained
    at = "POST /api/customer-credits/"          # without it: everywhere
    reason = "All clients are ours and send it since March."
    owner = "Kim, API team"
    link = "https://tracker.example.com/browse/API-7"    # may be left out
    until = 2027-03-31                          # the last day on which it holds

`at` is a JSON Pointer, at or below which the remark stands, an operation as changes name it, or a fact. A
waiver without a reason, an owner or a date, one that has expired, and one that nothing needs any more make
a review fail. One for a part that a review did not look at is left in peace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from creditkit.errors import UsageError
from creditkit.waivers import Accepted, read_rows

from .review import Part, Remark, Review
from .source import Place

RULE = "waiver-no-good"
_REASON = "A waiver that nobody needs or answers for any more hides the next fault in its place."
_HINT = "mend the waiver, or remove it"


@dataclass(frozen=True, slots=True)
class Waiver(Accepted):
    """One waiver of remarks, as the file has it."""

    rule: str
    at: str = ""

    @property
    def key(self) -> str:
        """What it waives."""
        return f"{self.rule} {self.at}".strip()

    def speaks_of(self, remark: Remark) -> bool:
        """Whether it is about this remark."""
        return self.rule == remark.rule and (
            not self.at or self.at in _names(remark) or self._is_above(remark)
        )

    def _is_above(self, remark: Remark) -> bool:
        if not self.at.startswith(("/", "#/")):
            return False
        at = self.at.removeprefix("#")
        return any(pointer == at or pointer.startswith(f"{at}/") for pointer in _pointers(remark))


def load_waivers(path: Path, rules: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order; raises UsageError for what is none or names no known rule."""
    waivers = tuple(
        Waiver(row.place, **row.texts, until=row.until) for row in read_rows(path, ("rule", "at"))
    )
    for waiver in waivers:
        if waiver.rule not in rules:
            message = f"{waiver.place}: rule: there is no rule {waiver.rule!r}"
            raise UsageError(message, "docs/review.md tells them all; a report names the rule of each remark")
    return waivers


def apply_waivers(
    review: Review, waivers: Sequence[Waiver], today: date, parts: Mapping[str, Part], file: Path
) -> Review:
    """The review with what is waived marked so, and a remark for each waiver that is no good or not needed.

    `parts` says to which part each rule belongs, `file` where the waivers were read.
    """
    good = [waiver for waiver in waivers if not waiver.flaw(today)]
    remarks = tuple(_waived(remark, good) for remark in review.remarks)
    looked_at = [waiver for waiver in waivers if parts[waiver.rule] in review.parts]
    complaints = tuple(_complaints(waivers, looked_at, review, today, file))
    return replace(review, remarks=(*remarks, *complaints))


def _waived(remark: Remark, waivers: Sequence[Waiver]) -> Remark:
    for waiver in waivers:
        if remark.fails and waiver.speaks_of(remark):
            return replace(remark, waived=waiver.terms)
    return remark


def _complaints(
    waivers: Sequence[Waiver], looked_at: Collection[Waiver], review: Review, today: date, file: Path
) -> Iterator[Remark]:
    lines = _lines(file)
    for waiver in waivers:
        problem = waiver.flaw(today)
        needed = any(remark.fails and waiver.speaks_of(remark) for remark in review.remarks)
        if not problem and waiver in looked_at and not needed:
            problem = "is not needed any more: there is nothing that it waives"
        if problem:
            number = int(waiver.place.rpartition(" ")[2])
            place = Place(str(file), lines[number - 1] if number <= len(lines) else 1, 1, "")
            message = f"the waiver of {waiver.key} {problem}"
            yield Remark("waivers", RULE, "error", place, waiver.key, message, _REASON, _HINT, fails=True)


def _names(remark: Remark) -> tuple[str, ...]:
    return (remark.about, remark.fact, remark.change.operation if remark.change else "")


def _pointers(remark: Remark) -> Iterator[str]:
    places = [remark.place]
    if remark.change is not None:
        places = [place for place in (remark.change.old, remark.change.new) if place is not None]
    return (place.pointer for place in places)


def _lines(file: Path) -> list[int]:
    """The line of each `[[waiver]]`, from 1."""
    text = file.read_text(encoding="utf-8")
    return [
        number for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith("[[waiver]]")
    ]
