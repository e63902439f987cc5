"""Indexes: how documents are found other than by their id.

::

    Unique("uuid")                                  # no two documents share a value; None is no value
    Hash("customer")                                # any number of documents share a value
    Hash("payer", lambda doc: [i["credit"] for i in doc["items"]])      # several values for one document
    Sorted("value", lambda doc: Decimal(doc["value"]))                  # an order; None comes last

An index holds nothing itself. What it files is an immutable value that a table's state keeps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import accumulate
from math import inf
from operator import itemgetter
from typing import Any, Final, overload

from immutables import Map
from tinydb import utils

Document = Mapping[str, Any]


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""The key of a document that lacks the field: not filed by `Unique` and `Hash`, last in `Sorted`."""

CHUNK = 512
"""How many entries a chunk of a `SortedList` has at most. A change copies one chunk and the list of chunks.

Copying costs a visit to each entry; 512 keeps both parts near the square root of 100,000 entries.
"""


class DuplicateError(ValueError):
    """Two documents of one table would have the same value in a `Unique` index; nothing was changed."""

    def __init__(self, table: str, index: str, value: object, doc_id: int, other: int) -> None:
        super().__init__(
            f"{table}: {index} {value!r} is that of document {doc_id} and cannot be that of {other}"
        )
        self.table, self.index, self.value = table, index, value
        self.doc_id, self.other = doc_id, other


_LAST = itemgetter(-1)


class SortedList(Sequence[Any]):
    """Entries in ascending order. It never changes: `add` and `remove` return another list.

    Two levels: chunks of up to CHUNK entries, found by their last ones.
    """

    __slots__ = ("_chunks", "_size", "_starts")

    def __init__(self, entries: Sequence[Any] = ()) -> None:
        """A list of entries that are sorted already."""
        full = CHUNK * 3 // 4  # leaves room in each chunk, so that the next additions do not split it
        self._chunks = [list(entries[at : at + full]) for at in range(0, len(entries), full)]
        self._size = len(entries)
        self._starts: list[int] | None = None

    def _with(self, at: int, size: int, *chunks: list[Any]) -> SortedList:
        """The list with other chunks in the place of one."""
        new: SortedList = object.__new__(SortedList)
        new._chunks = self._chunks[:]
        new._chunks[at : at + 1] = chunks
        new._size, new._starts = size, None
        return new

    def _chunk_of(self, entry: Any) -> int:
        """The first chunk whose last entry is not less."""
        return bisect_left(self._chunks, entry, key=_LAST)

    def add(self, entry: Any) -> SortedList:
        """The list with one more entry. Raises TypeError for one that does not compare with the others."""
        if not self._chunks:
            return SortedList([entry])
        at = min(self._chunk_of(entry), len(self._chunks) - 1)
        chunk = self._chunks[at][:]
        chunk.insert(bisect_left(chunk, entry), entry)
        if len(chunk) <= CHUNK:
            return self._with(at, self._size + 1, chunk)
        half = CHUNK // 2
        return self._with(at, self._size + 1, chunk[:half], chunk[half:])

    def remove(self, entry: Any) -> SortedList:
        """The list without an entry, which must be there."""
        at = self._chunk_of(entry)
        chunk = self._chunks[at][:]
        del chunk[bisect_left(chunk, entry)]
        return self._with(at, self._size - 1, *([chunk] if chunk else []))

    def place(self, entry: Any) -> int:
        """How many entries are less than this one."""
        at = self._chunk_of(entry)
        if at == len(self._chunks):
            return self._size
        return self._begins()[at] + bisect_left(self._chunks[at], entry)

    def part(self, start: int, stop: int) -> list[Any]:
        """The entries from one place up to another; both between 0 and the length."""
        found: list[Any] = []
        if start >= stop:
            return found
        begins = self._begins()
        at = bisect_left(begins, start + 1) - 1
        while start < stop:
            chunk = self._chunks[at]
            piece = chunk[start - begins[at] : stop - begins[at]]
            found += piece
            start += len(piece)
            at += 1
        return found

    def chunks(self) -> Iterator[list[Any]]:
        """All entries, a chunk at a time."""
        return iter(self._chunks)

    def _begins(self) -> list[int]:
        """Where each chunk begins."""
        if self._starts is None:
            self._starts = list(accumulate(map(len, self._chunks), initial=0))[:-1]
        return self._starts

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        for chunk in self._chunks:
            yield from chunk

    def __repr__(self) -> str:
        return f"SortedList({list(self)!r})"

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        return item_of(self, index)


def item_of(sequence: Any, index: int | slice) -> Any:
    """One item, or a slice as a list, of a sequence that has `part(start, stop)`."""
    if isinstance(index, slice):
        start, stop, step = index.indices(len(sequence))
        if step == 1:
            return sequence.part(start, max(start, stop))
        return [item_of(sequence, at) for at in range(start, stop, step)]
    at = index if index >= 0 else index + len(sequence)
    if not 0 <= at < len(sequence):
        raise IndexError(f"no item {index} in a sequence of {len(sequence)}")
    return sequence.part(at, at + 1)[0]


class Index(ABC):
    """One way in which the documents of a table are found; `empty` is what it files of a table of none.

    `function` makes the key of a document; without one, the key is the field of the index's name. With `sure`
    it promises that it makes a key of every document and that all keys compare; the index is then first filed
    when somebody reads it.
    """

    empty: Any
    finds_values = True

    def __init__(
        self, name: str, function: Callable[[Document], Any] | None = None, *, sure: bool = False
    ) -> None:
        self.name = name
        self.function = function
        self.is_sure = sure

    def key(self, document: Document) -> Any:
        """What a document is filed under. Raises whatever the function raises."""
        key = document.get(self.name, ABSENT) if self.function is None else self.function(document)
        return utils.freeze(key) if isinstance(key, list | dict | set) else key  # type: ignore[no-untyped-call]

    @abstractmethod
    def add(self, filed: Any, doc_id: int, key: Any) -> Any:
        """File a document."""

    @abstractmethod
    def remove(self, filed: Any, doc_id: int, key: Any) -> Any:
        """Take a document out again."""

    @abstractmethod
    def build(self, pairs: Iterable[tuple[int, Any]]) -> Any:
        """File many documents at once: ids, ascending, each with its key."""


class Unique(Index):
    """A value that no two documents share; any number of documents have None. Filed: a map to ids."""

    empty: Map[Hashable, int] = Map()

    def add(self, filed: Map[Hashable, int], doc_id: int, key: Any) -> Map[Hashable, int]:
        """File a document. Raises `Taken`."""
        if key is None or key is ABSENT:
            return filed
        holder = filed.get(key)
        if holder is not None:
            raise Taken(self.name, key, holder, doc_id)
        return filed.set(key, doc_id)

    def remove(self, filed: Map[Hashable, int], doc_id: int, key: Any) -> Map[Hashable, int]:  # noqa: ARG002
        """Take a document out again."""
        return filed if key is None or key is ABSENT else filed.delete(key)

    def build(self, pairs: Iterable[tuple[int, Any]]) -> Map[Hashable, int]:
        """File many documents. Raises `Taken`."""
        found: dict[Hashable, int] = {}
        for doc_id, key in pairs:
            if key is not None and key is not ABSENT and (holder := found.setdefault(key, doc_id)) != doc_id:
                raise Taken(self.name, key, holder, doc_id)
        return Map(found)

    def find(self, filed: Map[Hashable, int], value: Hashable) -> Sequence[int]:
        """The id of the document with that value, or nothing."""
        doc_id = filed.get(value)
        return () if doc_id is None else (doc_id,)


class Taken(Exception):  # noqa: N818 - `DuplicateError`, made of it where the table's name is known, is the error
    """A `Unique` index has the value of a document already."""


class Hash(Index):
    """A value that documents share. A function that returns a list or set files a document under each member.

    Filed: a map from each value to the ids of its documents, ascending.
    """

    empty: Map[Hashable, tuple[int, ...]] = Map()

    def add(self, filed: Any, doc_id: int, key: Any) -> Any:
        """File a document."""
        for value in self._values(key):
            ids = filed.get(value, ())
            at = bisect_left(ids, doc_id)
            filed = filed.set(value, (*ids[:at], doc_id, *ids[at:]))
        return filed

    def remove(self, filed: Any, doc_id: int, key: Any) -> Any:
        """Take a document out again."""
        for value in self._values(key):
            ids = tuple(each for each in filed[value] if each != doc_id)
            filed = filed.set(value, ids) if ids else filed.delete(value)
        return filed

    def build(self, pairs: Iterable[tuple[int, Any]]) -> Any:
        """File many documents."""
        found: dict[Hashable, list[int]] = {}
        for doc_id, key in pairs:
            for value in self._values(key):
                found.setdefault(value, []).append(doc_id)
        return Map({value: tuple(ids) for value, ids in found.items()})

    def find(self, filed: Any, value: Hashable) -> Sequence[int]:
        """The ids of the documents with that value, ascending."""
        ids: Sequence[int] = filed.get(value, ())
        return ids

    def _values(self, key: Any) -> Iterable[Hashable]:
        if key is ABSENT:
            return ()
        if self.function is not None and isinstance(key, tuple | frozenset):
            return dict.fromkeys(key)
        return (key,)


class Sorted(Index):
    """An order. Filed: entries (is the key missing, key, id): equal keys stand by id, and None last."""

    empty = SortedList()
    finds_values = False

    def add(self, filed: SortedList, doc_id: int, key: Any) -> SortedList:
        """File a document. Raises TypeError for a key that does not compare with the others."""
        return filed.add(self.entry(doc_id, key))

    def remove(self, filed: SortedList, doc_id: int, key: Any) -> SortedList:
        """Take a document out again."""
        return filed.remove(self.entry(doc_id, key))

    def build(self, pairs: Iterable[tuple[int, Any]]) -> SortedList:
        """File many documents. Raises TypeError for keys that do not compare."""
        return SortedList(sorted(self.entry(doc_id, key) for doc_id, key in pairs))

    def entry(self, doc_id: float, key: Any) -> tuple[bool, Any, float]:
        """The entry of a document; with the id `AFTER`, a place behind all documents with that key."""
        return (True, None, doc_id) if key is None or key is ABSENT else (False, key, doc_id)


AFTER = inf


class Ids(Index):
    """The ids of all documents, ascending."""

    empty = SortedList()
    finds_values = False

    def __init__(self) -> None:
        super().__init__("", lambda _: None, sure=True)

    def add(self, filed: SortedList, doc_id: int, key: Any) -> SortedList:  # noqa: ARG002
        """File a document."""
        return filed.add(doc_id)

    def remove(self, filed: SortedList, doc_id: int, key: Any) -> SortedList:  # noqa: ARG002
        """Take a document out again."""
        return filed.remove(doc_id)

    def build(self, pairs: Iterable[tuple[int, Any]]) -> SortedList:
        """File many documents; their keys say nothing."""
        return SortedList([doc_id for doc_id, _ in pairs])


IDS = Ids()


class Layout:
    """The indexes of one table, that of the ids last; `places` tells by name which one it is."""

    def __init__(self, name: str, indexes: Sequence[Index] = ()) -> None:
        self.name = name
        self.indexes = (*indexes, IDS)
        self.places = {index.name: place for place, index in reversed(list(enumerate(indexes)))}
        self.by_field: dict[str, list[str]] = {}
        for index in indexes:
            if index.finds_values and index.function is None:
                self.by_field.setdefault(index.name, []).append(index.name)

    def place(self, index: str) -> int:
        """Which of the indexes has that name. Raises KeyError."""
        place = self.places.get(index)
        if place is None:
            raise KeyError(f"table {self.name} has no index {index}")
        return place


Schema = Mapping[str, Layout]
"""The tables that have indexes."""
