"""One TinyDB table of a world, read as values and indexed by what they are looked up by."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tinydb import TinyDB

from .listing import Listing
from .rows import Codec, Row

V = TypeVar("V")

Keys = Callable[[Mapping[str, Any]], Iterable[str]]
"""Under which keys an index files a document."""


@dataclass(frozen=True, slots=True)
class Change:
    """One document to put in the place of the one with its key, or, if `row` is None, one to remove."""

    table: str
    key: str
    row: Row | None


class Table(Container[str], Generic[V]):
    """The values of one kind, in the order in which they were made.

    TinyDB holds the documents. An index holds, for each entry, the keys of the documents filed there.
    """

    def __init__(self, db: TinyDB, codec: Codec[V], **indexes: Keys) -> None:
        self.name = codec.table
        self.next_id = 1
        self._table = db.table(codec.table)
        self._codec = codec
        self._ids: dict[str, int] = {}
        self._indexes: dict[str, tuple[Keys, dict[str, dict[str, None]]]] = {
            name: (keys, {}) for name, keys in indexes.items()
        }
        for document in self._table:
            codec.read(document)  # what cannot be read is told now, not to the request that needs it
            self._file(document.doc_id, document)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[V]:
        return iter(self.all())

    def __contains__(self, key: object) -> bool:
        return key in self._ids

    def __getitem__(self, key: str) -> V:
        """The value with that key; KeyError if there is none."""
        document = self._table.get(doc_id=self._ids[key])
        assert document is not None
        return self._codec.read(document)

    def all(self) -> Listing[V]:
        """Every value, oldest first."""
        return Listing(list(self._ids), self.__getitem__)

    def find(self, index: str, entry: str) -> list[V]:
        """The values that `index` files under `entry`."""
        return [self[key] for key in self._indexes[index][1].get(entry, ())]

    def put(self, value: V) -> Change:
        """The change that stores `value`."""
        row = self._codec.write(value)
        return Change(self.name, row[self._codec.key], row)

    def remove(self, key: str) -> Change:
        """The change that removes the value with that key."""
        return Change(self.name, key, None)

    def id_of(self, key: str) -> int | None:
        """TinyDB's id of the document with that key."""
        return self._ids.get(key)

    def refile(self, doc_id: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        """Bring the indexes up to date after a write; None stands for "no document"."""
        if before is not None:
            self._unfile(before, gone=after is None)
        if after is not None:
            self._file(doc_id, after)
        self._table.clear_cache()

    def _file(self, doc_id: int, row: Mapping[str, Any]) -> None:
        key = row[self._codec.key]
        self._ids[key] = doc_id
        self.next_id = max(self.next_id, doc_id + 1)
        for keys, index in self._indexes.values():
            for entry in keys(row):
                index.setdefault(entry, {})[key] = None

    def _unfile(self, row: Mapping[str, Any], *, gone: bool) -> None:
        key = row[self._codec.key]
        for keys, index in self._indexes.values():
            for entry in keys(row):
                del index[entry][key]
        if gone:
            del self._ids[key]
