"""Traces: which documented fact is where in a contract, and where the rest of the contract comes from.

    >>> from creditkit.contract import load_facts
    >>> found = trace(read_source("openapi.yaml"), load_facts())  # doctest: +SKIP
    >>> found.documented, len(found.facts), found.gaps                 # doctest: +SKIP
    (196, 196, ())

Every fact must be in the contract, under the same name and with the same type. Every element must be such a
fact or have an `x-source`. On a documented field the source explains the keywords beyond the type. An
undocumented field in a documented body needs a source of its own: that of the schema around it is about the
documented fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from creditkit.contract import Fact

from .elements import Element, elements
from .source import Place, Source

State = Literal["documented", "missing", "explained", "unexplained"]
STATES: tuple[State, ...] = ("missing", "unexplained", "documented", "explained")
"""The states of a row, the worst first."""

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A fact, an element, or both where the element is the fact.

    `element` is its name for people. `place` is that of the element; for a missing fact, the nearest place
    where it should be. `text` explains the element, or says what is missing.
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
        """The rows that fail a review: missing facts and unexplained elements."""
        return (*self.of("missing"), *self.of("unexplained"))

    def matrix(self) -> dict[str, dict[str, tuple[int, int]]]:
        """For each operation and place of the facts: how many the contract has, and how many there are."""
        missing = {row.fact for row in self.of("missing")}
        cells: dict[str, dict[str, tuple[int, int]]] = {}
        for fact in self.facts:
            row = cells.setdefault(fact.operation, {})
            found, known = row.get(fact.place, (0, 0))
            row[fact.place] = found + (fact not in missing), known + 1
        return cells

    @property
    def documented(self) -> int:
        """How many of the facts are in the contract."""
        return len(self.facts) - len(self.of("missing"))


def trace(source: Source, facts: Sequence[Fact]) -> Trace:
    """Every fact looked up in a contract, and every element of the contract looked up in the facts."""
    found = tuple(elements(source.document, facts))
    return Trace(tuple(facts), (*_of_facts(source, found, facts), *_of_elements(source, found, facts)))


def _of_facts(source: Source, found: Sequence[Element], facts: Sequence[Fact]) -> Iterator[TraceRow]:
    said: dict[_Key, list[Element]] = {}
    operations: dict[str, Element] = {}
    for element in found:
        if element.says is not None:
            said.setdefault(_key(element.says), []).append(element)
        if element.kind == "operation":
            operations.setdefault(element.operation, element)
    for fact in facts:
        candidates = said.get(_key(fact), [])
        same = {element.named or element.pointer: element for element in candidates if element.says == fact}
        for pointer, element in same.items():
            yield TraceRow(fact, element.label, source.place(pointer), "documented", element.source)
        if not same:
            label, pointer, text = _missing(fact, candidates, said, operations)
            yield TraceRow(fact, label, source.place(pointer), "missing", text)


def _missing(
    fact: Fact,
    candidates: Sequence[Element],
    said: dict[_Key, list[Element]],
    operations: dict[str, Element],
) -> tuple[str, str, str]:
    """For a fact that is not in the contract: the nearest element, the pointer to it, and the reason."""
    if candidates:
        other = candidates[0]
        words = other.says.type if other.says else ""
        text = f"documented as {fact.type or 'an object'}, the contract says {words or 'an object'}"
        return other.label, other.named or other.pointer, text
    operation = operations.get(fact.operation)
    if operation is None:
        return "", "/paths", f"the contract has no operation {fact.operation}"
    within = fact.name.rpartition(".")[0]
    holders = said.get((fact.operation, fact.place, within), []) if within else []
    pointer = holders[0].pointer if holders else operation.pointer + _HOLDERS[fact.place]
    kind = {"status": "status", "request": "field", "response": "field"}.get(fact.place, "parameter")
    described = f" ({fact.type})" if fact.type else ""
    text = f"the {kind} {fact.name}{described} is documented and not in the contract"
    return operation.label, pointer, text


_HOLDERS = {
    "query": "/parameters",
    "path": "/parameters",
    "request": "/requestBody",
    "response": "/responses",
    "status": "/responses",
}


def _of_elements(source: Source, found: Sequence[Element], facts: Sequence[Fact]) -> Iterator[TraceRow]:
    documentation = _Documentation(facts, found)
    rows: dict[tuple[str, bool], TraceRow] = {}
    for element in found:
        state = documentation.state(element)
        if state is None:
            continue
        key = element.pointer, bool(element.more)
        # A shared part has one row, with its state at the operation where that is worst.
        if key not in rows or (rows[key].state, state) == ("explained", "unexplained"):
            label = f"{element.label}: {', '.join(element.more)}" if element.more else element.label
            rows[key] = TraceRow(None, label, source.place(element.pointer), state, element.source)
    # An element that is reported as a whole needs no second row for its keywords.
    kept = [row for (pointer, more), row in rows.items() if not (more and (pointer, False) in rows)]
    yield from sorted(kept, key=lambda row: (row.place, row.element))


class _Documentation:
    """What the facts cover, and so which elements need an x-source."""

    def __init__(self, facts: Sequence[Fact], found: Sequence[Element]) -> None:
        self._known = {_key(fact) for fact in facts}
        self._operations = {fact.operation for fact in facts}
        # A status is the fact that an answer is documented, even one without fields.
        self._bodies = {(f.operation, "response" if f.place == "status" else f.place) for f in facts}
        self._facts_at = {one.pointer for one in found if one.says and _key(one.says) in self._known}

    def state(self, element: Element) -> State | None:
        """Whether something explains an element; None if it is a fact, or says nothing to be explained."""
        explained: State = "explained" if element.source else "unexplained"
        keywords = explained if element.more else None
        operation, says = element.operation, element.says
        if says is not None and _key(says) in self._known:
            return keywords
        if element.kind == "field" and says is not None and self._documents_around(says):
            return "explained" if element.is_own else "unexplained"
        if element.pointer in self._facts_at and (
            # The place of a fact met again where nothing is documented: in a form, or for HEAD.
            operation not in self._operations or (element.kind == "field" and says is None)
        ):
            return keywords
        if (
            element.kind == "schema"
            or (element.kind == "operation" and operation in self._operations)
            or (element.kind in ("request body", "media type") and (operation, element.place) in self._bodies)
        ):
            return keywords
        return explained

    def _documents_around(self, field: Fact) -> bool:
        """Whether the object that a field is in is documented."""
        outer = field.name.rpartition(".")[0]
        if not outer:
            return (field.operation, field.place) in self._bodies
        return (field.operation, field.place, outer) in self._known


def _key(fact: Fact) -> _Key:
    return fact.operation, fact.place, fact.name
