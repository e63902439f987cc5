"""The page: a whole review in one HTML file that needs nothing else, no network, and no script to be read.

On the left what there is to say, on the right the files with their lines, and the contract rendered by
Redoc, which is part of the page. `page.html` is the template. Whatever a contract says is shown as text;
Redoc, which renders Markdown, runs in a frame that can reach neither the page nor any host.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from gzip import compress
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from creditkit.contract import FACT_PLACES as PLACES
from creditkit.documents import tokens
from creditkit.reports import shortened, template, visible
from creditkit.review.review import PARTS, Remark, Review
from creditkit.review.source import Place
from creditkit.review.trace import STATES, TraceRow

from .headline import figures, headline, titles, whom

_LINES = 20_000
"""The most lines of a file that are shown whole; of a longer one those around each place."""

_AROUND = 15
_RENDERED = 3_000_000
"""The most characters of a contract, as JSON, that are rendered: a browser takes minutes for more."""

_REMARKS = 1_000
"""The most remarks, and the most rows of the trace, that one page shows; the worst are among them."""

_TEXT = 4_000
_SHORT = 60

_SIDES = {"senders": "clients that send", "readers": "clients that read"}
_JUDGEMENTS = ("breaking", "possible")

_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def to_html(review: Review) -> str:
    """A review as one HTML page."""
    told = frozenset(sorted(range(len(review.remarks)), key=lambda n: -_weight(review.remarks[n]))[:_REMARKS])
    shown = list(_files(review, told))
    numbers = {(file.version, file.name): file.number for file in shown}
    rendered = json.dumps(review.source.document, ensure_ascii=False)
    text: str = template(__package__, whom=whom, pretty=_pretty, coded=_coded).render(
        review=review,
        line=headline(review),
        info=_info(review),
        figures=list(figures(review)),
        kit=version("creditkit"),
        sections=list(_sections(review, told)),
        left_out=len(review.remarks) - len(told),
        waived=[(n, remark) for n, remark in enumerate(review.remarks) if remark.waived and n in told],
        broken=_by_operation(review, told),
        sides=_SIDES,
        matrix=review.trace.matrix() if review.trace else {},
        rows=_rows(review),
        states=STATES,
        places=PLACES,
        files=shown,
        anchor=_Anchor(numbers),
        contract=_packed(rendered) if len(rendered) <= _RENDERED else "",
        redoc=_redoc(),
        operation_of=_operation,
    )
    return text


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file, and the worst level of the remarks on it."""

    number: int
    text: str
    level: str
    remark: int
    follows_gap: bool


@dataclass(frozen=True, slots=True)
class _File:
    """One file as the page shows it. `version` is new or old, `number` counts over both."""

    number: int
    version: str
    name: str
    lines: Sequence[_Line]
    total: int


class _Anchor:
    """Where on the page the line of a place is."""

    def __init__(self, numbers: Mapping[tuple[str, str], int]) -> None:
        self._numbers = numbers

    def __call__(self, place: Place, version: str = "new") -> str:
        """The anchor of a place's line; empty if its file is not on the page."""
        number = self._numbers.get((version, place.file))
        return f"L{number}-{place.line}" if number is not None else ""


def _files(review: Review, told: Collection[int]) -> Iterator[_File]:
    """The files of the contract, and those of the earlier one if changes have places there."""
    places: dict[tuple[str, str], dict[int, tuple[int, Remark | None]]] = {}
    for index in sorted(told):
        remark = review.remarks[index]
        new = remark.place if remark.change is None else remark.change.new
        old = remark.change.old if remark.change else None
        for version_, place in (("new", new), ("old", old), ("new", remark.place)):
            if place is not None:
                lines = places.setdefault((version_, place.file), {})
                if _weight(lines.get(place.line, (0, None))[1]) < _weight(remark):
                    lines[place.line] = index, remark
    for row in _rows(review):
        places.setdefault(("new", row.place.file), {}).setdefault(row.place.line, (0, None))
    number = 0
    for version_, source in (("new", review.source), ("old", review.base)):
        for name, text in source.texts.items() if source else ():
            found = places.get((version_, name), {})
            if version_ == "new" or found:
                every = text.splitlines()
                yield _File(number, version_, name, list(_lines(every, found)), len(every))
                number += 1


def _lines(every: Sequence[str], found: Mapping[int, tuple[int, Remark | None]]) -> Iterator[_Line]:
    """The lines of a file, or of one that is too long those around its places."""
    shown = range(1, len(every) + 1)
    if len(every) > _LINES:
        near = {n for line in found for n in range(line - _AROUND, line + _AROUND + 1)}
        shown_ = sorted(near & set(shown))
    else:
        shown_ = list(shown)
    before = 0
    for number in shown_:
        index, remark = found.get(number, (0, None))
        level = remark.level if remark else ""
        yield _Line(number, shortened(visible(every[number - 1]), _TEXT), level, index, number != before + 1)
        before = number


def _weight(remark: Remark | None) -> int:
    if remark is None:
        return 0
    return {"note": 1, "warning": 2, "error": 3}[remark.level] if not remark.waived else 1


def _sections(review: Review, told: Collection[int]) -> Iterator[tuple[str, str, list[tuple[int, Remark]]]]:
    """The remarks under their titles, each with its number in the review; the trace shows the gaps."""
    numbered = {id(remark): index for index, remark in enumerate(review.remarks)}
    for part in PARTS:
        remarks = [remark for remark in review.of(part) if not remark.waived]
        for title, listed in titles(part, remarks):
            shown = [(numbered[id(remark)], remark) for remark in listed if numbered[id(remark)] in told]
            if shown:
                yield part, title, shown


@dataclass(frozen=True, slots=True)
class _Cell:
    """How many changes break one side of an operation, how many may, and the first remark of the worst."""

    breaking: int
    possible: int
    remark: int


def _by_operation(review: Review, told: Collection[int]) -> dict[str, dict[str, _Cell]]:
    """Operations with breaking or possible changes that are not waived, in the order of the review.

    `told` are the remarks that the page shows. What is of no operation is left out: a security scheme.
    """
    found: dict[str, dict[str, list[list[int]]]] = {}
    for index in sorted(told):
        remark = review.remarks[index]
        change = remark.change
        if change is None or change.judgement not in _JUDGEMENTS or remark.waived or not change.operation:
            continue
        for side in change.breaks:
            lists = found.setdefault(change.operation, {}).setdefault(side, [[], []])
            lists[_JUDGEMENTS.index(change.judgement)].append(index)
    return {
        operation: {
            side: _Cell(len(some), len(maybe), [*some, *maybe][0]) for side, (some, maybe) in sides.items()
        }
        for operation, sides in found.items()
    }


def _rows(review: Review) -> list[TraceRow]:
    """The rows of the trace, the worst first, as many as the page shows."""
    rows = review.trace.rows if review.trace else ()
    return sorted(rows, key=lambda row: STATES.index(row.state))[:_REMARKS]


def _info(review: Review) -> Mapping[str, Any]:
    info = review.source.document.get("info")
    return info if isinstance(info, Mapping) else {}


def _operation(review: Review, remark: Remark) -> str:
    """The operationId of the operation that a remark is about, by which Redoc finds it; empty without one."""
    steps = tuple(tokens(remark.place.pointer))
    if len(steps) < 3 or steps[0] != "paths":
        method, _, path = (remark.change.operation if remark.change else "").partition(" ")
        steps = "paths", path, method.lower()
    node: Any = review.source.document
    for step in steps[:3]:
        node = node.get(step) if isinstance(node, Mapping) else None
    return str(node.get("operationId", "")) if isinstance(node, Mapping) else ""


def _packed(text: str) -> str:
    """Text as the page's script unpacks it, a third as long."""
    return b64encode(compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)).decode()


@cache
def _redoc() -> str:
    """Redoc and the licences of all that is in it, packed."""
    folder = files("creditkit.review.report") / "redoc"
    licence = (folder / "LICENSE").read_text(encoding="utf-8")
    others = (folder / "redoc.standalone.js.LICENSE.txt").read_text(encoding="utf-8")
    code = (folder / "redoc.standalone.js").read_text(encoding="utf-8")
    # Redoc fetches its logo from a host: the page asks for nothing, so it gets one transparent pixel instead.
    return _packed(f"/*!\n{licence}\n*/\n{others}\n{code.replace(_LOGO, _PIXEL)}")


def _coded(text: str) -> Markup:
    """A text with its parts in backticks as code."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:
        return escape(visible(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _pretty(value: object) -> str:
    """A value as JSON: on one line if it is short."""
    line = json.dumps(value, ensure_ascii=False)
    return line if len(line) <= _SHORT else shortened(json.dumps(value, indent=2, ensure_ascii=False), _TEXT)
