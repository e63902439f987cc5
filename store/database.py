"""All tables of one world in TinyDB, with one write for each operation.

What knows TinyDB is this module, `table` and `storage`, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import InvalidOperation
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.storages import MemoryStorage

from creditkit.errors import DataFileError

from . import rows
from .storage import FileStorage
from .table import Change, Table

START_AGAIN = "name another file, or move this one away to start again from the seed"


class Database:
    """The tables of one world, in memory or in a file.

    Raises `DataFileError` where the file cannot be read, is held by another process, or is not a world.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._db = TinyDB(storage=MemoryStorage) if path is None else TinyDB(path, storage=FileStorage)
        try:
            self._check_kind()
            self._open_tables()
        except BaseException:
            self.close()
            raise

    @property
    def is_new(self) -> bool:
        """Whether nothing has been written yet."""
        return not len(self.meta)

    def commit(self, *changes: Change) -> None:
        """Make all changes in one write: all of them happen, or none if the write fails."""
        if not changes:
            return
        # Only what changes is copied, so that memory still holds the old state if the write fails.
        data = dict(self._db.storage.read() or {})
        for name in {change.table for change in changes}:
            data[name] = dict(data.get(name, {}))
        next_ids = {name: table.next_id for name, table in self._tables.items()}
        entries: list[tuple[Table[Any], int, Mapping[str, Any] | None, Mapping[str, Any] | None]] = []
        for change in changes:
            table = self._tables[change.table]
            doc_id = table.id_of(change.key)
            if doc_id is None:
                doc_id = next_ids[change.table]
                next_ids[change.table] += 1
            documents = data[change.table]
            entries.append((table, doc_id, documents.get(str(doc_id)), change.row))
            if change.row is None:
                del documents[str(doc_id)]
            else:
                documents[str(doc_id)] = change.row
        self._db.storage.write(data)
        for table, doc_id, before, after in entries:
            table.refile(doc_id, before, after)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def _check_kind(self) -> None:
        """Refuse a TinyDB file that holds something else, or a world of another format."""
        data = self._db.storage.read()
        if data is None:
            return
        meta = next(iter(data.get(rows.META.table, {}).values()), None)
        if not isinstance(meta, dict) or meta.get("kind") != rows.KIND:
            raise DataFileError(f"{self._path}: a TinyDB database, but not a world of creditkit", START_AGAIN)
        if meta.get("format") != rows.FORMAT:
            raise DataFileError(
                f"{self._path}: written in format {meta.get('format')}, but this release reads {rows.FORMAT}",
                "use the release of creditkit that wrote the file, or a newer one",
            )

    def _open_tables(self) -> None:
        db = self._db
        try:
            self.meta = Table(db, rows.META)
            self.users = Table(db, rows.USERS, token=lambda row: [row["token"]])
            self.customers = Table(db, rows.CUSTOMERS)
            self.offerings = Table(db, rows.OFFERINGS)
            self.projects = Table(db, rows.PROJECTS, customer=_customer)
            self.invoices = Table(
                db,
                rows.INVOICES,
                customer=_customer,
                credit=lambda row: {item["credit"] for item in row["items"] if item["credit"]},
            )
            self.credits = Table(db, rows.CREDITS, customer=_customer)
            broken = next(self._broken_references(), None)
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
            raise DataFileError(
                f"{self._path}: a document in it is damaged: {error!r}", START_AGAIN
            ) from error
        if broken:
            raise DataFileError(f"{self._path}: {broken}", START_AGAIN)
        tables: tuple[Table[Any], ...] = (
            self.meta,
            self.users,
            self.customers,
            self.offerings,
            self.projects,
            self.invoices,
            self.credits,
        )
        self._tables = {table.name: table for table in tables}

    def _broken_references(self) -> Iterator[str]:
        """The references without which a credit cannot be shown and that lead nowhere."""
        for credit in self.credits:
            if credit.customer not in self.customers:
                yield f"credit {credit.uuid} belongs to customer {credit.customer}, which is not there"
            if not all(uuid in self.offerings for uuid in credit.offerings):
                yield f"credit {credit.uuid} is limited to an offering that is not there"


def _customer(row: Mapping[str, Any]) -> list[str]:
    return [row["customer"]]
