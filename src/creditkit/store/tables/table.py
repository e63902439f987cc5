"""The values of one kind in one state of a world."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar, overload

import orjson
from msgspec import Struct

from creditkit.store.tinyjournal import Change, TableState

from .rows import Codec, Row

V = TypeVar("V")


class Listing(Sequence[V]):
    """The objects in the documents with the given ids, in that order.

    Its length costs nothing, a slice its own length. It shows the state in which it was made, whatever
    happens to the world afterwards.
    """

    def __init__(self, ids: Sequence[int], read: Callable[[int], V]) -> None:
        self._ids = ids
        self._read = read

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[V]:
        return map(self._read, self._ids)

    @overload
    def __getitem__(self, index: int) -> V: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...

    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        if isinstance(index, slice):
            return tuple(map(self._read, self._ids[index]))
        return self._read(self._ids[index])


class Table(Struct, Generic[V], eq=False):
    """The values of one kind, in the order in which they were made.

    It stays what it is when the world changes.

    Values are found by their key, or through an index of `indexes`. `ids` are TinyDB's document ids. `origin`
    is the state that it was made of, None for a table that is not there. `raws` are the documents by id, in
    the very bytes that are kept, and `values` is what these mean.
    """

    _codec: Codec[V]
    _state: TableState
    origin: TableState | None
    _ids: Mapping[str, int]
    raws: Mapping[int, bytes]
    values: Mapping[bytes, V]

    @classmethod
    def of(cls, codec: Codec[V], origin: TableState | None, state: TableState) -> Table[V]:
        """The table of a state."""
        ids = state.get(state.layout.places[codec.key])  # keys are unique in every table
        return cls(codec, state, origin, ids, state.rows, codec.values)

    def __len__(self) -> int:
        return len(self._state)

    def __iter__(self) -> Iterator[V]:
        return iter(self.all())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._ids

    def __getitem__(self, key: str) -> V:
        """The value with that key; KeyError if there is none."""
        return self.values[self.raws[self._ids[key]]]

    def read(self, doc_id: int) -> V:
        """The value in the document with that id, which exists."""
        return self.values[self.raws[doc_id]]

    def row(self, doc_id: int) -> Row:
        """The document with that id, which exists, as JSON has it."""
        row: Row = orjson.loads(self.raws[doc_id])
        return row

    def rows(self) -> dict[int, Row]:
        """All documents as JSON has them, by id."""
        return {doc_id: self.row(doc_id) for doc_id in self.ids()}

    def all(self, *order: str) -> Listing[V]:
        """Every value, oldest first or by the sorted indexes in `order`, with `-` in front for descending."""
        return self.listing(self.ids(*order))

    def ids(self, *order: str) -> Sequence[int]:
        """The ids of all documents, oldest first or by the sorted indexes in `order`."""
        return self._state.ordered(*order)

    def listing(self, ids: Sequence[int]) -> Listing[V]:
        """The values in the documents with these ids."""
        return Listing(ids, self.read)

    def find(self, index: str, entry: str) -> list[V]:
        """The values that `index` files under `entry`, oldest first."""
        if not self.raws:
            return []
        ids = self._state.find(index, entry)
        return [self.values[self.raws[doc_id]] for doc_id in ids] if ids else []

    def one(self, index: str, entry: str) -> V | None:
        """The oldest value that `index` files under `entry`, None if there is none."""
        doc_id = self._state.first(index, entry)
        return None if doc_id is None else self.values[self.raws[doc_id]]

    def first(self, index: str, entry: str) -> int | None:
        """The id of the oldest document that `index` files under `entry`."""
        return self._state.first(index, entry)

    def put(self, value: V) -> Change:
        """The change that stores `value`."""
        codec = self._codec
        return Change(codec.table, self._ids.get(getattr(value, codec.key)), codec.write(value))

    def add(self, value: V) -> Change:
        """The same for a value whose key is a new one."""
        codec = self._codec
        return Change(codec.table, None, codec.write(value))

    def remove(self, key: str) -> Change:
        """The change that removes the value with that key, which exists."""
        return Change(self._codec.table, self._ids[key], None)
