"""A review on a terminal or in a log, each remark with its line.

Every line makes sense without colours. Lines in a log are never wrapped, so that `file:line:column` can be
searched for and clicked.
"""

from __future__ import annotations

import io
from typing import TextIO

from creditkit.contract import FACT_PLACES
from creditkit.reports import shortened
from creditkit.reports.terminal import Terminal
from creditkit.review.review import PARTS, Remark, Review
from creditkit.review.trace import Trace

from .headline import figures, headline, titles, whom

_MARKS = {"good": "OK  ", "bad": "FAIL", "open": "LOOK"}
_LEVELS = {"error": "bold red", "warning": "bold yellow", "note": "dim"}
_VALUE = 600


def show(review: Review, stream: TextIO) -> None:
    """Print a review: the verdict, the remarks part by part, then the parts that were not reviewed."""
    page = Terminal(stream)
    line = headline(review)
    page.headline(line.tone, _MARKS[line.tone], f"{line.word}: {review.source.origin}", line.sentence)
    if review.base is not None:
        page.say(f"compared with {review.base.origin}", "dim", indent=6)
    page.say(", ".join(f"{name} {number}" for name, number in figures(review)), "dim", indent=6)
    if review.trace is not None and review.parts == {"trace"}:
        _matrix(page, review.trace)
    for part in PARTS:
        remarks = [remark for remark in review.of(part) if not remark.waived]
        for title, listed in titles(part, remarks):
            page.title(title)
            for remark in listed:
                _remark(page, remark)
    waived = [remark for remark in review.remarks if remark.waived]
    if waived:
        page.title("Waived")
    for remark in waived:
        page.raw(f"{remark.place}", lead=f"{remark.rule}  ", lead_style="magenta")
        page.say(f"{remark.message}: {remark.waived}", indent=4)
    if review.unseen:
        page.title("Not looked at")
    for unseen in review.unseen:
        page.say(unseen.why, lead=f"{unseen.what}: ", indent=2)


def to_text(review: Review) -> str:
    """A review as plain text, without colours and without wrapped lines."""
    stream = io.StringIO()
    show(review, stream)
    return stream.getvalue()


def _matrix(page: Terminal, trace: Trace) -> None:
    """How many facts of each operation and place are in the contract."""
    page.title("Documented facts in the contract")
    cells = trace.matrix()
    width = max(map(len, cells), default=0)
    page.raw(" " * width + "".join(f"{place:>12}" for place in FACT_PLACES), indent=2)
    for operation, row in cells.items():
        told = ("{}/{}".format(*row[place]) if place in row else "" for place in FACT_PLACES)
        page.raw(f"{operation:<{width}}" + "".join(f"{text:>12}" for text in told), indent=2)
    page.say("--format csv gives every fact and every element with its line", "dim", indent=2)


def _remark(page: Terminal, remark: Remark) -> None:
    if remark.level == "note":
        page.say(remark.message, "dim", lead=f"{remark.about}: ", indent=2)
        return
    page.raw(str(remark.place), lead=f"{remark.level:<9}", lead_style=_LEVELS[remark.level])
    about = f"{remark.about}: " if remark.about else ""
    page.say(f"{about}{remark.message}", "bold", indent=4)
    change = remark.change
    if change is not None and change.old is not None and change.old != remark.place:
        page.raw(str(change.old), lead=f"{'was':<9}", indent=4)
    if change is not None and change.breaks:
        page.say(f"clients that {whom(change.breaks)}", lead=f"{'breaks':<9}", indent=4)
    if change is not None and change.witness is not None:
        witness = change.witness
        page.say(
            f"{shortened(str(witness), _VALUE)} (the {witness.admitted_by} contract allows it,"
            f" the {witness.refused_by} one does not)",
            lead=f"{'witness':<9}",
            indent=4,
        )
    for name, text in (("why", remark.reason), ("do", remark.hint), ("rule", remark.rule)):
        if text:
            page.say(text, lead=f"{name:<9}", indent=4)
