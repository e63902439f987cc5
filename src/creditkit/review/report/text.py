"""The text: a review on a terminal or in a log, each remark with the line at fault.

Every line makes sense without colours. Lines in a log are never wrapped, so that `file:line:column` can be
searched for and clicked.
"""

from __future__ import annotations

import io
import textwrap
from typing import TextIO

from rich.console import Console
from rich.text import Text

from creditkit.contract import FACT_PLACES
from creditkit.review.review import PARTS, Remark, Review
from creditkit.review.trace import Trace

from .headline import figures, headline
from .words import cut, one_line, titles, visible, whom

_STYLES = {"good": "bold green", "bad": "bold red", "open": "bold yellow"}
_MARKS = {"good": "OK  ", "bad": "FAIL", "open": "LOOK"}
_LEVELS = {"error": "bold red", "warning": "bold yellow", "note": "dim"}
_VALUE = 600
_NARROW = 30


def show(review: Review, stream: TextIO) -> None:
    """Tell a review: the verdict, then part by part what there is to say, then what was not looked at."""
    page = _Page(_console(stream))
    line = headline(review)
    page.say(
        f"{line.word}: {review.source.origin}",
        "bold",
        lead=f"{_MARKS[line.tone]}  ",
        lead_style=_STYLES[line.tone],
    )
    page.say(line.sentence, indent=6)
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
        page.say(unseen.why, lead=f"{unseen.what}: ", lead_style="dim", indent=2)


def to_text(review: Review) -> str:
    """A review as plain text, without colours and without wrapped lines."""
    stream = io.StringIO()
    show(review, stream)
    return stream.getvalue()


class _Page:
    """A console to which paragraphs are said: wrapped under their own beginning on a terminal only."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(
        self, text: str, style: str = "", *, lead: str = "", lead_style: str = "", indent: int = 0
    ) -> None:
        """One paragraph behind a lead-in such as a name."""
        text = one_line(text)
        margin, hanging = " " * indent, " " * (indent + len(lead))
        lines = [text]
        if self._console.is_terminal:
            room = max(_NARROW, self._console.width - len(hanging))
            lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
        for number, line in enumerate(lines):
            front = (margin, lead) if number == 0 else (hanging, "")
            self._print(Text.assemble(front[0], (front[1], lead_style), (line, style)))

    def raw(self, text: str, *, lead: str = "", lead_style: str = "", indent: int = 0) -> None:
        """One line that is never wrapped nor cut, because it is there to be pasted or clicked."""
        self._print(Text.assemble(" " * indent, (lead, lead_style), visible(text)))

    def title(self, text: str) -> None:
        """A heading."""
        self._print(Text())
        self._print(Text(text, "bold"))

    def _print(self, text: Text) -> None:
        if self._console.is_terminal:
            self._console.print(text, soft_wrap=True)
        else:  # nothing to lay out, and thousands of lines for a large contract
            self._console.file.write(f"{text.plain}\n")


def _matrix(page: _Page, trace: Trace) -> None:
    """How many facts of each operation and place are in the contract."""
    page.title("Documented facts in the contract")
    cells = trace.matrix()
    width = max(map(len, cells), default=0)
    page.raw(" " * width + "".join(f"{place:>12}" for place in FACT_PLACES), indent=2)
    for operation, row in cells.items():
        told = ("{}/{}".format(*row[place]) if place in row else "" for place in FACT_PLACES)
        page.raw(f"{operation:<{width}}" + "".join(f"{text:>12}" for text in told), indent=2)
    page.say("--format csv gives every fact and every element with its line", "dim", indent=2)


def _remark(page: _Page, remark: Remark) -> None:
    if remark.level == "note":
        page.say(remark.message, "dim", lead=f"{remark.about}: ", indent=2)
        return
    page.raw(str(remark.place), lead=f"{remark.level:<9}", lead_style=_LEVELS[remark.level])
    about = f"{remark.about}: " if remark.about else ""
    page.say(f"{about}{remark.message}", "bold", indent=4)
    change = remark.change
    if change is not None and change.old is not None and change.old != remark.place:
        page.raw(str(change.old), lead=f"{'was':<9}", lead_style="dim", indent=4)
    if change is not None and change.breaks:
        page.say(f"clients that {whom(change.breaks)}", lead=f"{'breaks':<9}", lead_style="dim", indent=4)
    if change is not None and change.witness is not None:
        witness = change.witness
        page.say(
            f"{cut(str(witness), _VALUE)} (the {witness.admitted_by} contract allows it,"
            f" the {witness.refused_by} one does not)",
            lead=f"{'witness':<9}",
            lead_style="dim",
            indent=4,
        )
    for name, text in (("why", remark.reason), ("do", remark.hint), ("rule", remark.rule)):
        if text:
            page.say(text, lead=f"{name:<9}", lead_style="dim", indent=4)


def _console(stream: TextIO) -> Console:
    """A console that takes every text as it is: no markup, no guessed highlights."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # a log in ASCII must not end a review
    return Console(file=stream, highlight=False, markup=False, emoji=False)
