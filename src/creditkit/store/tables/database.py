"""The documents of one world, in memory or in a file, with one write for each operation.

`tinyjournal` keeps the promises about files; this module makes sure that a file holds a world in the present
format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from creditkit.errors import DataFileError
from creditkit.store.tinyjournal import Change, Durability, JournalDB, collector_at_rest

from . import rows
from .content import Changed, Content, Names, changed
from .indexes import INDEXES
from .integrity import faults, unreadable
from .rows import KIND, FiledCredit, Row

BEGINNING = "(beginning)"
"""The snapshot to which a world is reset. No user can give a snapshot this name."""

_PRESENT = "(present)"
"""The snapshot that keeps the present while a beginning is made; it is gone when that is done."""

START_AGAIN = "name another file, or move this one away to start again from the seed"


class Database:
    """The content of one world, and the ways in which it changes.

    Raises `DataFileError` where a file cannot be read, is held by another process, or is not a world.
    """

    def __init__(self, db: JournalDB, names: Names | None = None) -> None:
        self._db = db
        self._storage = db.storage
        self._names = names or Names()
        self._content = Content.of(db.state, self._names)

    @classmethod
    def open(
        cls, path: Path | None = None, *, durable: bool = False, warn: Callable[[str], None]
    ) -> Database:
        """The database in the file `path`, or a new one in memory. `durable` is what `flushed` waits for."""
        durability = Durability.POWER if durable else Durability.PROCESS
        database = cls(JournalDB(path, indexes=INDEXES, durability=durability, wait=False, warn=warn))
        try:
            if not database.is_new:
                database._settle(str(path))
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def of(cls, documents: Mapping[str, Mapping[int, Row]], origin: str) -> Database:
        """A database in memory with these documents, by table and id, which come from `origin`."""
        for table, found in documents.items():
            fault = next(unreadable(table, found), None)
            if fault is not None:
                raise DataFileError(f"{origin}: {fault[1]}", START_AGAIN)
        db = JournalDB(indexes=INDEXES)
        changes = [
            Change(table, doc_id, row) for table, found in documents.items() for doc_id, row in found.items()
        ]
        try:
            db.commit(changes)
        except ValueError as error:
            raise DataFileError(f"{origin}: {error}", START_AGAIN) from error
        database = cls(db)
        database._settle(origin)
        return database

    @property
    def is_new(self) -> bool:
        """Whether nothing has been written yet."""
        return not self._db.state.tables

    @property
    def content(self) -> Content:
        """What is there now; within a transaction, what its thread has made of it so far."""
        # What `self._db.state` gives, without the calls: every request asks several times.
        storage, content = self._storage, self._content
        state = storage.held if storage.draft is None else storage.state
        if content.state is not state:
            content = self._content = content.at(state)
        return content

    @contextmanager
    def transaction(self) -> Iterator[Content]:
        """The content, which nobody else changes until the block ends: all that it commits is one write."""
        with self._db.transaction():
            yield self.content

    def commit(self, *changes: Change) -> None:
        """Make all changes in one write: all of them happen, or none if the write fails."""
        self._db.commit(changes)

    def decide(self, make: Callable[[], Iterable[Change]]) -> None:
        """Make the changes that `make` decides on, in one write; nobody else changes anything meanwhile."""
        self._storage.decide(make)

    def begin_with(self, *changes: Change) -> None:
        """Make all changes, and keep what comes of them as the beginning, in one write."""
        with collector_at_rest(), self._db.transaction():
            self._db.commit(changes)
            self._db.snapshot(BEGINNING)

    def begin_anew(self, changes: Callable[[Content], Iterable[Change]]) -> bool:
        """Keep as the beginning what `changes` make of an empty content; True if it is also there now.

        It is where nothing but the day's jobs has changed the old beginning. One write.
        """
        with self._db.transaction():
            before = _planted(self.content)
            self._db.snapshot(_PRESENT)
            self._db.restore(BEGINNING)
            untouched = _planted(self.content) == before
            self._db.drop_tables()
            self._db.commit(list(changes(self.content)))
            self._db.snapshot(BEGINNING)
            if not untouched:
                self._db.restore(_PRESENT)
            self._db.drop_snapshot(_PRESENT)
        return untouched

    @property
    def size(self) -> int:
        """What the documents take in a file, about, in bytes."""
        return self._db.state.size

    @property
    def snapshots(self) -> tuple[str, ...]:
        """The names of all that is kept, the beginning among them."""
        return self._db.snapshots

    def snapshot(self, name: str) -> None:
        """Keep the present content under `name`."""
        self._db.snapshot(name)

    def restore(self, name: str) -> None:
        """Bring back what is kept under `name`."""
        self._db.restore(name)

    def drop_snapshot(self, name: str) -> None:
        """Keep nothing under `name` any more."""
        self._db.drop_snapshot(name)

    def fork(self) -> Database:
        """A database of its own in memory with this content and its snapshots."""
        return Database(self._db.fork(), self._names)

    def begin(self) -> int:
        """Start a request, and tell its number."""
        return self._storage.history.begin()

    @property
    def requests(self) -> int:
        """The number of the latest request."""
        return self._db.requests

    def rewind(self, requests: int) -> None:
        """Bring back the content as it was after that request."""
        self._db.rewind(requests)

    def changes(self, since: int, until: int) -> tuple[Changed, ...]:
        """What changed from after one request until after another, in the order of the tables."""
        return tuple(changed(self._db.at(since), self._db.at(until)))

    def flushed(self) -> Future[None] | None:
        """When all that was written so far is on disk; None where there is nothing to wait for."""
        return self._db.flushed()

    def compact(self) -> None:
        """Rewrite the file without outdated records."""
        self._db.compact()

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def _settle(self, origin: str) -> None:
        """Refuse what is not a world of a known format; bring to the present one what is not yet of it.

        What has a beginning was written here, and its checksums have been read. All else is looked at.
        """
        content = self.content
        _check_kind(content, origin)
        if BEGINNING in self.snapshots:
            return
        fault = next(faults(content), None)
        if fault is not None:
            raise DataFileError(f"{origin}: {fault}", START_AGAIN)
        self.begin_with(*renewal(content))


def _planted(content: Content) -> tuple[object, ...]:
    """The content but for the day on which the daily job ran last, to compare with another one."""
    return (content.everything, replace(content.known, day=None))


def _check_kind(content: Content, origin: str) -> None:
    """Refuse a TinyDB database that holds something else than a world, or a world of a later format."""
    meta = next((content.meta.row(doc_id) for doc_id in content.meta.ids()), {})
    if meta.get("kind") != rows.KIND:
        raise DataFileError(f"{origin}: a TinyDB database, but not a world of creditkit", START_AGAIN)
    written = meta.get("format")
    if not isinstance(written, int) or not 1 <= written <= rows.FORMAT:
        raise DataFileError(
            f"{origin}: written in format {written}, but this release reads 1 to {rows.FORMAT}",
            "install the release of creditkit that wrote the file, or a later one: pip install -U creditkit",
        )


def renewal(content: Content) -> Iterator[Change]:
    """The changes that bring documents without faults to the present format.

    A credit's document gets the name of its customer: format 1 did not have it, and who edits a customer
    need not know that it is there.
    """
    customers, credits_ = content.customers, content.credits
    for doc_id in credits_.ids():
        credit = credits_.read(doc_id)
        name = customers[credit.customer].name
        if credits_.row(doc_id).get("customer_name") != name:
            yield credits_.put(FiledCredit.of(credit, name))
    yield content.meta.put(content.meta[KIND])
