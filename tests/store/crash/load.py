"""A load that follows from a seed: the same operation for each step, on a database and on plain dicts.

A writer process puts step after step into a database and says how far it has come. Whoever survives it does
the same steps on a `Model` and compares. An operation names documents by a key out of a small set, never by
an id, and what it means is settled when it is carried out: `put` inserts where the key is missing and
changes where it is not.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tinydb import where

from creditkit.store.tinyjournal import Change, JournalDB, Sorted, Unique

CREDITS, NOTES = "credits", "notes"
KEYS = 40
"""How many keys there are in each table: few, so that documents are often changed and deleted again."""

INDEXES = {CREDITS: (Unique("key"), Sorted("value", lambda row: row["value"])), NOTES: (Unique("key"),)}

Row = Mapping[str, Any]
Tables = dict[str, dict[int, Row]]
"""The documents of each table by their key. Rows are replaced, never changed: a copy is two levels deep."""

Kind = Literal["put", "move", "delete", "truncate", "fail", "snapshot", "restore", "drop", "rewind"]
WEIGHTS: dict[Kind, int] = {
    "put": 50,
    "move": 15,
    "delete": 12,
    "truncate": 1,
    "fail": 5,
    "snapshot": 4,
    "restore": 4,
    "drop": 3,
    "rewind": 6,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One step. `keys` are documents, `name` is a snapshot, `back` counts requests to go back."""

    kind: Kind
    step: int
    table: str
    keys: tuple[int, ...]
    size: int
    name: str
    back: int

    def row(self, key: int) -> dict[str, Any]:
        """What this step writes under `key`; `text` is full of JSON's own marks."""
        return {
            "key": key,
            "step": self.step,
            "value": self.step * 7 % 23,
            "text": '"\\\n\u2028é,{' * self.size,
        }


class Abandoned(Exception):  # noqa: N818 - nothing went wrong
    """What ends a transaction that shall leave nothing behind."""


def operation(seed: int, step: int, kinds: Mapping[Kind, int] = WEIGHTS) -> Operation:
    """The step with that number."""
    chance = random.Random(f"{seed}/{step}")
    return Operation(
        kind=chance.choices(list(kinds), list(kinds.values()))[0],
        step=step,
        table=chance.choice((CREDITS, NOTES)),
        keys=tuple(chance.sample(range(KEYS), chance.randint(1, 4))),
        size=chance.choice((0, 1, 10, 100, 1000) if step % 50 == 0 else (0, 1, 5)),
        name=chance.choice("abc"),
        back=chance.randint(0, 6),
    )


def carry_out(db: JournalDB, op: Operation, first: int = 0) -> None:
    """Do one step on a database that was opened with `INDEXES`.

    Every step is a request of its own; `first` is the number of requests that no step goes back behind.
    """
    db.begin()
    match op.kind:
        case "put":
            _put(db, op)
        case "move":
            _move(db, op)
        case "delete":
            for key in op.keys[:1]:
                db.table(op.table).remove(where("key") == key)
        case "truncate":
            db.table(op.table).truncate()
        case "fail":
            with suppress(Abandoned), db.transaction():
                _move(db, op)
                db.table(op.table).truncate()
                raise Abandoned
        case "snapshot":
            db.snapshot(op.name)
        case "restore" if op.name in db.snapshots:
            db.restore(op.name)
        case "drop" if op.name in db.snapshots:
            db.drop_snapshot(op.name)
        case "rewind":
            db.rewind(max(first, db.requests - op.back))
        case _:
            pass


def _put(db: JournalDB, op: Operation) -> None:
    """All keys in one commit."""
    table = db.table(op.table)
    db.commit([Change(op.table, table.state.first("key", key), op.row(key)) for key in op.keys])


def _move(db: JournalDB, op: Operation) -> None:
    """The same keys in both tables, through TinyDB's own calls in one transaction."""
    with db.transaction():
        for table in (db.table(CREDITS), db.table(NOTES)):
            for key in op.keys:
                table.upsert(op.row(key), where("key") == key)


@dataclass(slots=True)
class Model:
    """What a database must hold, kept in dicts.

    `past` holds the tables as they were after each request of this process, the ones it found first.
    """

    tables: Tables = field(default_factory=lambda: {CREDITS: {}, NOTES: {}})
    snapshots: dict[str, Tables] = field(default_factory=dict)
    past: list[Tables] = field(default_factory=lambda: [{CREDITS: {}, NOTES: {}}])

    def copy(self) -> Model:
        """A model that goes its own way from here."""
        return Model(_copy(self.tables), dict(self.snapshots), list(self.past))

    def reopened(self) -> Model:
        """The same content as a process finds it that has just opened the database."""
        return Model(_copy(self.tables), dict(self.snapshots), [_copy(self.tables)])

    def carry_out(self, op: Operation) -> None:
        """Do one step."""
        match op.kind:
            case "put":
                self.tables[op.table].update({key: op.row(key) for key in op.keys})
            case "move":
                for rows in self.tables.values():
                    rows.update({key: op.row(key) for key in op.keys})
            case "delete":
                self.tables[op.table].pop(op.keys[0], None)
            case "truncate":
                self.tables[op.table].clear()
            case "snapshot":
                self.snapshots[op.name] = _copy(self.tables)
            case "restore" if op.name in self.snapshots:
                self.tables = _copy(self.snapshots[op.name])
            case "drop":
                self.snapshots.pop(op.name, None)
            case "rewind" if op.back:
                del self.past[max(1, len(self.past) - op.back + 1) :]
                self.tables = _copy(self.past.pop())
            case _:
                pass
        self.past.append(_copy(self.tables))


def content(db: JournalDB) -> Tables:
    """The documents of a database by their key."""
    return {name: {row["key"]: dict(row) for row in db.table(name)} for name in (CREDITS, NOTES)}


def _copy(tables: Tables) -> Tables:
    return {name: dict(rows) for name, rows in tables.items()}


def share(seed: int, step: int, writer: int) -> Operation:
    """A step of one of several writers at once: it puts and deletes, and only documents of its own."""
    op = operation(seed * 10 + writer, step, {"put": 3, "delete": 1})
    return replace(op, keys=tuple({key % 10 + writer * 10: None for key in op.keys}))
