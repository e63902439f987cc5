"""The database: TinyDB with indexes, a journal, transactions, snapshots and a way back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB

from creditkit.errors import UsageError

from .collector import collector_at_rest
from .compaction import Compactor
from .draft import RESERVED, Change
from .durability import Durability, Flusher
from .files import Files
from .index import Index
from .layout import Layout
from .record import Keeping
from .replay import build
from .state import State
from .storage import JournalStorage
from .table import IndexedTable


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes: what a base would take now, about; what the base takes; what the journals take."""

    live: int
    base: int
    journal: int


def _warn(message: str) -> None:
    sys.stderr.write(f"warning: {message}\n")


class JournalDB(TinyDB):
    """A TinyDB in FILE and its journal, or, without a path, in memory.

    `indexes` names the indexes of each table. `durability` says what an acknowledged write survives; with
    POWER and `wait` a write returns when it is on disk, without `wait` the caller waits for `flushed()`.
    `history` is how many requests `rewind` reaches back. `warn` is told what was dropped and repaired.

    Raises `DataFileError`: what is wrong, where, and what to do.
    """

    table_class = IndexedTable

    def __init__(
        self,
        path: Path | str | None = None,
        *,
        indexes: Mapping[str, Sequence[Index[Any]]] | None = None,
        durability: Durability = Durability.PROCESS,
        wait: bool = True,
        history: int = 10_000,
        warn: Callable[[str], None] = _warn,
    ) -> None:
        if (path is None) is not (durability is Durability.MEMORY) and durability is not Durability.PROCESS:
            raise UsageError(
                f"durability {durability.value} does not go with {path or 'a database in memory'}",
                "give a path for a database that lasts, none for one in memory",
            )
        schema = {name: Layout(name, each) for name, each in (indexes or {}).items()}
        self._files: Files | None = None
        self._compactor: Compactor | None = None
        self._flusher: Flusher | None = None
        if path is None:
            storage = JournalStorage(State.of(schema, {}), {}, history=history, files=None)
        else:
            with collector_at_rest():
                files = Files(Path(path), warn)
                try:
                    state, snapshots = build(
                        files.path, schema, files.content, files.snapshots, known=files.known
                    )
                    files.forget_content()
                except BaseException:
                    files.close()
                    raise
            storage = JournalStorage(state, snapshots, history=history, files=files)
            self._files = files
            self._compactor = Compactor(storage, files)
            if durability is Durability.POWER:
                self._flusher = Flusher(files.journal.flush)
                storage.wrote = self._flusher.wrote
            storage.after_write = self._after_write if wait and self._flusher else self._compactor.look
        super().__init__(storage=lambda: storage)
        self._journal = storage

    @property
    def storage(self) -> JournalStorage:
        """What keeps the documents."""
        return self._journal

    @property
    def state(self) -> State:
        """What holds now: one immutable value, whole updates only."""
        return self._journal.state

    def table(self, name: str, **kwargs: Any) -> IndexedTable:
        """The table of that name. Raises ValueError for a name that the file format needs itself."""
        if name in RESERVED:
            raise ValueError(f"the name {name} is taken by the file format")
        return cast(IndexedTable, super().table(name, **kwargs))

    def tables(self) -> set[str]:
        """The names of all tables."""
        return set(self.state.tables)

    def drop_table(self, name: str) -> None:
        """Let there be no such table."""
        self._tables.pop(name, None)
        with self._journal.transaction() as draft:
            draft.drop(name)

    def drop_tables(self) -> None:
        """Let there be no table."""
        self._tables.clear()
        with self._journal.transaction() as draft:
            for name in list(draft.state.tables):
                draft.drop(name)

    def commit(self, changes: Sequence[Change]) -> list[int]:
        """Make these changes, all or none, as one record; the ids of their documents.

        What changes nothing is not written. Raises `DuplicateError` for a value of a `Unique` index that is
        taken, TypeError or ValueError for what is not JSON, `DataFileError` where it cannot be written;
        nothing has then changed.
        """
        return self._journal.commit(changes)

    def decide(self, make: Callable[[], Iterable[Change]]) -> list[int]:
        """Make the changes that `make` decides on while nobody else can change anything; as `commit`."""
        return self._journal.decide(make)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock; all writes until the end become one record, or, by an exception, none.

        Reads of this thread see them at once, those of others when all is done. Do not await within it.
        """
        with self._journal.transaction():
            yield

    @property
    def snapshots(self) -> tuple[str, ...]:
        """The names of the snapshots, oldest first."""
        return tuple(self._journal.snapshots)

    def snapshot(self, name: str) -> None:
        """Keep what holds now under a name, instead of what was kept under it before."""
        self._journal.keep(Keeping.SNAPSHOT, name)

    def restore(self, name: str) -> None:
        """Let what was kept hold again. Raises `UsageError` for a name that is not known."""
        self._journal.keep(Keeping.RESTORE, name)

    def drop_snapshot(self, name: str) -> None:
        """Keep it no longer. Raises `UsageError` for a name that is not known."""
        self._journal.keep(Keeping.FORGET, name)
        if self._compactor is not None:
            self._compactor.snapshots_changed()

    def fork(self) -> JournalDB:
        """What holds now, snapshots included, in memory: a database of its own."""
        other = JournalDB(history=self._journal.limit)
        other._journal = other._storage = self._journal.fork()
        return other

    def begin(self) -> int:
        """A request begins; its number, counted from 1 since the database was opened."""
        return self._journal.history.begin()

    @property
    def requests(self) -> int:
        """The number of the last request; 0 before the first."""
        return self._journal.history.requests

    def rewind(self, request: int) -> None:
        """Let the documents be what they were after that request, and go on counting from it.

        Snapshots stay. Raises `UsageError` if the request is older than the history, or has not been.
        """
        self._journal.rewind(request)

    def at(self, request: int) -> State:
        """What held after that request, while what holds now goes on holding.

        Raises `UsageError` if the request is older than the history, or has not been.
        """
        return self._journal.at(request)

    def flushed(self) -> Future[None] | None:
        """Resolves when all that was written is on disk; None where there is nothing to wait for."""
        return None if self._flusher is None else self._flusher.future()

    def compact(self) -> None:
        """Write a new base now. Raises `DataFileError`; nothing is lost then."""
        if self._compactor is not None:
            self._compactor.run()

    @property
    def size(self) -> Sizes:
        """How much there is, and how much the files take."""
        if self._files is None or self._compactor is None:
            return Sizes(self.state.size, 0, 0)
        return Sizes(self._compactor.live, self._files.base_size, self._files.journal.size)

    def close(self) -> None:
        """Fold everything into FILE, which is then plain TinyDB JSON, and let others open it."""
        self._opened = False
        if self._files is None or self._compactor is None:
            return
        try:
            if self._flusher is not None:
                self._flusher.close()
            if self._files.journal.refusal is None:
                self._compactor.fold()
        finally:
            self._files.close()

    def _after_write(self) -> None:
        assert self._compactor is not None
        assert self._flusher is not None
        self._flusher.wait()
        self._compactor.look()
