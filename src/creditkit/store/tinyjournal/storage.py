"""The engine: what holds now, who may change it, and how a change becomes durable.

`JournalStorage` is a TinyDB storage, so TinyDB's own `Table` works on it: `read` and `write` take whole
databases. `IndexedTable` and `JournalDB` use the rest, whose cost does not grow with the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock, get_ident
from typing import Any

from tinydb import Storage

from creditkit.errors import UsageError

from .base import lines
from .document import load
from .draft import Change, Draft, Snapshots, put
from .files import Files
from .history import History
from .record import Keeping, Step, encode
from .state import State


class JournalStorage(Storage):
    """A database in memory and, where `files` is given, in a file and its journal.

    Readers take no lock: `state` is one immutable value. A writer holds `lock`, which it may take again.
    `held` is what every thread sees, `draft` what a transaction has come to that is going on.
    """

    def __init__(self, state: State, snapshots: Snapshots, *, history: int, files: Files | None) -> None:
        super().__init__()
        self.lock = RLock()
        self.history = History(history)
        self.files = files
        self.limit = history
        self.held = state
        self._snapshots = snapshots
        self.draft: Draft | None = None
        self._writer = 0
        self.wrote: Callable[[], None] | None = None
        self.after_write: Callable[[], None] | None = None

    @property
    def state(self) -> State:
        """What holds now; within a transaction, for the thread that has it, what it has come to."""
        draft = self.draft
        return self.held if draft is None or self._writer != get_ident() else draft.state

    @property
    def snapshots(self) -> Snapshots:
        """What was kept under which name."""
        draft = self.draft
        return self._snapshots if draft is None or self._writer != get_ident() else draft.snapshots

    def kept(self) -> tuple[State, Snapshots]:
        """What every other thread sees; under the lock, so that the two belong together."""
        with self.lock:
            return self.held, self._snapshots

    @contextmanager
    def transaction(self) -> Iterator[Draft]:
        """All changes until the end become one record, or, if it ends with an exception, none.

        A transaction within a transaction is a part of it; its exception undoes its own part.
        """
        with self.lock:
            draft = self.draft
            if draft is not None:
                savepoint = draft.savepoint()
                try:
                    yield draft
                except BaseException:
                    draft.back_to(savepoint)
                    raise
                return
            draft = Draft(self.held, self._snapshots)
            self._writer = get_ident()
            self.draft = draft
            try:
                yield draft
                if draft.steps:
                    self._publish(draft.net(self.held), draft.state, draft.snapshots)
            finally:
                self.draft = None
        if self.after_write is not None:
            self.after_write()

    def commit(self, changes: Sequence[Change]) -> list[int]:
        """Make these changes, all or none; the ids of their documents.

        Raises `DuplicateError`, TypeError or ValueError for a document that cannot be filed or is not
        JSON, `DataFileError` where it cannot be written; nothing has then changed.
        """
        return self.decide(lambda: changes)

    def decide(self, make: Callable[[], Iterable[Change]]) -> list[int]:
        """Make the changes that `make`, called under the lock of writers, decides on; as `commit`."""
        with self.lock:
            draft = self.draft
            if draft is not None:
                changes = tuple(make())  # before the state is looked at: it may write, too
                state, rows, doc_ids = put(draft.state, changes)
                if state is not draft.state:
                    draft.advance(state, rows)
                return doc_ids
            changes = tuple(make())
            before = self.held
            state, rows, doc_ids = put(before, changes)
            if state is before:
                return doc_ids
            self._publish(rows, state, self._snapshots)
        if self.after_write is not None:
            self.after_write()
        return doc_ids

    def keep(self, action: Keeping, name: str) -> None:
        """Take, put back or forget a snapshot."""
        if not name or "\n" in name:
            raise UsageError("a snapshot needs a name of one line", "name it, for example: before-tests")
        with self.transaction() as draft:
            draft.keep(action, name)

    def rewind(self, request: int) -> None:
        """Let the documents be what they were after that request."""
        with self.lock:
            if self.draft is not None:
                raise UsageError("cannot rewind within a transaction", "rewind before it, or after it")
            with self.transaction() as draft:
                self.history.back_to(request, draft)
            self.history.rewound(request)

    def at(self, request: int) -> State:
        """What held after that request. Raises `UsageError` if that is out of reach."""
        with self.lock:
            draft = Draft(self.held, self._snapshots)
            self.history.back_to(request, draft)
            return draft.state

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All tables, a copy of its own, as TinyDB wants them; None where there is none."""
        return {
            name: {str(doc_id): load(table.rows[doc_id]) for doc_id in table.ids}
            for name, table in self.state.tables.items()
        } or None

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Let these be all tables: what differs becomes one record."""
        with self.transaction() as draft:
            for name in [name for name in draft.state.tables if name not in data]:
                draft.drop(name)
            for name, documents in data.items():
                changes = [Change(name, int(key), each) for key, each in documents.items()]
                given = {change.doc_id for change in changes}
                gone = [doc_id for doc_id in draft.state.table(name).ids if doc_id not in given]
                self.commit([*(Change(name, doc_id, None) for doc_id in gone), *changes])
                if name not in draft.state.tables:
                    draft.empty(name)

    def fork(self) -> JournalStorage:
        """The same content in memory, with a history of its own."""
        state, snapshots = self.state, self.snapshots
        return JournalStorage(state, snapshots, history=self.limit, files=None)

    def _publish(self, steps: Sequence[Step], state: State, snapshots: Snapshots) -> None:
        """Let this be what holds: journal first, memory second."""
        before = self.held
        files = self.files
        if files is None or not steps:
            self.held, self._snapshots = state, snapshots
        else:
            journal = files.journal
            if not journal.is_open:
                self._begin_journal(files)
            end = journal.end
            try:
                journal.append(encode(steps))
                if self.wrote is not None:
                    self.wrote()
                self.held, self._snapshots = state, snapshots
            except BaseException:  # also an interrupt: what is on disk and what is in memory are the same
                if self.held is before:
                    journal.cut(end)
                raise
        if self.history.requests:
            self.history.note(before, steps)

    def _begin_journal(self, files: Files) -> None:
        """Let there be a journal, and a base that it can follow upon."""
        if files.is_plain:
            files.write_base(self.held, lines(self.held, self._snapshots), files.journal.number + 1)
        files.open_journal()
