"""A TinyDB table whose reads and writes cost what they touch, whatever the table holds.

TinyDB's public methods behave as TinyDB documents them, with these differences: documents come in the order
of their ids; every dictionary that is returned is the caller's own, so there is no query cache; and a
condition `field == value`, alone or joined to others by `&`, is answered by an index of that field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, cast

from orjson import loads
from tinydb import where
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table

from .journal import Whole
from .states import Change, TableState
from .storage import JournalStorage

Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]
"""What an update sets, or does to each document."""

Found = Iterator[tuple[int, dict[str, Any]]]


class IndexedTable(Table):
    """One table of a `JournalDB`."""

    def __init__(
        self, storage: Storage, name: str, cache_size: int = 10, persist_empty: bool = False
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
        return self.state.rows.get(doc_id)

    def page(self, offset: int, limit: int, *keys: str) -> list[bytes]:
        """So many documents from that place on, ordered as by `ordered`, as JSON."""
        state = self.state
        return [state.rows[doc_id] for doc_id in state.ordered(*keys)[offset : offset + limit]]

    def find(self, index: str, value: Any) -> Sequence[int]:
        """The ids of the documents with that value, ascending. Raises KeyError for an unknown index."""
        return self.state.find(index, value)

    def ordered(self, *keys: str) -> Sequence[int]:
        """The ids in the order of these indexes, as `TableState.ordered`; a view of what holds now."""
        return self.state.ordered(*keys)

    def insert(self, document: Mapping[str, Any]) -> int:
        """Add a document; its id. A `Document` keeps its own. Raises ValueError if that is taken."""
        return self.insert_multiple((document,))[0]

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
        if doc_id is None and doc_ids is None and cond is None:
            raise RuntimeError("You have to pass either cond or doc_id or doc_ids")
        wanted = [doc_id] if doc_id is not None else None if doc_ids is None else sorted(set(doc_ids))
        found = (self.document_class(document, each) for each, document in self._documents(cond, wanted))
        return next(found, None) if doc_id is not None or doc_ids is None else list(found)

    def contains(self, cond: QueryLike | None = None, doc_id: int | None = None) -> bool:
        """Whether there is a document with that id, or that fulfils the condition."""
        if cond is None and doc_id is None:
            raise RuntimeError("You have to pass either cond or doc_id")
        return any(True for _ in self._documents(cond, None if doc_id is None else [doc_id]))

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

        def changes() -> Iterator[Change]:
            for doc_id, document in self._documents():
                before = len(updated)
                for fields, cond in pairs:
                    if cond(document):
                        updated.append(doc_id)
                        _apply(fields, document)
                if len(updated) > before:
                    yield Change(self._name, doc_id, document)

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
        return self._journal.decide(
            lambda: list(self._updates(document, cond, doc_ids)) or list(self._additions((document,)))
        )

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """Remove the documents with these ids, or that fulfil the condition; their ids."""
        if cond is None and doc_ids is None:
            raise RuntimeError("Use truncate() to remove all documents")
        return self._journal.decide(
            lambda: [Change(self._name, doc_id, None) for doc_id, _ in self._documents(cond, doc_ids)]
        )

    def truncate(self) -> None:
        """Remove all documents; the next one gets the id 1."""
        with self._journal.transaction() as draft:
            draft.whole(Whole(self._name, True))

    def count(self, cond: QueryLike) -> int:
        """How many documents fulfil the condition."""
        return sum(1 for _ in self._documents(cond))

    def __len__(self) -> int:
        return len(self.state)

    def __iter__(self) -> Iterator[Document]:
        for doc_id, document in self._documents():
            yield self.document_class(document, doc_id)

    def _additions(self, documents: Iterable[Mapping[str, Any]]) -> Iterator[Change]:
        """The changes that add documents; an id that one brings must not be taken."""
        added: set[int] = set()
        for document in documents:
            if not isinstance(document, Mapping):
                raise ValueError("Document is not a Mapping")
            doc_id = document.doc_id if isinstance(document, self.document_class) else None
            if doc_id is not None and (doc_id in added or self.raw(doc_id) is not None):
                raise ValueError(f"Document with ID {doc_id} already exists")
            if doc_id is not None:
                added.add(doc_id)
            yield Change(self._name, doc_id, document)

    def _updates(
        self, fields: Fields, cond: QueryLike | None, doc_ids: Iterable[int] | None
    ) -> Iterator[Change]:
        for doc_id, document in self._documents(cond, doc_ids):
            yield Change(self._name, doc_id, _apply(fields, document))

    def _documents(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> Found:
        """The documents with these ids, or that fulfil the condition, or all; each the caller's own."""
        state = self.state
        found = doc_ids
        if found is None:
            found = state.ids if cond is None else candidates(state, cond)
        for doc_id in found:
            row = state.rows.get(doc_id)
            if row is not None:
                document = loads(row)
                if cond is None or doc_ids is not None or cond(document):
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
            self._journal.decide(lambda: gone + put)


def _apply(fields: Fields, document: dict[str, Any]) -> dict[str, Any]:
    if callable(fields):
        fields(document)
    else:
        document.update(fields)
    return document


def candidates(table: TableState, condition: QueryLike) -> Sequence[int]:
    """The ids among which all documents are that fulfil the condition: as few as an index can tell."""
    fewest: Sequence[int] = table.ids
    for field, value in equalities(getattr(condition, "_hash", None)) if _UNDERSTOOD else ():
        for index in table.layout.by_field.get(field, ()) if value is not None else ():
            found = table.find(index, value)
            fewest = min(fewest, found, key=len)
    return fewest


def equalities(form: object) -> list[tuple[str, Any]]:
    """The (field, value) that every document has that fulfils a condition, read off the condition's hash."""
    if type(form) is not tuple or not form:
        return []
    if form[0] == "==" and len(form[1]) == 1 and isinstance(form[1][0], str):
        return [(form[1][0], form[2])] if isinstance(form[2], str | int | float | None) else []
    if form[0] == "and":
        return [found for part in form[1] for found in equalities(part)]
    return []


def _is_understood() -> bool:
    """Whether this release of TinyDB writes the hash of a query, a private attribute, as is read here."""
    one, two = where("a") == 1, where("b") == "x"
    others = [where("a") != 1, one | two, ~one, where("a").any([1]), where("a")["b"] == 1]
    return (
        equalities(getattr(one, "_hash", None)) == [("a", 1)]
        and sorted(equalities(getattr(one & two, "_hash", None))) == [("a", 1), ("b", "x")]
        and not any(equalities(getattr(each, "_hash", None)) for each in others)
    )


_UNDERSTOOD = _is_understood()
