"""What a transaction has done so far: the state it has come to, and the steps on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from msgspec import Struct

from creditkit.errors import UsageError

from .base import JOURNAL, SNAPSHOTS
from .record import Keeping, Kept, Row, Step, Whole
from .state import State
from .tablestate import Put

Snapshots = Mapping[str, State]


RESERVED = (JOURNAL, SNAPSHOTS)
"""Tables of the base file that are not the user's."""


class Change(Struct, frozen=True):
    """A document to put: under its id, or as a new one where `doc_id` is None. `row` None removes it.

    A document is given as TinyDB takes it, as a struct whose fields are its fields, or as JSON.
    """

    table: str
    doc_id: int | None
    row: Mapping[str, Any] | Struct | bytes | None


def put(state: State, changes: Sequence[Change]) -> tuple[State, list[Row], list[int]]:
    """The state after these changes, the steps to it, and the ids of the documents.

    The changes of one table are made at once, wherever they stand: one may free a unique value for another.
    Raises `DuplicateError`; TypeError and ValueError for a document that cannot be filed or is not JSON.
    """
    if len(changes) == 1:
        return _put_one(state, changes[0])
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change.table, []).append(change)
    rows: list[Row] = []
    doc_ids: list[int] = []
    ids_of: dict[str, Iterator[int]] = {}
    for name, some in by_table.items():
        if name in RESERVED:
            raise ValueError(f"the name {name} is taken by the file format")
        table = state.table(name)
        layout, next_id = table.layout, table.next_id
        puts: list[Put] = []
        doc_ids = []
        for change in some:
            doc_id, given = change.doc_id, change.row
            if doc_id is None:
                doc_id = next_id
            if doc_id >= next_id:
                next_id = doc_id + 1
            doc_ids.append(doc_id)
            if given is None:
                puts.append(Put(doc_id, None))
                rows.append(Row(name, doc_id, None))
            else:
                entry = layout.entry(given)
                puts.append(Put(doc_id, entry))
                rows.append(Row(name, doc_id, entry[0]))
        after = table.with_puts(puts)
        if after is not table:
            state = state.with_table(name, after)
        ids_of[name] = iter(doc_ids)
    if len(by_table) > 1:
        doc_ids = [next(ids_of[change.table]) for change in changes]
    return state, rows, doc_ids


def _put_one(state: State, change: Change) -> tuple[State, list[Row], list[int]]:
    """What `put` makes of one change."""
    name, doc_id, given = change.table, change.doc_id, change.row
    if name in RESERVED:
        raise ValueError(f"the name {name} is taken by the file format")
    table = state.tables.get(name)
    if table is None:
        table = state.new_table(name)
    if doc_id is None:
        doc_id = table.next_id
    entry = None if given is None else table.layout.entry(given)
    after = table.with_put(doc_id, entry)
    if after is not table:
        state = state.with_table(name, after)
    return state, [Row(name, doc_id, None if entry is None else entry[0])], [doc_id]


_NONE: Mapping[int, bytes] = {}

Savepoint = tuple[State, Snapshots, int]


class Draft:
    """A state and snapshots that are not yet those of the database.

    Each step stands with the state that it led to.
    """

    __slots__ = ("snapshots", "state", "steps")

    def __init__(self, state: State, snapshots: Snapshots) -> None:
        self.state = state
        self.snapshots = snapshots
        self.steps: list[tuple[Step, State]] = []

    def savepoint(self) -> Savepoint:
        """What holds now, to go `back_to`."""
        return self.state, self.snapshots, len(self.steps)

    def back_to(self, savepoint: Savepoint) -> None:
        """Undo what was done since."""
        self.state, self.snapshots, done = savepoint
        del self.steps[done:]

    def advance(self, state: State, steps: Iterable[Step]) -> None:
        """Come to a state by these steps."""
        self.state = state
        self.steps += [(step, state) for step in steps]

    def empty(self, table: str) -> None:
        """Make the table as if it were new."""
        self.state = self.state.with_table(table, self.state.new_table(table))
        self.steps.append((Whole(table, True), self.state))

    def drop(self, table: str) -> None:
        """Let there be no such table."""
        if table in self.state.tables:
            self.state = self.state.without_table(table)
            self.steps.append((Whole(table, False), self.state))

    def next_id(self, table: str, next_id: int) -> None:
        """Let the next document of the table that comes without an id have this one."""
        self.state = self.state.with_table(table, self.state.table(table).with_next_id(next_id))
        self.steps.append((Whole(table, next_id), self.state))

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
        self.steps.append((Kept(action, name), self.state))

    def take(self, steps: Iterable[Step]) -> None:
        """Take steps that were recorded, or that lead back to an earlier state."""
        for table, some in groupby(steps, key=lambda step: step.table if isinstance(step, Row) else None):
            if table is not None:
                rows = [step for step in some if isinstance(step, Row)]
                self.advance(*put(self.state, [Change(row.table, row.doc_id, row.row) for row in rows])[:2])
                continue
            for step in some:
                if isinstance(step, Kept):
                    self.keep(step.action, step.name)
                elif isinstance(step, Whole):
                    self._take_whole(step)

    def _take_whole(self, step: Whole) -> None:
        if step.change is True:
            self.empty(step.table)
        elif step.change is False:
            self.drop(step.table)
        else:
            self.next_id(step.table, step.change)

    def net(self, before: State) -> list[Step]:
        """The fewest steps from `before` to here: each document once; what comes to nothing not at all."""
        if len(self.steps) == 1:
            return [self.steps[0][0]]
        net: list[Step] = []
        since = before
        rows: dict[tuple[str, int], Row] = {}
        for step, after in self.steps:
            if isinstance(step, Row):
                rows[step.table, step.doc_id] = step
            else:
                net += _changed(rows.values(), since)
                net.append(step)
                since, rows = after, {}
        changed = _changed(rows.values(), since)
        return [*net, *changed, *_next_ids(changed, since, self.state)]


def _changed(rows: Iterable[Row], since: State) -> list[Row]:
    before = {name: table.rows for name, table in since.tables.items()}
    return [step for step in rows if before.get(step.table, _NONE).get(step.doc_id) != step.row]


def _next_ids(changed: Iterable[Row], since: State, state: State) -> list[Step]:
    """The ids of the next documents, where the rows alone do not tell them."""
    told: dict[str, int] = {}
    for step in changed:
        told[step.table] = max(told.get(step.table, 1), step.doc_id + 1)
    return [
        Whole(name, table.next_id)
        for name, table in state.tables.items()
        if table.next_id != max(told.get(name, 1), since.table(name).next_id)
    ]
