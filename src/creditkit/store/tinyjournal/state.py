"""What a database holds at one moment, as one value that never changes.

A change makes a new `State`, which shares with the old one all but the paths to what changed. So a reader
needs no lock, and a snapshot, a fork or a way back is a reference that somebody keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from msgspec import Struct

from .late import touched_since
from .layout import Layout, Schema
from .tablestate import TableState


class State(Struct, eq=False):
    """All tables. Equal states hold the same documents in the same tables.

    `size` is what the documents take in the base file, about, in bytes. Where a state came from another by a
    change of one table alone, `changed` is the name of that table, and `before` are the tables of the other.
    """

    schema: Schema
    tables: Mapping[str, TableState]
    size: int
    before: Mapping[str, TableState] | None = None
    changed: str = ""

    @classmethod
    def of(cls, schema: Schema, tables: Mapping[str, TableState]) -> State:
        """The state that holds these tables."""
        return cls(schema, tables, sum([table.size for table in tables.values()]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.tables == other.tables

    def table(self, name: str) -> TableState:
        """The table of that name; an empty one if there is none."""
        table = self.tables.get(name)
        return self.new_table(name) if table is None else table

    def new_table(self, name: str) -> TableState:
        """A table of that name without documents."""
        return TableState.empty(self.schema.get(name) or Layout(name))

    def with_table(self, name: str, table: TableState) -> State:
        """The state with another content of one table."""
        tables = self.tables
        before = tables.get(name)
        size = self.size + table.size - (before.size if before is not None else 0)
        return State(self.schema, {**tables, name: table}, size, tables, name)

    def without_table(self, name: str) -> State:
        """The state without one table; itself if there is none of that name."""
        if name not in self.tables:
            return self
        return State.of(self.schema, {key: table for key, table in self.tables.items() if key != name})


def differences(old: TableState, new: TableState) -> Iterator[tuple[int, bytes | None]]:
    """What to put into `old` to make it `new`: ids, each with its row, or None where there is none.

    Of two states of one table of which one came from the other it costs what was touched since; if that is
    long ago, or of others, all documents.
    """
    if old.rows is new.rows:
        return
    doc_ids: Iterable[int] | None = touched_since(new.trail, old.trail)
    if doc_ids is None:
        doc_ids = touched_since(old.trail, new.trail)
    if doc_ids is None:
        doc_ids = chain((doc_id for doc_id in old.ids if doc_id not in new.rows), new.ids)
    for doc_id in doc_ids:
        before, row = old.row(doc_id), new.row(doc_id)
        if before is not row and before != row:
            yield doc_id, row
