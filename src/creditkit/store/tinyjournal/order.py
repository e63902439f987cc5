"""Orders: the index that keeps one, and the view of a table in one order or several.

::

    Sorted("value", lambda doc: Decimal(doc["value"]))     # the index; None sorts last
    table.ordered("-value", "name")[20:30]                 # a view; its pages are read from it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import eq
from typing import Any, Protocol

from immutables import Map

from .index import Function, Index, is_none
from .layout import Layout
from .parted import Parted
from .shelf import Shelf


@dataclass(frozen=True, slots=True)
class Ordered:
    """What `Sorted` files: the documents with a key, in its order, and those without one, by id."""

    keyed: Shelf
    keyless: Shelf


class Sorted(Index[Ordered]):
    """An order; documents of equal keys, and those of none, stand in the order of their ids.

    All keys of one index must compare with each other. With `sure` that is a promise: a write then does not
    try, and whoever breaks it finds out when the order is read.
    """

    empty = Ordered(Shelf(None), Shelf(None))
    keeps_rows = True

    def __init__(self, name: str, function: Function | None = None, *, sure: bool = False) -> None:
        super().__init__(name, function)
        self.is_sure = sure

    def file(self, filed: Ordered, doc_id: int, key: Any, row: bytes) -> Ordered:
        """File a document, or another row of it."""
        if is_none(key):
            return Ordered(filed.keyed, filed.keyless.put(doc_id, 0, row))
        return Ordered(filed.keyed.put(doc_id, key, row), filed.keyless)

    def unfile(self, filed: Ordered, doc_id: int, key: Any) -> Ordered:
        """Take a document out again."""
        if is_none(key):
            return Ordered(filed.keyed, filed.keyless.take(doc_id, 0))
        return Ordered(filed.keyed.take(doc_id, key), filed.keyless)

    def file_all(
        self, filed: Ordered, ids: Sequence[int], keys: Sequence[Any], rows: Sequence[bytes]
    ) -> Ordered:
        """File documents, or other rows of them. Raises TypeError for keys that do not compare."""
        keyed = [at for at, key in enumerate(keys) if not is_none(key)]
        keyless = [at for at, key in enumerate(keys) if is_none(key)]
        return Ordered(
            filed.keyed.put_all(
                [ids[at] for at in keyed], [keys[at] for at in keyed], [rows[at] for at in keyed]
            ),
            filed.keyless.put_all(
                [ids[at] for at in keyless], [0] * len(keyless), [rows[at] for at in keyless]
            ),
        )


class Table(Protocol):
    """What an order is of: a table's state (`tablestate.py`)."""

    layout: Layout
    rows: Map[int, bytes]

    def filed(self, number: int) -> Any:
        """What the index of that number filed."""


class Order(Parted):
    """The ids of a table's documents, sorted as Python sorts: stable, so that equal ones stand by id.

    `keys` are names of `Sorted` indexes, with `-` before those that descend; None comes last, and first
    where the order descends. Raises KeyError for an index that is none.
    """

    def __init__(self, table: Table, keys: Sequence[str]) -> None:
        self._rows = table.rows
        layout = table.layout
        numbers = [(layout.number_of(key.removeprefix("-")), key.startswith("-")) for key in keys]
        for number, _ in numbers:
            if not isinstance(layout.indexes[number], Sorted):
                raise KeyError(f"index {layout.indexes[number].name} of table {layout.name} is not an order")
        (first, self._descending), *rest = numbers
        self._rest = [(layout.indexes[number], descending) for number, descending in reversed(rest)]
        self._ordered: Ordered = table.filed(first)

    def rows(self, start: int, stop: int) -> list[bytes]:
        """The documents from one place to another, as JSON."""
        stop = min(stop, len(self))
        if not self._is_plain(start, stop):
            return list(map(self._rows.__getitem__, self[start:stop]))
        keyed, keyless = self._ordered.keyed, self._ordered.keyless
        if self._descending:
            return keyed.rows(len(self) - stop, len(self) - start)[::-1]
        found = keyed.rows(start, stop)
        if stop > len(keyed):
            found += keyless.rows(max(start - len(keyed), 0), stop - len(keyed))
        return found

    def __len__(self) -> int:
        return len(self._rows)

    def part(self, start: int, stop: int) -> list[int]:
        """The ids from one place up to another."""
        if not self._is_plain(start, stop):
            return list(islice(self._from(start, stop), max(stop - start, 0)))
        if self._descending:
            return self._plain(len(self) - stop, len(self) - start)[::-1]
        return self._plain(start, stop)

    def __iter__(self) -> Iterator[int]:
        return self._from(0, len(self))

    def _plain(self, start: int, stop: int) -> list[int]:
        """A part of the ascending order of one index."""
        keyed, keyless = self._ordered.keyed, self._ordered.keyless
        found = keyed[start:stop]
        if stop > len(keyed):
            found += keyless[max(start - len(keyed), 0) : max(stop - len(keyed), 0)]
        return found

    def _is_plain(self, start: int, stop: int) -> bool:
        """Whether that part stands in the ascending order of the first index as it is, or backwards.

        It does where no document in it shares its first key with a neighbour.
        """
        if not self._descending and not self._rest:
            return True
        keyed, size = self._ordered.keyed, len(self)
        if self._descending:
            start, stop = size - stop, size - start
        if stop > len(keyed):
            return False
        keys = keyed.keys(max(start - 1, 0), stop + 1)
        return not any(map(eq, keys, islice(keys, 1, None)))

    def _from(self, start: int, stop: int) -> Iterator[int]:
        """The ids from one place to another, one group of equal first keys after the other.

        A group is read as far as it is asked for, unless other keys order it: then at least to its end.
        """
        size = len(self)
        at = start
        while at < stop:
            # A place counted from the end of the ascending order is in the same group.
            begin, end = self._group(size - 1 - at if self._descending else at)
            before = size - end if self._descending else begin
            if self._rest:
                yield from self._members(begin, end)[at - before :]
            else:
                yield from self._plain(begin + at - before, min(end, begin + stop - before))
            at = before + end - begin

    def _group(self, at: int) -> tuple[int, int]:
        """Where, in the ascending order, the documents that share that one's first key begin and end."""
        keyed = self._ordered.keyed
        if at >= len(keyed):
            return len(keyed), len(self)
        before = at > 0
        near = keyed.keys(at - before, at + 2)
        if near.count(near[before]) == 1:
            return at, at + 1
        return keyed.span(near[before])

    def _members(self, begin: int, end: int) -> list[int]:
        """The documents of one group, in the order of the other keys."""
        members = self._plain(begin, end)
        if len(members) > 1:
            for index, descending in self._rest:
                keys = dict(zip(members, index.keys(map(self._rows.__getitem__, members)), strict=True))
                keyed = [doc_id for doc_id in members if not is_none(keys[doc_id])]
                keyless = [doc_id for doc_id in members if is_none(keys[doc_id])]
                keyed.sort(key=keys.__getitem__, reverse=descending)
                members = keyless + keyed if descending else keyed + keyless
        return members
