"""From what the files say to a state: rows first, filed all at once at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

from creditkit.errors import DataFileError

from .base import Content, Rows
from .collector import collector_at_rest
from .layout import Layout, Schema
from .record import Keeping, Kept, Row, Step, Whole
from .state import State
from .tablestate import Put, TableState
from .values import DuplicateError


class Replay:
    """The rows of a database as its records are taken one after another.

    A snapshot shares its tables with what holds now; a shared table is copied before it changes.
    """

    def __init__(self, live: Content, snapshots: dict[str, Content]) -> None:
        self.live = live
        self.snapshots = snapshots
        self._shared: set[str] = set()

    def take(self, steps: Iterable[Step]) -> None:
        """Take the steps of one record. Raises KeyError for a snapshot that there is not."""
        for step in steps:
            if isinstance(step, Row):
                rows = self._rows(step.table)
                if step.row is None:
                    rows.pop(step.doc_id, None)
                else:
                    rows[step.doc_id] = step.row
                next_id = max(self.live.next_ids.get(step.table, 1), step.doc_id + 1)
                self.live.next_ids[step.table] = next_id
            elif isinstance(step, Whole):
                self._whole(step)
            else:
                self._keep(step)

    def _rows(self, table: str) -> Rows:
        if table in self._shared:
            self.live.tables[table] = dict(self.live.tables[table])
            self._shared.discard(table)
        return self.live.tables.setdefault(table, {})

    def _whole(self, step: Whole) -> None:
        if isinstance(step.change, bool):
            self._shared.discard(step.table)
            self.live.tables.pop(step.table, None)
            self.live.next_ids.pop(step.table, None)
            if step.change:
                self.live.tables[step.table] = {}
        else:
            self.live.tables.setdefault(step.table, {})
            self.live.next_ids[step.table] = step.change

    def _keep(self, step: Kept) -> None:
        if step.action is Keeping.FORGET:
            del self.snapshots[step.name]
            return
        source = self.live if step.action is Keeping.SNAPSHOT else self.snapshots[step.name]
        copy = Content(dict(source.tables), dict(source.next_ids))
        self._shared = set(source.tables)
        if step.action is Keeping.SNAPSHOT:
            self.snapshots[step.name] = copy
        else:
            self.live = copy


def build(
    path: Path | None, schema: Schema, live: Content, kept: Mapping[str, Content], *, known: bool
) -> tuple[State, dict[str, State]]:
    """The state of these documents, and those of the snapshots, which share with it what they can.

    `known` documents were filed when they were written. Of others, each is looked at in every way in which it
    will be filed. Raises `DataFileError` for a document that cannot be.
    """
    with collector_at_rest():
        state = _state(path, schema, live, known)
        return state, {name: _like(state, content) for name, content in kept.items()}


def _state(path: Path | None, schema: Schema, content: Content, known: bool) -> State:
    tables: dict[str, TableState] = {}
    for name in [*(name for name in schema if name in content.tables), *content.tables]:
        if name not in tables:
            tables[name] = _table(path, schema, name, content, known)
    return State.of(schema, {name: tables[name] for name in content.tables})


def _table(path: Path | None, schema: Schema, name: str, content: Content, known: bool) -> TableState:
    rows = content.tables[name]
    layout = schema.get(name) or Layout(name)
    try:
        if not known:
            _look_at_all(path, layout, rows)
        table = TableState.of(layout, rows)
    except DuplicateError as error:
        raise _cannot_be_filed(path, "", error) from error
    except _UNFIT:
        _look_at_all(path, layout, rows)
        raise
    next_id = content.next_ids.get(name, 1)
    return table.with_next_id(next_id) if next_id > table.next_id else table


_UNFIT = (KeyError, ValueError, TypeError, ArithmeticError, AttributeError)
"""What the function of an index raises for a document that it does not understand."""


def _look_at_all(path: Path | None, layout: Layout, rows: Rows) -> None:
    """See that each document can be filed. Raises `DataFileError` for the first that cannot."""
    samples = layout.no_samples
    for doc_id, row in rows.items():
        try:
            samples = layout.compare(layout.entry_of(row, orjson.loads(row)), samples)
        except _UNFIT as error:
            raise _cannot_be_filed(path, f": table {layout.name}, document {doc_id}", error) from error


def _cannot_be_filed(path: Path | None, where: str, error: Exception) -> DataFileError:
    return DataFileError(
        f"{path}: a document cannot be filed{where}: {error}",
        "put it right in a copy: creditkit store export, then import",
    )


def _like(state: State, content: Content) -> State:
    """The state of a snapshot, made from what holds by the differences."""
    tables: dict[str, TableState] = {}
    for name, rows in content.tables.items():
        table = state.table(name)
        puts = [Put(doc_id, None) for doc_id in table.ids if doc_id not in rows]
        for doc_id, row in rows.items():
            before = table.row(doc_id)
            if before is not row and before != row:
                puts.append(Put(doc_id, table.layout.entry(row)))
        tables[name] = table.with_puts(puts).with_next_id(content.next_ids.get(name, 1))
    return State.of(state.schema, tables)
