"""The database: TinyDB with indexes, a journal, transactions, snapshots, a way back, and compaction.

Compaction writes a new base from what holds now, while requests go on. Each step leaves files from which
everything is read:

    1  a new journal; writes go there from now on      base N, journals N and N+1
    2  the base is written to a temporary file         the same, and a file that opening deletes
    3  it takes the place of the base                  base N+1, journals N (no longer read) and N+1
    4  the older journals are deleted                  base N+1, journal N+1
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from threading import Lock, Thread
from typing import Any, cast

from tinydb import TinyDB

from creditkit.errors import DataFileError, UsageError

from .files import Files, Warn
from .indexes import Index, Layout
from .journal import Keeping, Whole
from .reading import build
from .states import RESERVED, Change, State
from .storage import JournalStorage
from .table import IndexedTable

FACTOR, ALLOWANCE = 1.5, 256 * 1024
"""A compaction is due when base and journals take FACTOR times the live data, and ALLOWANCE bytes more."""
HARD_FACTOR, HARD_ALLOWANCE = 1.75, 384 * 1024
"""Beyond this, each write gives a running compaction time to catch up ..."""
BREATH, BREATH_PER_BYTE, LONGEST_BREATH = 0.001, 0.25e-6, 0.04
"""... in seconds: so much, so much more for each byte beyond, and never more than that."""
RETRY_AFTER = 4 * 1024 * 1024
"""A compaction that failed is tried again when the journals have grown by so many bytes."""


class Durability(Enum):
    """What an acknowledged write survives: nothing, the end of the process, or a loss of power."""

    MEMORY = "memory"
    PROCESS = "process"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes: about what a base would take now; what the base takes; what the journals take."""

    live: int
    base: int
    journal: int


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """No garbage collection while many objects come to stay; afterwards they count as old.

    Freezing and unfreezing is the interpreter's way of moving all objects to the oldest generation; without
    it, the next collections would walk through all of them for nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


class Flusher:
    """Group commit: one flush of the disk serves every write that was made before it began.

    `sync` waits for the disk and raises what the caller shall see; it is called by one thread at a time.
    """

    def __init__(self, sync: Callable[[], None]) -> None:
        self._sync = sync
        self._disk, self._queue = Lock(), Lock()
        self._written = self._flushed = 0
        self._queued: Future[None] | None = None
        self._executor: ThreadPoolExecutor | None = None

    def wrote(self) -> None:
        """Count a write; called under the lock of writers."""
        self._written += 1

    def wait(self) -> None:
        """Return when everything written so far is on disk."""
        ticket = self._written
        with self._disk:  # the first one flushes for all that wait behind
            if self._flushed < ticket:
                self._flush()

    def future(self) -> Future[None] | None:
        """Resolves when everything written so far is on disk; None if it is."""
        with self._queue:
            if self._flushed == self._written:
                return None
            if self._queued is None:
                if self._executor is None:
                    self._executor = ThreadPoolExecutor(1, "tinyjournal-flush")
                self._queued = self._executor.submit(self._run)
            return self._queued

    def close(self) -> None:
        """Finish what is queued."""
        if self._executor is not None:
            self._executor.shutdown(wait=True)

    def _run(self) -> None:
        with self._disk:
            with self._queue:  # a caller from now on may have written what this flush does not see
                self._queued = None
            self._flush()

    def _flush(self) -> None:
        written = self._written
        self._sync()
        self._flushed = written


class Compactor:
    """Keeps the files of one storage near the size of their live data."""

    def __init__(self, storage: JournalStorage, files: Files) -> None:
        self._storage = storage
        self._files = files
        self._running = Lock()
        self._thread: Thread | None = None
        self._not_before = 0
        self.snapshots_size = self._beyond(*storage.kept())

    def _beyond(self, state: State, snapshots: Mapping[str, State]) -> int:
        """About what the snapshots take in the base, in bytes."""
        return max(self._files.base_size - state.size, 0) if snapshots else 0

    def look(self) -> None:
        """Start a compaction, in a thread of its own, if one is due."""
        files, journals = self._files, self._files.journal.size
        taken, live = files.base_size + journals, self._storage.held.size + self.snapshots_size
        if taken <= FACTOR * live + ALLOWANCE or journals < self._not_before:
            return
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._try, name="tinyjournal-compaction", daemon=True)
            self._thread.start()
            return
        beyond = taken - HARD_FACTOR * live - HARD_ALLOWANCE
        if beyond > 0:
            time.sleep(min(BREATH + BREATH_PER_BYTE * beyond, LONGEST_BREATH))

    def run(self) -> None:
        """Compact now. Raises `DataFileError`; everything is then still in the files."""
        with self._running:
            storage, files = self._storage, self._files
            with storage.lock:
                if not files.journal.is_open:
                    return
                state, snapshots = storage.kept()
                files.open_journal()
                number = files.journal.number
            files.journal.retire()
            files.write_base(state, snapshots, number)
            files.drop_journals()
            self._not_before = 0
            self.snapshots_size = self._beyond(state, snapshots)

    def fold(self) -> None:
        """Leave one file that holds everything, and no journal; for `close`. Raises `DataFileError`."""
        if self._thread is not None:
            self._thread.join()
        with self._running, self._storage.lock:
            files, journal = self._files, self._files.journal
            if not journal.is_open:
                return
            has_changes = journal.has_changes
            journal.close()
            if has_changes:
                files.write_base(*self._storage.kept(), journal.number + 1)
            else:
                files.mark_ended()
            files.drop_journals()

    def _try(self) -> None:
        try:
            self.run()
        except DataFileError as error:
            self._not_before = self._files.journal.size + RETRY_AFTER
            self._files.warn(f"compaction failed and is tried again later; nothing is lost. {error.message}")


def _warn(message: str) -> None:
    sys.stderr.write(f"warning: {message}\n")


class JournalDB(TinyDB):
    """A TinyDB in FILE and its journal, or, without a path, in memory.

    `indexes` names the indexes of each table. `durability` says what an acknowledged write survives; with
    POWER and `wait` a write returns when it is on disk, without `wait` the caller waits for `flushed()`.
    `history` is how many requests `rewind` reaches back. `warn` is told what was dropped.

    Raises `DataFileError`: what is wrong, where, and what to do.
    """

    table_class = IndexedTable

    def __init__(
        self,
        path: Path | str | None = None,
        *,
        indexes: Mapping[str, Sequence[Index]] | None = None,
        durability: Durability = Durability.PROCESS,
        wait: bool = True,
        history: int = 10_000,
        warn: Warn = _warn,
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
            storage = JournalStorage(State(schema, {}), {}, history=history, files=None)
        else:
            with collector_at_rest():
                files = self._files = Files(Path(path), warn)
                try:
                    found = files.replay
                    state, kept = build(files.path, schema, found.live, found.snapshots, known=files.known)
                except BaseException:
                    files.close()
                    raise
                files.forget()
            storage = JournalStorage(state, kept, history=history, files=files)
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
        """Remove a table with all its documents."""
        self._tables.pop(name, None)
        with self._journal.transaction() as draft:
            draft.whole(Whole(name, False))

    def drop_tables(self) -> None:
        """Remove all tables."""
        self._tables.clear()
        with self._journal.transaction() as draft:
            for name in list(draft.state.tables):
                draft.whole(Whole(name, False))

    def commit(self, changes: Sequence[Change]) -> list[int]:
        """Make these changes, all or none, as one record; the ids of their documents.

        A change that changes nothing is not written. Raises as `JournalStorage.decide`.
        """
        return self._journal.decide(lambda: changes)

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
            self._compactor.snapshots_size = 0

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
        """What held after that request. Raises `UsageError` as `rewind`."""
        return self._journal.at(request)

    def flushed(self) -> Future[None] | None:
        """Resolves when everything written is on disk; None where there is nothing to wait for."""
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
        live = self._journal.held.size + self._compactor.snapshots_size
        return Sizes(live, self._files.base_size, self._files.journal.size)

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
