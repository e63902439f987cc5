"""One table at one moment, as one value that never changes.

For each document it holds one entry: the row, as JSON bytes, followed by its keys, one for each index, so
that a document that is replaced or removed need not be read again.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from immutables import Map

from .index import DuplicateError, Taken, ValueIndex, is_none
from .late import Late, compare, to_build
from .layout import Entry, Layout
from .order import Order
from .sequence import SortedSequence

ROW_OVERHEAD = 12
"""What a document takes in the base file besides its row: its id, quotes, colon, comma, newline; roughly."""

MANY = 64
"""More changes than this at once, and an eighth of the table, are filed by sorting all anew."""


class Put(NamedTuple):
    """An entry to put in the place of the one of its id; or, where it is None, one to remove."""

    doc_id: int
    entry: Entry | None


class TableState:
    """One table: its entries, its ids in order, and what its indexes filed, the unique ones and the others.

    `next_id` is the id of the next document that comes without one. `size` is what the rows take in the
    base file, in bytes. Nothing in here changes but `lates`, in which something is replaced by the same
    brought up to date. Equal tables hold the same documents. Not a dataclass: one is made with each write.
    """

    __slots__ = ("entries", "ids", "lates", "layout", "next_id", "size", "uniques")
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self,
        layout: Layout,
        entries: Map[int, Entry],
        ids: SortedSequence,
        uniques: Sequence[Map[Hashable, int]],
        lates: list[Late],
        next_id: int,
        size: int,
    ) -> None:
        self.layout = layout
        self.entries = entries
        self.ids = ids
        self.uniques = uniques
        self.lates = lates
        self.next_id = next_id
        self.size = size

    @classmethod
    def empty(cls, layout: Layout) -> TableState:
        """A table without documents."""
        lates = [Late(index.empty, Map(), None, 0, None) for _, index in layout.lates]
        return cls(layout, Map(), SortedSequence.of(()), [Map()] * len(layout.uniques), lates, 1, 0)

    @classmethod
    def of(cls, layout: Layout, entries: Map[int, Entry]) -> TableState:
        """A table of many documents. Raises `DuplicateError`, TypeError for keys that do not compare."""
        ids = sorted(entries)
        uniques: list[Map[Hashable, int]] = []
        for number, index in layout.uniques:
            try:
                uniques.append(index.build(ids, entries, number + 1))
            except Taken as error:
                raise _duplicate(layout, number, entries, error) from None
        return cls(
            layout,
            entries,
            SortedSequence.of(ids),
            uniques,
            [to_build(index, number + 1, entries) for number, index in layout.lates],
            ids[-1] + 1 if ids else 1,
            sum(len(entry[0]) for entry in entries.values()) + ROW_OVERHEAD * len(ids),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TableState) and self.entries == other.entries

    def __len__(self) -> int:
        return len(self.entries)

    def row(self, doc_id: int) -> bytes | None:
        """The document with that id, as JSON."""
        entry = self.entries.get(doc_id)
        return None if entry is None else entry[0]

    def find(self, index: str, value: Any) -> Sequence[int]:
        """The ids of the documents with that value, ascending. Raises KeyError for an unknown index."""
        number = self.layout.number_of(index)
        kind = self.layout.indexes[number]
        if not isinstance(kind, ValueIndex):
            raise KeyError(f"index {index} of table {self.layout.name} is an order: use ordered()")
        return kind.find(self.filed(number), value)

    def first(self, index: str, value: Any) -> int | None:
        """The lowest id of a document with that value; None if there is none."""
        found = self.find(index, value)
        return found[0] if found else None

    def ordered(self, *keys: str) -> Sequence[int]:
        """The ids in the order of these indexes, `-` before a name for descending; of themselves without.

        Documents that are equal in the first are in the order of the next, at last of their ids, ascending
        also where the key is descending. A slice costs the slice and, with several keys, the documents that
        share its first key. Raises KeyError for an unknown index.
        """
        return Order(self, keys) if keys else self.ids

    def filed(self, number: int) -> Any:
        """What the index of that number filed, up to date."""
        unique, place = self.layout.place[number]
        if unique:
            return self.uniques[place]
        late = self.lates[place]
        if late.filed is None or late.touched is not None:
            late = late.up_to_date(self.layout.indexes[number], number + 1, self.entries)
            self.lates[place] = late
        return late.filed

    def with_puts(self, puts: Sequence[Put]) -> TableState:
        """The table after these changes; itself if they change nothing.

        Of several changes of one document the last holds. Raises `DuplicateError`, and TypeError for a key
        that does not compare with the others of its order.
        """
        after, touched, next_id, size = self._put(puts)
        if not touched:
            return self
        if len(touched) > MANY and len(touched) * 8 > len(after):
            anew = TableState.of(self.layout, after)
            return TableState(self.layout, after, anew.ids, anew.uniques, anew.lates, next_id, size)
        before, ids = self.entries, self.ids
        uniques, lates = list(self.uniques), self.lates[:]
        moved = [(doc_id, before.get(doc_id), after.get(doc_id)) for doc_id in touched]
        for doc_id, old, new in moved:
            if old is None:
                if new is not None:
                    ids = ids.add(doc_id)
            elif new is None:
                ids = ids.remove(doc_id)
            self._touch(lates, doc_id, old, new)
        if uniques:
            self._file(uniques, moved, before, after)
        return TableState(self.layout, after, ids, uniques, lates, next_id, size)

    def with_next_id(self, next_id: int) -> TableState:
        """The table with another id for the next document."""
        return TableState(
            self.layout, self.entries, self.ids, self.uniques, self.lates[:], next_id, self.size
        )

    def _put(self, puts: Sequence[Put]) -> tuple[Map[int, Entry], dict[int, None], int, int]:
        """The entries after these changes, whose documents changed, the next id, and the size."""
        entries, next_id, size = self.entries, self.next_id, self.size
        touched: dict[int, None] = {}
        for doc_id, entry in puts:
            old = entries.get(doc_id)
            if old is not None:
                if entry is not None and old[0] == entry[0]:
                    continue
                size -= len(old[0]) + ROW_OVERHEAD
            if entry is not None:
                entries = entries.set(doc_id, entry)
                size += len(entry[0]) + ROW_OVERHEAD
            elif old is not None:
                entries = entries.delete(doc_id)
            elif doc_id < next_id:
                continue
            touched[doc_id] = None
            if doc_id >= next_id:
                next_id = doc_id + 1
        return entries, touched, next_id, size

    def _touch(self, lates: list[Late], doc_id: int, old: Entry | None, new: Entry | None) -> None:
        """Note in which indexes a document is to be filed anew."""
        for place, (number, index) in enumerate(self.layout.lates):
            if new is None:
                lates[place] = lates[place].behind(doc_id)
            elif old is None or old[number + 1] != new[number + 1]:
                late = lates[place]
                key = new[number + 1]
                if not index.finds_values and not is_none(key):
                    if late.sample is None:
                        late = late._replace(sample=key)
                    compare(key, late.sample)
                lates[place] = late.behind(doc_id)

    def _file(
        self,
        uniques: list[Map[Hashable, int]],
        moved: Sequence[tuple[int, Entry | None, Entry | None]],
        before: Map[int, Entry],
        after: Map[int, Entry],
    ) -> None:
        """File in the unique indexes: first all are taken out, then all are put in.

        So two documents may exchange their values in one change.
        """
        for place, (number, index) in enumerate(self.layout.uniques):
            filed = uniques[place]
            at = number + 1
            for doc_id, old, new in moved:
                if old is not None and (new is None or old[at] != new[at]):
                    filed = index.unfile(filed, doc_id, before, at)
            for doc_id, old, new in moved:
                if new is not None and (old is None or old[at] != new[at]):
                    try:
                        filed = index.file(filed, doc_id, after, at)
                    except Taken as error:
                        raise _duplicate(self.layout, number, after, error) from None
            uniques[place] = filed


def _duplicate(layout: Layout, number: int, entries: Map[int, Entry], error: Taken) -> DuplicateError:
    key = entries[error.doc_id][number + 1]
    return DuplicateError(layout.name, layout.indexes[number].name, key, error.doc_id, error.other)
