"""Orders: the index that keeps one, and the view of a table in one order or several.

::

    Sorted("value", lambda doc: Decimal(doc["value"]))     # the index; None sorts last
    table.ordered("-value", "name")[20:30]                 # a view; its pages are read from it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, overload

from immutables import Map

from .index import Entries, Index, is_none, key_of
from .layout import Entry, Layout
from .sequence import SortedSequence, sorted_ids


@dataclass(frozen=True, slots=True)
class Ordered:
    """What `Sorted` files: the documents with a key, in its order, and those without one, by id."""

    keyed: SortedSequence
    keyless: SortedSequence


class Sorted(Index[Ordered]):
    """An order; documents of equal keys, and those of none, stand in the order of their ids.

    All keys of one index must compare with each other.
    """

    empty = Ordered(SortedSequence.of(()), SortedSequence.of(()))

    def file(self, filed: Ordered, doc_id: int, entries: Entries, at: int) -> Ordered:
        """File a document."""
        if is_none(entries[doc_id][at]):
            return Ordered(filed.keyed, filed.keyless.add(doc_id))
        return Ordered(filed.keyed.add(doc_id, key_of(entries, at)), filed.keyless)

    def unfile(self, filed: Ordered, doc_id: int, entries: Entries, at: int) -> Ordered:
        """Take a document out again."""
        if is_none(entries[doc_id][at]):
            return Ordered(filed.keyed, filed.keyless.remove(doc_id))
        return Ordered(filed.keyed.remove(doc_id, key_of(entries, at)), filed.keyless)

    def build(self, ids: Iterable[int], entries: Entries, at: int) -> Ordered:
        """File many documents at once. Raises TypeError for keys that do not compare."""
        keyed: list[int] = []
        keyless: list[int] = []
        for doc_id in ids:
            (keyless if is_none(entries[doc_id][at]) else keyed).append(doc_id)
        get = key_of(entries, at)
        return Ordered(SortedSequence.of(sorted_ids(keyed, get), get), SortedSequence.of(sorted(keyless)))


class Table(Protocol):
    """What an order is of: a table's state (`tablestate.py`)."""

    layout: Layout
    entries: Map[int, Entry]

    def filed(self, number: int) -> Any:
        """What the index of that number filed."""


class Order(Sequence[int]):
    """The ids of a table's documents, sorted as Python sorts: stable, so that equal ones stand by id.

    `keys` are names of `Sorted` indexes, with `-` before those that descend; None comes last, and first
    where the order descends. Raises KeyError for an index that is none.
    """

    def __init__(self, table: Table, keys: Sequence[str]) -> None:
        self._entries = table.entries
        layout = table.layout
        numbers = [(layout.number_of(key.removeprefix("-")), key.startswith("-")) for key in keys]
        for number, _ in numbers:
            if not isinstance(layout.indexes[number], Sorted):
                raise KeyError(f"index {layout.indexes[number].name} of table {layout.name} is not an order")
        (first, self._descending), *rest = numbers
        self._at = first + 1
        self._rest = [(number + 1, descending) for number, descending in reversed(rest)]
        self._ordered: Ordered = table.filed(first)

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return [self[at] for at in range(start, stop, step)]
            if not self._descending and not self._rest:
                return self._plain(start, stop)
            return list(islice(self._from(start, stop), max(stop - start, 0)))
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        return self[at : at + 1][0]

    def __iter__(self) -> Iterator[int]:
        return self._from(0, len(self))

    def _plain(self, start: int, stop: int) -> list[int]:
        """A part of the ascending order of one index."""
        keyed, keyless = self._ordered.keyed, self._ordered.keyless
        found = keyed[start:stop]
        if stop > len(keyed):
            found += keyless[max(start - len(keyed), 0) : max(stop - len(keyed), 0)]
        return found

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
        near = [self._first(doc_id) for doc_id in keyed[at - before : at + 2]]
        if near.count(near[before]) == 1:
            return at, at + 1
        return keyed.span(self._first(keyed[at]), self._first)

    def _members(self, begin: int, end: int) -> list[int]:
        """The documents of one group, in the order of the other keys."""
        members = self._plain(begin, end)
        if len(members) > 1:
            for at, descending in self._rest:
                keyed = [doc_id for doc_id in members if not is_none(self._entries[doc_id][at])]
                keyless = [doc_id for doc_id in members if is_none(self._entries[doc_id][at])]
                keyed.sort(key=key_of(self._entries, at), reverse=descending)
                members = keyless + keyed if descending else keyed + keyless
        return members

    def _first(self, doc_id: int) -> Any:
        return self._entries[doc_id][self._at]
