"""One table at one moment, as one value that never changes.

It holds the documents as rows of JSON, what its unique indexes filed, and what the others had filed when they
were last read (`late.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from immutables import Map
from msgspec import Struct

from .index import is_none
from .late import Late, Touch, start, touch
from .layout import Entry, Layout, Samples
from .order import Order
from .shelf import Shelf
from .uniques import Filed, file_all, file_changed, file_new, file_one

ROW_OVERHEAD = 12
"""What a document takes in the base file besides its row: its id, quotes, colon, comma, newline; roughly."""

MANY = 64
"""More changes than this at once, and an eighth of the table, are filed by sorting all anew."""


class Put(NamedTuple):
    """An entry to put in the place of the document of its id; None removes the document."""

    doc_id: int
    entry: Entry | None


class TableState(Struct, eq=False):
    """One table: its rows by id, what its unique indexes filed, and its trail, by which the others catch up.

    `next_id` is the id of the next document that comes without one. `size` is what the rows take in the
    base file, in bytes. Nothing in here changes but `lates`, in which something is replaced by the same
    brought up to date. Equal tables hold the same documents.
    """

    layout: Layout
    rows: Map[int, bytes]
    uniques: Filed
    lates: list[Late]
    trail: Touch
    samples: Samples
    next_id: int
    size: int

    @classmethod
    def empty(cls, layout: Layout) -> TableState:
        """A table without documents."""
        return cls.of(layout, Map(), layout.no_samples)

    @classmethod
    def of(cls, layout: Layout, rows: Mapping[int, bytes], samples: Samples | None = None) -> TableState:
        """A table of many documents. Raises `DuplicateError`."""
        trail, ids = start(), sorted(rows)
        in_order = list(map(rows.__getitem__, ids))
        return cls(
            layout,
            Map(rows),
            file_all(layout, ids, in_order),
            [Late(None, Map(), trail)] * len(layout.lates),
            trail,
            _samples(layout, in_order) if samples is None else samples,
            ids[-1] + 1 if ids else 1,
            sum(map(len, in_order)) + ROW_OVERHEAD * len(ids),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TableState) and self.rows == other.rows

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def ids(self) -> Shelf:
        """The ids of all documents, in order."""
        ids: Shelf = self._late(0)
        return ids

    def row(self, doc_id: int) -> bytes | None:
        """The document with that id, as JSON."""
        return self.rows.get(doc_id)

    def find(self, index: str, value: Any) -> Sequence[int]:
        """The ids of the documents with that value, ascending. Raises KeyError for an unknown index."""
        kind, unique, place = self.layout.finders.get(index) or self.layout.finder_of(index)
        found: Sequence[int] = kind.find(self.uniques[place] if unique else self._late(place), value)
        return found

    def first(self, index: str, value: Any) -> int | None:
        """The lowest id of a document with that value; None if there is none."""
        finder = self.layout.finders.get(index)
        if finder is not None and finder[1]:
            doc_id: int | None = self.uniques[finder[2]].get(value)
            return doc_id
        found = self.find(index, value)
        return found[0] if found else None

    def ordered(self, *keys: str) -> Order | Shelf:
        """The ids in the order of these indexes, `-` before a name for descending; of themselves without.

        Documents that are equal in the first are in the order of the next, at last of their ids, ascending
        also where the key is descending. A slice costs the slice and, with several keys, the documents that
        share its first key. Raises KeyError for an unknown index.
        """
        return Order(self, keys) if keys else self.ids

    def filed(self, number: int) -> Any:
        """What the index of that number filed, up to date."""
        unique, place = self.layout.place[number]
        return self.uniques[place] if unique else self._late(place)

    def with_puts(self, puts: Sequence[Put]) -> TableState:
        """The table after these changes; itself if they change nothing.

        Of several changes of one document the last holds. Raises `DuplicateError`, and TypeError for a key
        that does not compare with the others of its order.
        """
        layout, before = self.layout, self.rows
        after, touched, next_id, size, samples = self._put(puts)
        if not touched:
            return self
        if len(touched) > MANY and len(touched) * 8 > len(after):
            anew = TableState.of(layout, after, samples)
            anew.next_id = next_id
            return anew
        uniques = file_changed(layout, self.uniques, before, touched)
        trail = self.trail
        for doc_id in touched:
            trail = touch(trail, doc_id)
        return TableState(layout, after, uniques, self._lates(trail), trail, samples, next_id, size)

    def with_put(self, doc_id: int, entry: Entry | None) -> TableState:
        """The table after this one change: what `with_puts` makes of it, without what many changes need."""
        layout, rows, next_id, size, samples = self.layout, self.rows, self.next_id, self.size, self.samples
        uniques = self.uniques
        old = rows.get(doc_id)
        if entry is not None:
            row = entry[0]
            if old == row:
                return self
            if samples:
                samples = layout.compare(entry, samples)
            rows = rows.set(doc_id, row)
            if old is None:
                uniques = file_new(layout, uniques, doc_id, entry)
                size += len(row) + ROW_OVERHEAD
            else:
                uniques = file_one(layout, uniques, doc_id, old, entry)
                size += len(row) - len(old)
        elif old is not None:
            rows = rows.delete(doc_id)
            uniques = file_one(layout, uniques, doc_id, old, None)
            size -= len(old) + ROW_OVERHEAD
        elif doc_id < next_id:
            return self
        if doc_id >= next_id:
            next_id = doc_id + 1
        trail = touch(self.trail, doc_id)
        return TableState(layout, rows, uniques, self._lates(trail), trail, samples, next_id, size)

    def with_next_id(self, next_id: int) -> TableState:
        """The table with another id for the next document."""
        return TableState(
            self.layout,
            self.rows,
            self.uniques,
            self.lates[:],
            self.trail,
            self.samples,
            next_id,
            self.size,
        )

    def _put(self, puts: Sequence[Put]) -> tuple[Map[int, bytes], dict[int, Entry | None], int, int, Samples]:
        """The rows after these changes, what was touched, the next id, the size, and the samples."""
        rows, next_id, size = self.rows, self.next_id, self.size
        samples, compare = self.samples, self.layout.compare
        touched: dict[int, Entry | None] = {}
        for doc_id, entry in puts:
            old = rows.get(doc_id)
            if old is not None:
                if entry is not None and old == entry[0]:
                    continue
                size -= len(old) + ROW_OVERHEAD
            if entry is not None:
                samples = compare(entry, samples)
                rows = rows.set(doc_id, entry[0])
                size += len(entry[0]) + ROW_OVERHEAD
            elif old is not None:
                rows = rows.delete(doc_id)
            elif doc_id < next_id:
                continue
            touched[doc_id] = entry
            if doc_id >= next_id:
                next_id = doc_id + 1
        return rows, touched, next_id, size, samples

    def _lates(self, trail: Touch) -> list[Late]:
        """What the late indexes filed, for a state that the trail leads to."""
        lates = self.lates
        return lates[:] if trail.stake is self.trail.stake else [late.kept(trail) for late in lates]

    def _late(self, place: int) -> Any:
        """What that one of the late indexes filed, up to date."""
        late = self.lates[place]
        if late.rows is not self.rows or late.filed is None:
            late = late.up_to_date(self.layout.lates[place], self.rows, self.trail)
            self.lates[place] = late
        return late.filed


def _samples(layout: Layout, rows: Sequence[bytes]) -> Samples:
    """For each order the first key that there is."""
    orders = layout.checked[len(layout.uniques) :][: layout.orders]
    return tuple(_first(index.key_of_row(row) for row in rows) for index in orders)


def _first(keys: Iterable[Any]) -> Any:
    return next((key for key in keys if not is_none(key)), None)
