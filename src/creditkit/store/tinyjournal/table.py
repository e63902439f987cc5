"""A TinyDB table whose reads and writes cost what they touch, whatever the table holds.

TinyDB's public methods behave as TinyDB documents them, with these differences:

- documents come in the order of their ids, also where they were inserted in another;
- every dictionary that is returned is the caller's own, so there is no query cache to fill or clear;
- a condition `field == value`, alone or joined to others by `&`, is answered by an index of that field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, cast

from orjson import loads
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table

from .draft import Change
from .query import candidates
from .storage import JournalStorage
from .tablestate import TableState

Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]
"""What an update sets, or does to each document."""


class IndexedTable(Table):
    """One table of a `JournalDB`."""

    def __init__(
        self,
        storage: Storage,
        name: str,
        cache_size: int = Table.default_query_cache_capacity,
        persist_empty: bool = False,
    ) -> None:
        super().__init__(storage, name, cache_size)
        self._journal = cast(JournalStorage, storage)
        if persist_empty and name not in self._journal.state.tables:
            self.truncate()

    @property
    def state(self) -> TableState:
        """What the table holds now: one immutable value."""
        return self._journal.state.table(self._name)

    def raw(self, doc_id: int) -> bytes | None:
        """The document with that id, as JSON."""
        table = self._journal.state.tables.get(self._name)
        return None if table is None else table.row(doc_id)

    def rows(self, doc_ids: Iterable[int]) -> list[bytes]:
        """The documents with these ids, as JSON. Raises KeyError for one that is not there."""
        return list(map(self.state.rows.__getitem__, doc_ids))

    def page(self, offset: int, limit: int, *keys: str) -> list[bytes]:
        """So many documents from that place on, ordered as by `ordered`, as JSON."""
        return self.state.ordered(*keys).rows(offset, offset + limit)

    def find(self, index: str, value: Any) -> Sequence[int]:
        """The ids of the documents with that value, ascending. Raises KeyError for an unknown index."""
        return self.state.find(index, value)

    def first(self, index: str, value: Any) -> int | None:
        """The lowest id of a document with that value; None if there is none."""
        return self.state.first(index, value)

    def ids(self, offset: int = 0, limit: int | None = None) -> Sequence[int]:
        """The ids from that place on, in order."""
        ids = self.state.ids
        return ids[offset : len(ids) if limit is None else offset + limit]

    def ordered(self, *keys: str) -> Sequence[int]:
        """The ids in the order of these indexes, as `TableState.ordered`; a view of what holds now."""
        return self.state.ordered(*keys)

    def insert(self, document: Mapping[str, Any]) -> int:
        """Add a document; its id. A `Document` keeps its own. Raises ValueError if that is taken."""
        return self._journal.decide(lambda: self._additions((document,)))[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Add documents, all or none; their ids. Raises ValueError as `insert`."""
        return self._journal.decide(lambda: self._additions(documents))

    def all(self) -> list[Document]:
        """All documents."""
        return list(self)

    def search(self, cond: QueryLike) -> list[Document]:
        """The documents that fulfil the condition."""
        return [self.document_class(document, doc_id) for doc_id, document in self._documents(cond)]

    def get(  # type: ignore[override]
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> Document | list[Document] | None:
        """The document with that id, or the first that fulfils the condition; those with these ids."""
        if doc_id is not None:
            row = self.raw(doc_id)
            return None if row is None else self.document_class(loads(row), doc_id)
        if doc_ids is not None:
            table = self.state
            return [
                self.document_class(loads(table.rows[each]), each)
                for each in sorted(set(doc_ids))
                if each in table.rows
            ]
        if cond is not None:
            for found, document in self._documents(cond):
                return self.document_class(document, found)
            return None
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def contains(self, cond: QueryLike | None = None, doc_id: int | None = None) -> bool:
        """Whether there is a document with that id, or that fulfils the condition."""
        if doc_id is not None:
            return self.raw(doc_id) is not None
        if cond is not None:
            return any(True for _ in self._ids(cond))
        raise RuntimeError("You have to pass either cond or doc_id")

    def update(
        self,
        fields: Fields,
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        """Change the documents with these ids, or that fulfil the condition, or all; their ids."""
        return self._journal.decide(lambda: self._updates(fields, cond, doc_ids))

    def update_multiple(self, updates: Iterable[tuple[Fields, QueryLike]]) -> list[int]:
        """Apply each update to the documents that fulfil its condition; their ids, one for each update."""
        updated: list[int] = []
        pairs = list(updates)
        name = self._name

        def changes() -> Iterator[Change]:
            for doc_id, document in self._documents(None):
                before = len(updated)
                for fields, cond in pairs:
                    if cond(document):
                        updated.append(doc_id)
                        _apply(fields, document)
                if len(updated) > before:
                    yield Change(name, doc_id, document)

        self._journal.decide(changes)
        return updated

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Update the documents that fulfil the condition, or have its id; add it if there is none."""
        doc_ids = [document.doc_id] if isinstance(document, self.document_class) else None
        if doc_ids is None and cond is None:
            raise ValueError(
                "If you don't specify a search query, you must specify a doc_id. "
                "Hint: use a table.Document object."
            )

        def changes() -> list[Change]:
            return list(self._updates(document, cond, doc_ids)) or list(self._additions((document,)))

        return self._journal.decide(changes)

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """Remove the documents with these ids, or that fulfil the condition; their ids."""
        if cond is None and doc_ids is None:
            raise RuntimeError("Use truncate() to remove all documents")
        name = self._name

        def changes() -> Iterator[Change]:
            if doc_ids is None:
                return (Change(name, doc_id, None) for doc_id in self._ids(cond))
            return (Change(name, doc_id, None) for doc_id in doc_ids if self.raw(doc_id) is not None)

        return self._journal.decide(changes)

    def truncate(self) -> None:
        """Remove all documents; the next one gets the id 1."""
        with self._journal.transaction() as draft:
            draft.empty(self._name)

    def count(self, cond: QueryLike) -> int:
        """How many documents fulfil the condition."""
        return sum(1 for _ in self._ids(cond))

    def __len__(self) -> int:
        return len(self.state)

    def __iter__(self) -> Iterator[Document]:
        for doc_id, document in self._documents(None):
            yield self.document_class(document, doc_id)

    def _additions(self, documents: Iterable[Mapping[str, Any]]) -> Iterator[Change]:
        """What adds documents; those that bring an id must not find it taken, nor by one another."""
        added: set[int] = set()
        for document in documents:
            if type(document) is not dict and not isinstance(document, Mapping):
                raise ValueError("Document is not a Mapping")
            doc_id = None
            if isinstance(document, self.document_class):
                doc_id = document.doc_id
                if doc_id in added or self.raw(doc_id) is not None:
                    raise ValueError(f"Document with ID {doc_id} already exists")
                added.add(doc_id)
            yield Change(self._name, doc_id, document)

    def _updates(
        self, fields: Fields, cond: QueryLike | None, doc_ids: Iterable[int] | None
    ) -> Iterator[Change]:
        """What changes the documents with these ids, or that fulfil the condition, or all."""
        if doc_ids is None:
            for doc_id, document in self._documents(cond):
                yield Change(self._name, doc_id, _apply(fields, document))
        else:
            for doc_id in doc_ids:
                row = self.raw(doc_id)
                if row is not None:
                    yield Change(self._name, doc_id, _apply(fields, loads(row)))

    def _ids(self, cond: QueryLike | None) -> Iterator[int]:
        """The ids of the documents that fulfil the condition."""
        if cond is not None:
            found, exact = candidates(self.state, cond)
            if exact:
                return iter(found)
        return (doc_id for doc_id, _ in self._documents(cond))

    def _documents(self, cond: QueryLike | None) -> Iterator[tuple[int, dict[str, Any]]]:
        """The documents that fulfil the condition, or all, with their ids; each the caller's own."""
        table = self.state
        rows = table.rows
        if cond is None:
            for doc_id in table.ids:
                yield doc_id, loads(rows[doc_id])
            return
        found, exact = candidates(table, cond)
        for doc_id in found:
            document = loads(rows[doc_id])
            if exact or cond(document):
                yield doc_id, document

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {str(document.doc_id): document for document in self}

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        """Change the table as a whole, as TinyDB's own methods do; what differs is written."""
        with self._journal.transaction():
            documents: dict[int, Mapping[str, Any]] = {document.doc_id: document for document in self}
            before = list(documents)
            updater(documents)
            gone = [Change(self._name, doc_id, None) for doc_id in before if doc_id not in documents]
            put = [Change(self._name, doc_id, document) for doc_id, document in documents.items()]
            self._journal.commit(gone + put)


def _apply(fields: Fields, document: dict[str, Any]) -> dict[str, Any]:
    if callable(fields):
        fields(document)
    else:
        document.update(fields)
    return document
