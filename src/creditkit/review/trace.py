"""Traces: which documented fact stands where in a contract, and where the rest of the contract comes from.

    >>> from creditkit.contract import load_facts
    >>> found = trace(read_source("openapi.yaml"), load_facts())  # doctest: +SKIP
    >>> found.documented, len(found.facts), found.gaps                 # doctest: +SKIP
    (196, 196, ())

In one direction every fact must be said by the contract, under the same name and with the same type. In the
other every element must be such a fact, or be explained by an `x-source`. On a documented field that source
speaks of the keywords beyond the type. A field that nobody documented, in a body that is documented, needs
a source of its own: that of the schema around it speaks of the documented ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from creditkit.contract import Fact

from .elements import Element, elements
from .findings import Place
from .source import Source

State = Literal["documented", "missing", "explained", "unexplained"]
STATES: tuple[State, ...] = ("missing", "unexplained", "documented", "explained")
"""The states of a row, the worst first."""

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A fact, an element, or both where they are one.

    `fact` is None for an element that is none; `element` names the element for
    people. `place` is where it stands; for a missing fact the nearest place where it should. `text` is
    what explains the element, or says what is missing.
    """

    fact: Fact | None
    element: str
    place: Place
    state: State
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """All rows of one contract: the facts in their order, then the elements in that of the contract."""

    facts: tuple[Fact, ...]
    rows: tuple[TraceRow, ...]

    def of(self, state: State) -> tuple[TraceRow, ...]:
        """The rows in one state."""
        return tuple(row for row in self.rows if row.state == state)

    @property
    def gaps(self) -> tuple[TraceRow, ...]:
        """What is red: facts that are missing and elements that nothing explains."""
        return (*self.of("missing"), *self.of("unexplained"))

    def matrix(self) -> dict[str, dict[str, tuple[int, int]]]:
        """For each operation and place of the facts: how many the contract says, and how many there are."""
        missing = {row.fact for row in self.of("missing")}
        cells: dict[str, dict[str, tuple[int, int]]] = {}
        for fact in self.facts:
            row = cells.setdefault(fact.operation, {})
            said, known = row.get(fact.place, (0, 0))
            row[fact.place] = said + (fact not in missing), known + 1
        return cells

    @property
    def documented(self) -> int:
        """How many of the facts stand in the contract."""
        return len(self.facts) - len(self.of("missing"))


def trace(source: Source, facts: Sequence[Fact]) -> Trace:
    """Every fact against every element of a contract."""
    met = tuple(elements(source.document, facts))
    return Trace(tuple(facts), (*_of_facts(source, met, facts), *_of_elements(source, met, facts)))


def _of_facts(source: Source, met: Sequence[Element], facts: Sequence[Fact]) -> Iterator[TraceRow]:
    said: dict[_Key, list[Element]] = {}
    operations: dict[str, Element] = {}
    for element in met:
        if element.says is not None:
            said.setdefault(_key(element.says), []).append(element)
        if element.kind == "operation":
            operations.setdefault(element.operation, element)
    for fact in facts:
        candidates = said.get(_key(fact), [])
        here = {element.named or element.pointer: element for element in candidates if element.says == fact}
        for pointer, element in here.items():
            yield TraceRow(fact, element.label, source.place(pointer), "documented", element.source)
        if not here:
            yield _missing(source, fact, candidates, said, operations)


def _missing(
    source: Source,
    fact: Fact,
    candidates: Sequence[Element],
    said: dict[_Key, list[Element]],
    operations: dict[str, Element],
) -> TraceRow:
    """The row of a fact that the contract does not say, with the nearest place and the reason."""
    if candidates:
        other = candidates[0]
        words = other.says.type if other.says else ""
        text = f"documented as {fact.type or 'an object'}, the contract says {words or 'an object'}"
        return TraceRow(fact, other.label, source.place(other.named or other.pointer), "missing", text)
    operation = operations.get(fact.operation)
    if operation is None:
        text = f"the contract has no operation {fact.operation}"
        return TraceRow(fact, "", source.place("/paths"), "missing", text)
    within = fact.name.rpartition(".")[0]
    holders = said.get((fact.operation, fact.place, within), []) if within else []
    where = holders[0].pointer if holders else operation.pointer + _HOLDERS[fact.place]
    kind = {"status": "status", "request": "field", "response": "field"}.get(fact.place, "parameter")
    described = f" ({fact.type})" if fact.type else ""
    text = f"the {kind} {fact.name}{described} is documented and not in the contract"
    return TraceRow(fact, operation.label, source.place(where), "missing", text)


_HOLDERS = {
    "query": "/parameters",
    "path": "/parameters",
    "request": "/requestBody",
    "response": "/responses",
    "status": "/responses",
}


def _of_elements(source: Source, met: Sequence[Element], facts: Sequence[Fact]) -> Iterator[TraceRow]:
    page = _Page(facts, met)
    rows: dict[tuple[str, bool], TraceRow] = {}
    for element in met:
        state = page.state(element)
        if state is None:
            continue
        key = element.pointer, bool(element.more)
        # What is shared has one row, and is as good as at the operation where it is worst.
        if key not in rows or (rows[key].state, state) == ("explained", "unexplained"):
            label = f"{element.label}: {', '.join(element.more)}" if element.more else element.label
            rows[key] = TraceRow(None, label, source.place(element.pointer), state, element.source)
    # What is told as a whole needs no row of its own for its keywords.
    told = [row for (pointer, more), row in rows.items() if not (more and (pointer, False) in rows)]
    yield from sorted(told, key=lambda row: (row.place, row.element))


class _Page:
    """What the documentation speaks of, and so what an element must be explained by."""

    def __init__(self, facts: Sequence[Fact], met: Sequence[Element]) -> None:
        self._known = {_key(fact) for fact in facts}
        self._operations = {fact.operation for fact in facts}
        # A status is the fact that an answer is documented, be it without fields.
        self._bodies = {(f.operation, "response" if f.place == "status" else f.place) for f in facts}
        self._facts_at = {element.pointer for element in met if element.says and self._knows(element.says)}

    def state(self, element: Element) -> State | None:
        """Whether something explains an element; None if it is a fact, or says nothing to be explained."""
        explained: State = "explained" if element.source else "unexplained"
        said_more = explained if element.more else None
        if element.says is not None and self._knows(element.says):
            return said_more
        if element.kind == "field" and element.says is not None and self._documents_around(element.says):
            return "explained" if element.is_own else "unexplained"
        if element.pointer in self._facts_at and self._is_repeated(element):
            return said_more
        if element.kind == "schema":
            return said_more
        if element.kind == "operation" and element.operation in self._operations:
            return said_more
        if (
            element.kind in ("request body", "media type")
            and (element.operation, element.place) in self._bodies
        ):
            return said_more
        return explained

    def _is_repeated(self, element: Element) -> bool:
        """Whether a fact's own place is met again where nobody documents it: in a form, or for HEAD."""
        return element.operation not in self._operations or (element.kind == "field" and element.says is None)

    def _knows(self, fact: Fact) -> bool:
        return _key(fact) in self._known

    def _documents_around(self, field: Fact) -> bool:
        outer = field.name.rpartition(".")[0]
        if not outer:
            return (field.operation, field.place) in self._bodies
        return (field.operation, field.place, outer) in self._known


def _key(fact: Fact) -> _Key:
    return fact.operation, fact.place, fact.name
