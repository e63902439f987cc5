"""Waivers of remarks: a waived remark does not fail a review. `creditkit.waivers` has the file format.

`rule` is a rule, a kind of change, `fact-missing` or `element-unexplained`. `at` is a JSON Pointer at or
above the remark, an operation as changes name it, or a fact. A waiver that is incomplete, has expired, or is
no longer needed fails the review; one for a part that the review did not look at does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from creditkit.errors import UsageError
from creditkit.waivers import Waiver, first_match, read_waivers

from .review import Part, Remark, Review
from .source import Place

RULE = "waiver-no-good"
_REASON = "A waiver that nobody needs or answers for any more hides the next fault in its place."
_HINT = "mend the waiver, or remove it"


def load_waivers(path: Path, rules: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order; raises UsageError for an unknown rule."""
    waivers = read_waivers(path, "rule", "at")
    for waiver in waivers:
        if waiver.subject not in rules:
            message = f"{waiver.place}: rule: there is no rule {waiver.subject!r}"
            raise UsageError(message, "docs/review.md tells them all; a report names the rule of each remark")
    return waivers


def apply_waivers(
    review: Review, waivers: Sequence[Waiver], today: date, parts: Mapping[str, Part], file: Path
) -> Review:
    """The review with waived remarks marked, and a remark for each waiver that is flawed or not needed.

    `parts` says to which part each rule belongs, `file` where the waivers were read.
    """
    remarks = tuple(_waived(remark, waivers, today) for remark in review.remarks)
    looked_at = [waiver for waiver in waivers if parts[waiver.subject] in review.parts]
    return replace(review, remarks=(*remarks, *_complaints(waivers, looked_at, review, today, file)))


def _covers(waiver: Waiver, remark: Remark) -> bool:
    if waiver.subject != remark.rule or not remark.fails:
        return False
    return not waiver.at or waiver.at in _names(remark) or _is_above(waiver.at, remark)


def _is_above(at: str, remark: Remark) -> bool:
    if not at.startswith(("/", "#/")):
        return False
    at = at.removeprefix("#")
    return any(pointer == at or pointer.startswith(f"{at}/") for pointer in _pointers(remark))


def _waived(remark: Remark, waivers: Sequence[Waiver], today: date) -> Remark:
    waiver = first_match(waivers, today, lambda waiver: _covers(waiver, remark))
    return replace(remark, waived=waiver.terms) if waiver else remark


def _complaints(
    waivers: Sequence[Waiver], looked_at: Collection[Waiver], review: Review, today: date, file: Path
) -> Iterator[Remark]:
    lines = _lines(file)
    for waiver in waivers:
        problem = waiver.flaw(today)
        needed = any(_covers(waiver, remark) for remark in review.remarks)
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
