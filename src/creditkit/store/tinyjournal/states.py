"""What a database holds at one moment, as a value that never changes.

A write makes a new `State`, which shares with the old one everything but the paths to what changed. So a
reader needs no lock, and a snapshot, a fork or a way back is a reference that is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

from immutables import Map
from msgspec import Struct
from orjson import loads

from .document import Given, row_of
from .indexes import AFTER, IDS, Document, DuplicateError, Layout, Schema, Sorted, SortedList, Taken, item_of

ROW_OVERHEAD = 12
"""About what a document takes in the base file besides its row: id, quotes, colon, comma, newline."""

MANY = 64
"""From this many changes (and 1/8 of the table) on, all indexes are built again: that is quicker."""

JOURNAL, SNAPSHOTS = RESERVED = ("_journal", "_snapshots")
"""Tables of the base file that are not the user's."""

Puts = Mapping[int, bytes | None]
"""Rows to put in the place of the documents with these ids; None removes a document."""


Edit = tuple[int, bytes | None, bytes | None]
"""A document's id, its row before a change, and its row after it; None where there is none."""


ParsedEdit = tuple[int, Document | None, Document | None]
"""The same with documents instead of rows."""


class Behind(Struct, frozen=True):
    """What an index filed some changes ago, and these changes, the last one first."""

    filed: Any
    edits: Sequence[Edit]
    earlier: Behind | None
    count: int


SHARE, LEAST = 4, 16
"""An index that is behind by 1/SHARE of the table, and LEAST changes, is built again when it is read."""


class TableState(Struct, eq=False):
    """One table: its rows by id, and the values that its indexes file.

    `filed` has one value for each index of the layout. Those that are not `sure` of their keys are current;
    the others may be `Behind`, or None if they were never read. Reading one brings it up to date in place:
    nothing else in here changes. `next_id` is the id of the next document that comes without one; `size` is
    about what the rows take in the base file, in bytes.
    """

    layout: Layout
    rows: Map[int, bytes]
    filed: list[Any]
    next_id: int
    size: int

    @classmethod
    def of(cls, layout: Layout, rows: Mapping[int, bytes], next_id: int = 1) -> TableState:
        """A table of many documents. Raises `DuplicateError`, and whatever an index function raises."""
        ids = sorted(rows)
        size = sum(map(len, rows.values())) + ROW_OVERHEAD * len(rows)
        next_id = max(next_id, ids[-1] + 1 if ids else 1)
        table = cls(layout, Map(rows), [None] * len(layout.indexes), next_id, size)
        table.filed[-1] = SortedList(ids)
        early = [place for place, index in enumerate(layout.indexes) if not index.is_sure]
        keys: list[list[Any]] = [[] for _ in early]
        for doc_id in ids if early else ():
            document = loads(rows[doc_id])
            for place, found in zip(early, keys, strict=True):
                found.append(layout.indexes[place].key(document))
        for place, found in zip(early, keys, strict=True):
            table.filed[place] = table._build(place, zip(ids, found, strict=True))
        return table

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TableState) and self.rows == other.rows

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def ids(self) -> SortedList:
        """The ids of all documents, ascending."""
        ids: SortedList = self.get(-1)
        return ids

    def row(self, doc_id: int) -> bytes | None:
        """The document with that id, as JSON."""
        return self.rows.get(doc_id)

    def find(self, index: str, value: Any) -> Sequence[int]:
        """The ids of the documents with that value, ascending. Raises KeyError."""
        place = self.layout.place(index)
        of: Any = self.layout.indexes[place]
        if not of.finds_values:
            raise KeyError(f"index {index} of table {self.layout.name} is an order: use ordered()")
        found: Sequence[int] = of.find(self.get(place), value)
        return found

    def first(self, index: str, value: Any) -> int | None:
        """The lowest id of a document with that value; None if there is none."""
        found = self.find(index, value)
        return found[0] if found else None

    def ordered(self, *keys: str) -> Order | SortedList:
        """The ids in the order of these indexes, as `Order`; ascending without any."""
        return Order(self, keys) if keys else self.ids

    def get(self, place: int) -> Any:
        """What the index at that place files, up to date."""
        filed = self.filed[place]
        if filed is None:
            if place == -1:
                filed = IDS.build((doc_id, None) for doc_id in sorted(self.rows))
            else:
                index, rows = self.layout.indexes[place], self.rows
                filed = self._build(place, ((doc_id, index.key(loads(rows[doc_id]))) for doc_id in self.ids))
            self.filed[place] = filed
        elif type(filed) is Behind:
            changes: list[Sequence[Edit]] = []
            behind: Behind | None = filed
            while behind is not None:
                changes.append(behind.edits)
                behind = behind.earlier
            edits = _parsed(_merged(chain.from_iterable(reversed(changes))))
            filed = self.filed[place] = self._refiled(place, filed.filed, edits)
        return filed

    def _build(self, place: int, pairs: Iterable[tuple[int, Any]]) -> Any:
        try:
            return self.layout.indexes[place].build(pairs)
        except Taken as taken:
            raise DuplicateError(self.layout.name, *taken.args) from None

    def is_changed_by(self, doc_id: int, row: bytes | None) -> bool:
        """Whether the table would be another with that row in the place of that document."""
        return doc_id >= self.next_id or self.rows.get(doc_id) != row

    def with_puts(self, puts: Puts) -> TableState:
        """The table after these changes; itself if they change nothing.

        Raises `DuplicateError`, TypeError for a key that does not compare with the others of its order, and
        whatever an index function raises.
        """
        rows, next_id, size = self.rows, self.next_id, self.size
        edits: list[Edit] = []
        for doc_id, row in puts.items():
            old = rows.get(doc_id)
            if doc_id >= next_id:
                next_id = doc_id + 1
            if old == row:
                continue
            edits.append((doc_id, old, row))
            rows = rows.delete(doc_id) if row is None else rows.set(doc_id, row)
            size += len(row) + ROW_OVERHEAD if row is not None else 0
            size -= len(old) + ROW_OVERHEAD if old is not None else 0
        if not edits:
            return self if next_id == self.next_id else self.with_next_id(next_id)
        if len(edits) > MANY and len(edits) * 8 > len(rows):
            return TableState.of(self.layout, rows, next_id)
        filed = self.filed[:]
        documents = _parsed(edits)  # once for all indexes
        most = max(LEAST, len(rows) // SHARE)
        for place, index in enumerate(self.layout.indexes):
            value = filed[place]
            if not index.is_sure:
                filed[place] = self._refiled(place, value, documents)
            elif type(value) is Behind:
                count = value.count + len(edits)
                filed[place] = Behind(value.filed, edits, value, count) if count <= most else None
            elif value is not None:
                filed[place] = Behind(value, edits, None, len(edits))
        return TableState(self.layout, rows, filed, next_id, size)

    def _refiled(self, place: int, value: Any, edits: Sequence[ParsedEdit]) -> Any:
        """What an index files after these changes. Old keys go first: one change may free another's value."""
        index = self.layout.indexes[place]
        added = []
        for doc_id, old, new in edits:
            key = None if new is None else index.key(new)
            if old is not None:
                old_key = index.key(old)
                if new is not None and key == old_key and type(key) is type(old_key):
                    continue
                value = index.remove(value, doc_id, old_key)
            if new is not None:
                added.append((doc_id, key))
        try:
            for doc_id, key in added:
                value = index.add(value, doc_id, key)
        except Taken as taken:
            raise DuplicateError(self.layout.name, *taken.args) from None
        return value

    def with_next_id(self, next_id: int) -> TableState:
        """The table with another id for the next document."""
        return TableState(self.layout, self.rows, self.filed[:], next_id, self.size)


def _merged(edits: Iterable[Edit]) -> Iterable[Edit]:
    """Of several changes of one document, the way from the first to the last."""
    ends: dict[int, Edit] = {}
    for doc_id, old, row in edits:
        ends[doc_id] = (doc_id, ends[doc_id][1] if doc_id in ends else old, row)
    return ends.values()


def _parsed(edits: Iterable[Edit]) -> list[ParsedEdit]:
    return [
        (doc_id, None if old is None else loads(old), None if row is None else loads(row))
        for doc_id, old, row in edits
    ]


class Order(Sequence[int]):
    """The ids of a table's documents in the order of `Sorted` indexes, sorted as Python sorts: stable.

    `keys` are names of indexes, with `-` before those that descend. Documents that are equal in all keys
    stand by id, ascending also where a key descends. A missing key comes last, and first where its order
    descends. Raises KeyError for an index that is no order.
    """

    def __init__(self, table: TableState, keys: Sequence[str]) -> None:
        layout = table.layout
        places = [(layout.place(key.removeprefix("-")), key.startswith("-")) for key in keys]
        for place, _ in places:
            if not isinstance(layout.indexes[place], Sorted):
                raise KeyError(f"index {layout.indexes[place].name} of table {layout.name} is not an order")
        (first, self._descends), *rest = places
        self._rest = [(layout.indexes[place], descends) for place, descends in reversed(rest)]
        self._rows = table.rows
        self._entries: SortedList = table.get(first)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: Any) -> Any:
        return item_of(self, index)

    def __iter__(self) -> Iterator[int]:
        return iter(self.part(0, len(self)))

    def part(self, start: int, stop: int) -> list[int]:
        """The ids from one place up to another."""
        size, descends = len(self), self._descends
        first, last = (size - stop, size - start) if descends else (start, stop)
        near = self._entries.part(max(first - 1, 0), min(last + 1, size))
        if not (descends or self._rest) or all(one[:2] != other[:2] for one, other in pairwise(near)):
            # No document in the part shares its first key with a neighbour, so nothing else has a say.
            skip = first - max(first - 1, 0)
            ids = [entry[2] for entry in near[skip : skip + last - first]]
            return ids[::-1] if descends else ids
        found: list[int] = []
        at = start
        while at < stop:  # one group of equal first keys after the other
            missing, key, _ = self._entries[size - 1 - at if descends else at]
            begin, end = (self._entries.place((missing, key, doc_id)) for doc_id in (-AFTER, AFTER))
            before = size - end if descends else begin
            found += self._group(begin, end)[at - before : stop - before]
            at = before + end - begin
        return found

    def _group(self, begin: int, end: int) -> list[int]:
        """The documents of one group, in the order of the other keys."""
        ids = [entry[2] for entry in self._entries.part(begin, end)]
        if self._rest and len(ids) > 1:
            documents = {doc_id: loads(self._rows[doc_id]) for doc_id in ids}
            for index, descends in self._rest:
                keys = {doc_id: index.entry(0, index.key(documents[doc_id]))[:2] for doc_id in ids}  # type: ignore[attr-defined]
                ids.sort(key=keys.__getitem__, reverse=descends)
        return ids


class State(Struct, eq=False):
    """All tables. Equal states hold the same documents in the same tables."""

    schema: Schema
    tables: Mapping[str, TableState]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.tables == other.tables

    @property
    def size(self) -> int:
        """About what the documents take in the base file, in bytes."""
        return sum([table.size for table in self.tables.values()])

    def table(self, name: str) -> TableState:
        """The table of that name; an empty one if there is none."""
        table = self.tables.get(name)
        return TableState.of(self.schema.get(name) or Layout(name), {}) if table is None else table

    def with_table(self, name: str, table: TableState) -> State:
        """The state with another content of one table."""
        return State(self.schema, {**self.tables, name: table})

    def without_table(self, name: str) -> State:
        """The state without one table."""
        return State(self.schema, {key: table for key, table in self.tables.items() if key != name})


class Change(Struct, frozen=True):
    """A document to put: under its id, or as a new one where `doc_id` is None. `row` None removes it."""

    table: str
    doc_id: int | None
    row: Given | None


class Row(Struct, frozen=True):
    """A step: what a document is now; `row` is None where there is none any more."""

    table: str
    doc_id: int
    row: bytes | None


def put(state: State, changes: Sequence[Change]) -> tuple[State, list[Row], list[int]]:
    """The state after these changes, the steps that lead to it, and the ids of the documents.

    The changes of one table are made at once, wherever they stand: one may free a unique value for another.
    Of several changes of one document the last holds. Raises as `TableState.with_puts` and `row_of`.
    """
    by_table: dict[str, dict[int, bytes | None]] = {}
    next_ids: dict[str, int] = {}
    doc_ids: list[int] = []
    for change in changes:
        name, doc_id = change.table, change.doc_id
        if name not in by_table:
            if name in RESERVED:
                raise ValueError(f"the name {name} is taken by the file format")
            by_table[name], next_ids[name] = {}, state.table(name).next_id
        if doc_id is None:
            doc_id = next_ids[name]
        if doc_id >= next_ids[name]:
            next_ids[name] = doc_id + 1
        doc_ids.append(doc_id)
        by_table[name][doc_id] = None if change.row is None else row_of(change.row)
    steps: list[Row] = []
    for name, puts in by_table.items():
        before = state.table(name)
        after = before.with_puts(puts)
        if after is not before:
            state = state.with_table(name, after)
            steps += [Row(name, *each) for each in puts.items() if before.is_changed_by(*each)]
    return state, steps, doc_ids


def differences(
    old: TableState, new: TableState, among: Iterable[int] | None = None
) -> Iterator[tuple[int, bytes | None]]:
    """What to put into `old` to make it `new`: ids with rows, None where there is none.

    `among` are the ids that can differ; without it, all documents are looked at.
    """
    if old.rows is new.rows:
        return
    if among is None:
        among = [*(doc_id for doc_id in old.ids if doc_id not in new.rows), *new.ids]
    for doc_id in among:
        before, row = old.rows.get(doc_id), new.rows.get(doc_id)
        if before is not row and before != row:
            yield doc_id, row
