"""The engine: what holds now, who may change it, how a change becomes durable, and the way back.

`JournalStorage` is a TinyDB storage, so TinyDB's own `Table` works on it: `read` and `write` take whole
databases. `IndexedTable` and `JournalDB` use the rest, whose cost does not grow with the data.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock, get_ident
from typing import Any, NamedTuple

from tinydb import Storage

from creditkit.errors import UsageError

from .document import load
from .files import Files
from .journal import Keeping, Kept, Step, Whole, encode
from .states import Change, Row, State, differences, put

Snapshots = Mapping[str, State]

WHOLE_STATES = 200
"""How many changes of whole tables or states the history reaches back over: each keeps a state alive."""


class Undo(NamedTuple):
    """What leads from after a request's change to before it: rows and next ids, or the whole state."""

    request: int
    rows: Sequence[tuple[str, int, bytes | None]]
    next_ids: Mapping[str, int]
    state: State | None


class History:
    """The numbers of requests, and what was there before each of the last `limit` of them changed it.

    Kept in memory. Nothing is kept of what happens before the first request: nobody can go back beyond it.
    """

    def __init__(self, limit: int) -> None:
        self.requests = 0
        self._limit = limit
        self._oldest = 0
        self._undo: deque[Undo] = deque()
        self._whole = 0

    def begin(self) -> int:
        """Count a request; its number."""
        self.requests += 1
        if self.requests - self._limit > self._oldest:
            self._forget(self.requests - self._limit)
        return self.requests

    def note(self, before: State, steps: Sequence[Step]) -> None:
        """Remember what was there before `steps` were taken."""
        if not self.requests or not self._limit:
            return
        tables = before.tables
        rows: list[tuple[str, int, bytes | None]] = []
        for step in steps:
            if not isinstance(step, Row) or step.table not in tables:
                self._undo.append(Undo(self.requests, (), {}, before))
                self._whole += 1
                if self._whole > WHOLE_STATES:
                    self._forget(next(undo.request for undo in self._undo if undo.state is not None))
                return
            rows.append((step.table, step.doc_id, tables[step.table].rows.get(step.doc_id)))
        self._undo.append(Undo(self.requests, rows, {row[0]: tables[row[0]].next_id for row in rows}, None))

    def state_after(self, request: int, state: State) -> State:
        """What held after that request, if `state` holds now. Raises `UsageError` if it is out of reach."""
        if not self._oldest <= request <= self.requests:
            raise UsageError(
                f"cannot rewind to request {request}",
                f"there have been {self.requests} requests; the way back reaches to request {self._oldest}",
            )
        rows: dict[str, dict[int, bytes | None]] = {}
        next_ids: dict[str, int] = {}
        for undo in reversed(self._undo):
            if undo.request <= request:
                break
            if undo.state is not None:
                state, rows, next_ids = undo.state, {}, {}
            for name, doc_id, row in undo.rows:
                rows.setdefault(name, {})[doc_id] = row
            next_ids.update(undo.next_ids)
        for name, puts in rows.items():
            table = state.table(name).with_puts(puts).with_next_id(next_ids[name])
            state = state.with_table(name, table)
        return state

    def touched(self, since: int) -> Mapping[str, set[int]] | None:
        """The documents, by table, that requests after that one changed; None where a whole state changed."""
        found: dict[str, set[int]] = {}
        for undo in reversed(self._undo):
            if undo.request <= since:
                break
            if undo.state is not None:
                return None
            for name, doc_id, _ in undo.rows:
                found.setdefault(name, set()).add(doc_id)
        return found

    def rewound(self, request: int) -> None:
        """Go on counting from that request."""
        while self._undo and self._undo[-1].request > request:
            self._whole -= self._undo.pop().state is not None
        self.requests = request

    def _forget(self, request: int) -> None:
        """Let the way back reach to that request and no further."""
        self._oldest = max(self._oldest, request)
        while self._undo and self._undo[0].request <= self._oldest:
            self._whole -= self._undo.popleft().state is not None


class Draft:
    """What a transaction has come to: a state and snapshots that nobody else sees, and the steps to them."""

    __slots__ = ("snapshots", "state", "steps")

    def __init__(self, state: State, snapshots: Snapshots) -> None:
        self.state = state
        self.snapshots = snapshots
        self.steps: list[Step] = []

    def advance(self, state: State, steps: Iterable[Step]) -> None:
        """Come to a state by these steps. Of steps in a row for one document the last one is enough."""
        self.state = state
        self.steps += steps

    def whole(self, step: Whole) -> None:
        """Empty a table, drop it, or set its next id."""
        name, state = step.table, self.state
        if step.change is False:
            if name not in state.tables:
                return
            state = state.without_table(name)
        else:
            table = state.without_table(name).table(name) if step.change is True else state.table(name)
            state = state.with_table(name, table if step.change is True else table.with_next_id(step.change))
        self.advance(state, [step])

    def keep(self, action: Keeping, name: str) -> None:
        """Take, put back or forget a snapshot. Raises `UsageError` for a name that is not known."""
        if action is not Keeping.SNAPSHOT and name not in self.snapshots:
            known = ", ".join(sorted(self.snapshots)) or "there are none"
            raise UsageError(f"there is no snapshot {name!r}", f"snapshots: {known}")
        if action is Keeping.SNAPSHOT:
            self.snapshots = {**self.snapshots, name: self.state}
        elif action is Keeping.FORGET:
            self.snapshots = {key: state for key, state in self.snapshots.items() if key != name}
        else:
            self.state = self.snapshots[name]
        self.steps.append(Kept(action, name))

    def become(self, state: State, touched: Mapping[str, set[int]] | None) -> None:
        """Come to another state; `touched` are the documents that can differ, None if that is not known."""
        for name in [name for name in self.state.tables if name not in state.tables]:
            self.whole(Whole(name, False))
        for name, table in state.tables.items():
            among = None if touched is None else touched.get(name, ())
            changes = [
                Change(name, doc_id, row) for doc_id, row in differences(self.state.table(name), table, among)
            ]
            self.advance(*put(self.state, changes)[:2])
            if name not in self.state.tables or self.state.tables[name].next_id != table.next_id:
                self.whole(Whole(name, table.next_id))

    def net(self, before: State) -> list[Step]:
        """The steps that remain: the last one for each document, and none where it changes nothing.

        Steps about more than a document stay, and divide those before them from those behind.
        """
        net: list[Step] = []
        rows: dict[tuple[str, int], Row] = {}
        for step in self.steps:
            if isinstance(step, Row):
                rows[step.table, step.doc_id] = step
            else:
                net += [*rows.values(), step]
                rows = {}
        if not net:
            return [
                row for row in rows.values() if before.table(row.table).is_changed_by(row.doc_id, row.row)
            ]
        return [*net, *rows.values()]


class JournalStorage(Storage):
    """A database in memory and, where `files` is given, in a file and its journal.

    Readers take no lock: `held` is immutable. A writer holds `lock`, which it may take again. `draft`
    is what a transaction that is going on has come to.
    """

    def __init__(self, state: State, snapshots: Snapshots, *, history: int, files: Files | None) -> None:
        super().__init__()
        self.lock = RLock()
        self.limit = history
        self.history = History(history)
        self.files = files
        self.held = state
        self._snapshots = snapshots
        self.draft: Draft | None = None
        self._writer = 0
        self.wrote: Callable[[], None] | None = None
        self.after_write: Callable[[], None] | None = None

    @property
    def state(self) -> State:
        """What holds now; within a transaction, for its thread, what it has come to."""
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
                savepoint = draft.state, draft.snapshots, len(draft.steps)
                try:
                    yield draft
                except BaseException:
                    draft.state, draft.snapshots, done = savepoint
                    del draft.steps[done:]
                    raise
                return
            draft = Draft(self.held, self._snapshots)
            self._writer = get_ident()
            self.draft = draft
            try:
                yield draft
                if draft.steps:
                    steps = draft.net(self.held)
                    if steps:
                        self._publish(steps, draft.state, draft.snapshots)
            finally:
                self.draft = None
        if self.after_write is not None:
            self.after_write()

    def decide(self, make: Callable[[], Iterable[Change]]) -> list[int]:
        """Make the changes that `make`, called under the lock of writers, decides on, all or none; their ids.

        Raises `DuplicateError`, TypeError or ValueError for a document that cannot be filed or is not JSON,
        `DataFileError` where it cannot be written; nothing has then changed.
        """
        with self.lock:
            changes = tuple(make())  # before the state is looked at: it may write, too
            draft = self.draft
            if draft is not None:
                state, steps, doc_ids = put(draft.state, changes)
                draft.advance(state, steps)
                return doc_ids
            state, steps, doc_ids = put(self.held, changes)
            if not steps:
                return doc_ids
            self._publish(steps, state, self._snapshots)
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
        """Let the documents be what they were after that request. Raises `UsageError`."""
        with self.lock:
            if self.draft is not None:
                raise UsageError("cannot rewind within a transaction", "rewind before it, or after it")
            state = self.history.state_after(request, self.held)
            with self.transaction() as draft:
                draft.become(state, self.history.touched(request))
            self.history.rewound(request)

    def at(self, request: int) -> State:
        """What held after that request. Raises `UsageError` if that is out of reach."""
        with self.lock:
            return self.history.state_after(request, self.held)

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
                draft.whole(Whole(name, False))
            for name, documents in data.items():
                changes = [Change(name, int(key), each) for key, each in documents.items()]
                given = {change.doc_id for change in changes}
                gone = [
                    Change(name, doc_id, None)
                    for doc_id in draft.state.table(name).ids
                    if doc_id not in given
                ]
                self.decide(lambda changes=[*gone, *changes]: changes)  # type: ignore[misc]
                if name not in draft.state.tables:
                    draft.whole(Whole(name, True))

    def fork(self) -> JournalStorage:
        """The same content in memory, with a history of its own."""
        return JournalStorage(self.state, self.snapshots, history=self.limit, files=None)

    def _publish(self, steps: Sequence[Step], state: State, snapshots: Snapshots) -> None:
        """Let this be what holds: journal first, memory second."""
        before, files = self.held, self.files
        if files is None:
            self.held, self._snapshots = state, snapshots
        else:
            journal = files.journal
            if not journal.is_open:
                if files.is_plain or journal.older:
                    files.write_base(before, self._snapshots, journal.number + 1)
                files.open_journal()
                files.drop_journals()
            end, following = journal.end, journal.following
            try:
                journal.append(encode(steps))
                if self.wrote is not None:
                    self.wrote()
                self.held, self._snapshots = state, snapshots
            except BaseException:  # also an interrupt: what is on disk and what is in memory stay the same
                if self.held is before:
                    journal.cut(end, following)
                raise
        if self.history.requests:
            self.history.note(before, steps)
