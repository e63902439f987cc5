"""Words that all reports of a review share: its headline, its figures, titles of sections."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from creditkit.review.review import Part, Remark, Review

Tone = Literal["good", "open", "bad"]

_TITLES: dict[Part, str] = {"lint": "Faults", "trace": "Gaps of the trace", "waivers": "Waivers"}
_CHANGES = {
    "breaking": "Breaking changes",
    "possible": "Possibly breaking changes",
    "compatible": "Compatible changes",
    "documentation": "Changes of the documentation",
}
_SIDES = {"senders": "send", "readers": "read"}


@dataclass(frozen=True, slots=True)
class Headline:
    """A verdict on one contract: its tone, a word for it, and a sentence with the figures."""

    tone: Tone
    word: str
    sentence: str


def headline(review: Review) -> Headline:
    """The headline of a review. Open: nothing fails, but a change could not be proved harmless."""
    possible = judged(review, "possible")
    if review.open:
        return Headline("bad", "Not ready", f"{_joined(tuple(_against(review)))}.")
    if possible:
        sentence = f"{_count(possible, 'change')} could not be proved to be harmless."
        return Headline("open", "To be looked at", sentence)
    return Headline("good", "Clean", f"{_joined(tuple(_in_favour(review)))}.".capitalize())


def judged(review: Review, judgement: str) -> int:
    """How many changes are judged so and not waived."""
    changes = (remark.change for remark in review.remarks if not remark.waived)
    return sum(change is not None and change.judgement == judgement for change in changes)


def figures(review: Review) -> Iterator[tuple[str, str]]:
    """The figures of a review, each with its name."""
    if "lint" in review.parts:
        yield "faults", str(sum(remark.is_open for remark in review.of("lint")))
    if "diff" in review.parts:
        for judgement in ("breaking", "possible", "compatible"):
            yield judgement, str(judged(review, judgement))
    if review.trace is not None:
        yield "facts in place", f"{review.trace.documented} of {len(review.trace.facts)}"
        yield "unexplained", str(len(review.trace.of("unexplained")))
    waived = sum(bool(remark.waived) for remark in review.remarks)
    if waived:
        yield "waived", str(waived)


def _against(review: Review) -> Iterator[str]:
    faults = [remark for remark in review.of("lint") if remark.is_open]
    for level, noun in (("error", "error"), ("warning", "warning")):
        number = sum(remark.level == level for remark in faults)
        if number:
            yield _count(number, noun)
    for judgement, noun in (("breaking", "breaking change"), ("possible", "possibly breaking change")):
        changes = (remark.change for remark in review.open)
        number = sum(change is not None and change.judgement == judgement for change in changes)
        if number:
            yield _count(number, noun)
    gaps = [remark for remark in review.of("trace") if remark.is_open]
    missing = sum(bool(remark.fact) for remark in gaps)
    if missing:
        yield f"{_count(missing, 'documented fact')} missing"
    if len(gaps) > missing:
        yield f"{_count(len(gaps) - missing, 'element')} unexplained"
    waivers = len(review.of("waivers"))
    if waivers:
        yield f"{_count(waivers, 'waiver')} no good"


def _in_favour(review: Review) -> Iterator[str]:
    if "lint" in review.parts:
        yield "no fault"
    if "diff" in review.parts:
        number = judged(review, "compatible")
        yield f"no breaking change ({number:,} compatible)" if number else "no change on the wire"
    if review.trace is not None:
        yield f"{review.trace.documented} of {len(review.trace.facts)} documented facts in place"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _joined(parts: tuple[str, ...]) -> str:
    *first, last = parts or ("nothing was looked at",)
    return f"{', '.join(first)} and {last}" if first else last


def titles(part: Part, remarks: Sequence[Remark]) -> Iterator[tuple[str, list[Remark]]]:
    """The remarks of a part under their titles; changes by their judgement, the worst first."""
    if part != "diff":
        if remarks:
            yield f"{_TITLES[part]}: {len(remarks)}", list(remarks)
        return
    for judgement, title in _CHANGES.items():
        listed = [r for r in remarks if r.change is not None and r.change.judgement == judgement]
        if listed:
            yield f"{title}: {len(listed)}", listed


def whom(breaks: Collection[str]) -> str:
    """The clients that a change breaks: those that send, that read, or both."""
    return " and ".join(word for side, word in _SIDES.items() if side in breaks)
