"""Values: the indexes that tell which documents have one.

::

    Unique("uuid")                                      # a field; no two documents share a value
    Hash("customer")                                    # a field; any number of documents share a value
    Hash("credit", lambda doc: {i["credit"] for i in doc["items"]})    # several values for one document

`Unique` lets any number of documents have None.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import Any

from immutables import Map

from .index import ABSENT, Document, Function, Index, is_none
from .sequence import SortedSequence


class DuplicateError(ValueError):
    """Two documents of one table would have the same value in a `Unique` index; nothing was changed."""

    def __init__(self, table: str, index: str, value: object, doc_id: int, other: int) -> None:
        super().__init__(
            f"{table}: {index} {value!r} is that of document {doc_id} and cannot be that of {other}"
        )
        self.table = table
        self.index = index
        self.value = value
        self.doc_id = doc_id
        self.other = other


class Taken(Exception):  # noqa: N818 - says what is the case; `DuplicateError` is what a caller sees
    """A `Unique` index has the value of one document already, by another, `doc_id`."""

    def __init__(self, doc_id: int, other: int) -> None:
        super().__init__(doc_id, other)
        self.doc_id = doc_id
        self.other = other


class Several(tuple[Hashable, ...]):
    """The values under which a `Hash` index files one document."""

    __slots__ = ()


class ValueIndex(Index[Map[Hashable, Any]]):
    """An index that answers which documents have a value."""

    empty = Map()
    finds_values = True
    knows_none = True
    """Whether it can tell which documents have None."""

    def __init__(self, name: str, function: Function | None = None) -> None:
        super().__init__(name, None if function is None else _several(function))

    @abstractmethod
    def find(self, filed: Map[Hashable, Any], value: Hashable) -> Sequence[int]:
        """The ids of the documents with that value, ascending."""


class Unique(ValueIndex):
    """A value that no two documents share; None is no value."""

    knows_none = False

    def file(
        self,
        filed: Map[Hashable, int],
        doc_id: int,
        key: Hashable,
        row: bytes,  # noqa: ARG002 - the id leads to it
    ) -> Map[Hashable, int]:
        """File a document. Raises `Taken`."""
        if is_none(key):
            return filed
        holder = filed.get(key)
        if holder is not None:
            raise Taken(holder, doc_id)
        return filed.set(key, doc_id)

    def unfile(
        self,
        filed: Map[Hashable, int],
        doc_id: int,  # noqa: ARG002 - it is the only one
        key: Hashable,
    ) -> Map[Hashable, int]:
        """Take a document out again."""
        return filed if is_none(key) else filed.delete(key)

    def build(
        self,
        ids: Sequence[int],
        keys: Sequence[Hashable],
        rows: Sequence[bytes],  # noqa: ARG002 - the ids lead to them
    ) -> Map[Hashable, int]:
        """File many documents at once. Raises `Taken`."""
        found = dict(zip(keys, ids, strict=True))
        found.pop(None, None)
        found.pop(ABSENT, None)
        for doc_id, key in zip(ids, keys, strict=True) if len(found) < len(ids) else ():
            if not is_none(key) and found[key] != doc_id:
                raise Taken(doc_id, found[key])
        return Map(found)

    def find(self, filed: Map[Hashable, int], value: Hashable) -> Sequence[int]:
        """The id of the document with that value, or nothing."""
        doc_id = filed.get(value)
        return () if doc_id is None else (doc_id,)


Bucket = int | SortedSequence
"""The documents of one value: mostly one, so that it stands for itself."""


class Hash(ValueIndex):
    """A value, or several, that any number of documents share.

    A function that returns a list, tuple, set or frozenset files the document under each of its members.
    """

    def file(
        self,
        filed: Map[Hashable, Bucket],
        doc_id: int,
        key: Hashable,
        row: bytes,  # noqa: ARG002 - the id leads to it
    ) -> Map[Hashable, Bucket]:
        """File a document."""
        for value in _values(key):
            bucket = filed.get(value)
            if bucket is None:
                filed = filed.set(value, doc_id)
            else:
                others = SortedSequence.of((bucket,)) if isinstance(bucket, int) else bucket
                filed = filed.set(value, others.add(doc_id))
        return filed

    def unfile(self, filed: Map[Hashable, Bucket], doc_id: int, key: Hashable) -> Map[Hashable, Bucket]:
        """Take a document out again."""
        for value in _values(key):
            bucket = filed[value]
            if isinstance(bucket, int):
                filed = filed.delete(value)
            else:
                others = bucket.remove(doc_id)
                filed = filed.set(value, others[0] if len(others) == 1 else others)
        return filed

    def build(
        self,
        ids: Sequence[int],
        keys: Sequence[Hashable],
        rows: Sequence[bytes],  # noqa: ARG002 - the ids lead to them
    ) -> Map[Hashable, Bucket]:
        """File many documents at once."""
        found: dict[Hashable, list[int]] = {}
        for doc_id, key in zip(ids, keys, strict=True):
            for value in _values(key):
                found.setdefault(value, []).append(doc_id)
        return Map(
            (value, members[0] if len(members) == 1 else SortedSequence.of(members))
            for value, members in found.items()
        )

    def find(self, filed: Map[Hashable, Bucket], value: Hashable) -> Sequence[int]:
        """The ids of the documents with that value, ascending."""
        bucket = filed.get(value)
        if bucket is None:
            return ()
        return (bucket,) if isinstance(bucket, int) else bucket


def _several(function: Function) -> Function:
    def key(document: Document) -> Any:
        value = function(document)
        return Several(dict.fromkeys(value)) if isinstance(value, list | tuple | set | frozenset) else value

    return key


def _values(key: Hashable) -> tuple[Hashable, ...]:
    if type(key) is Several:
        return key
    return () if key is ABSENT else (key,)
