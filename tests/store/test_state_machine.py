"""Any sequence of calls leaves in the store what it leaves in plain dicts: hypothesis tries them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from tinydb import where
from tinydb.table import Document

from creditkit.errors import CreditkitError
from creditkit.store.tinyjournal import Change, Durability, JournalDB

from .dicts import (
    CONDITIONS,
    CREDITS,
    CUSTOMERS,
    EQUALITIES,
    FAILS,
    FIELDS,
    INDEXES,
    KEYS,
    NAMES,
    NOTES,
    PICKS,
    ROWS,
    TABLES,
    UUIDS,
    Condition,
    Model,
    Row,
    copied,
    equal,
)


class Abandoned(Exception):  # noqa: N818 - nothing went wrong
    """What ends a transaction that shall leave nothing behind."""


class Store(RuleBasedStateMachine):
    """The rules: each does the same to the store and to the model, and what they answer is compared."""

    durability = Durability.PROCESS
    in_a_file = True

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="state-machine-"))
        self.opened = 0
        self.model = Model()
        self.db = self.new_database()
        self.model.first = self.db.requests
        self.begin_to_remember()

    def new_database(self) -> JournalDB:
        path = self.folder / f"{self.opened}" / "db.json" if self.in_a_file else None
        if path is not None:
            path.parent.mkdir(exist_ok=True)
        return JournalDB(path, indexes=INDEXES, durability=self.durability, warn=self.complain)

    def complain(self, warning: str) -> None:
        raise AssertionError(f"nothing was cut short, yet it says: {warning}")

    def begin_to_remember(self) -> None:
        self.model.first = self.db.requests
        self.model.past = []

    def put(self, name: str, rows: Mapping[int, Row]) -> None:
        self.model.tables[name].update({doc_id: dict(row) for doc_id, row in rows.items()})

    @contextmanager
    def refused(self, name: str, rows: Mapping[int, Row]) -> Iterator[None]:
        """Expect a refusal if these rows would break the unique index; otherwise put them into the model."""
        if self.model.allows(name, rows):
            yield
            self.put(name, rows)
        else:
            with pytest.raises(ValueError, match="uuid"):
                yield

    # Writing

    @rule(name=TABLES, row=ROWS)
    def insert(self, name: str, row: Row) -> None:
        with self.refused(name, {-1: row}):
            doc_id = self.db.table(name).insert(row)
            assert doc_id > max(self.model.tables[name], default=0)
            self.put(name, {doc_id: row})
        self.model.tables[name].pop(-1, None)

    @rule(name=TABLES, rows=st.lists(ROWS, min_size=1, max_size=4))
    def insert_multiple(self, name: str, rows: list[Row]) -> None:
        with self.refused(name, {-1 - number: row for number, row in enumerate(rows)}):
            ids = self.db.table(name).insert_multiple(rows)
            assert ids == sorted(set(ids) - self.model.tables[name].keys())
            self.put(name, dict(zip(ids, rows, strict=True)))
        for number in range(len(rows)):
            self.model.tables[name].pop(-1 - number, None)

    @rule(name=TABLES, row=ROWS, ahead=st.integers(1, 5))
    def insert_with_an_id(self, name: str, row: Row, ahead: int) -> None:
        doc_id = max(self.model.tables[name], default=0) + ahead
        with self.refused(name, {doc_id: row}):
            assert self.db.table(name).insert(Document(row, doc_id)) == doc_id

    @rule(name=TABLES, fields=FIELDS, condition=CONDITIONS)
    def update(self, name: str, fields: Row, condition: Condition) -> None:
        ids = self.model.matching(name, condition)
        assert sorted(self.db.table(name).update(fields, condition.query)) == ids
        self.put(name, {doc_id: {**self.model.tables[name][doc_id], **fields} for doc_id in ids})

    @rule(name=TABLES, uuid=UUIDS, pick=PICKS)
    def update_by_a_function(self, name: str, uuid: int, pick: int) -> None:
        def change(row: Any) -> None:
            row["uuid"] = uuid
            row["value"] += 1

        doc_id = self.model.picked(name, pick)
        if doc_id is None:
            assert self.db.table(name).update(change, doc_ids=[999]) == []
            return
        row = self.model.tables[name][doc_id]
        with self.refused(name, {doc_id: {**row, "uuid": uuid, "value": row["value"] + 1}}):
            assert self.db.table(name).update(change, doc_ids=[doc_id]) == [doc_id]

    @rule(name=TABLES, row=ROWS)
    def upsert(self, name: str, row: Row) -> None:
        ids = self.model.matching(name, equal("uuid", row["uuid"]))
        answer = self.db.table(name).upsert(row, where("uuid") == row["uuid"])
        if ids:
            assert sorted(answer) == ids
        else:
            (new,) = answer
            assert new > max(self.model.tables[name], default=0)
        self.put(name, {doc_id: {**self.model.tables[name].get(doc_id, {}), **row} for doc_id in answer})

    @rule(name=TABLES, condition=EQUALITIES)
    def remove(self, name: str, condition: Condition) -> None:
        ids = self.model.matching(name, condition)
        assert sorted(self.db.table(name).remove(condition.query)) == ids
        for doc_id in ids:
            del self.model.tables[name][doc_id]

    @rule(name=TABLES, pick=PICKS)
    def remove_by_id(self, name: str, pick: int) -> None:
        doc_id = self.model.picked(name, pick)
        assert self.db.table(name).remove(doc_ids=[doc_id or 999]) == ([] if doc_id is None else [doc_id])
        self.model.tables[name].pop(doc_id or 999, None)

    @rule(name=TABLES)
    def truncate(self, name: str) -> None:
        self.db.table(name).truncate()
        self.model.tables[name].clear()

    @rule(rows=st.lists(st.tuples(TABLES, ROWS, PICKS), max_size=5), as_bytes=st.booleans())
    def commit(self, rows: list[tuple[str, Row, int]], as_bytes: bool) -> None:
        """Documents of both tables are put, changed and removed at once."""
        changes, after, new = [], copied(self.model.tables), []
        for name, row, pick in rows:
            doc_id = self.model.picked(name, pick)
            value: Row | bytes = orjson.dumps(row) if as_bytes else row
            if doc_id is None:
                changes.append(Change(name, None, value))
                new.append((name, row))
            elif pick % 3 == 0:
                changes.append(Change(name, doc_id, None))
                after[name].pop(doc_id, None)
            else:
                changes.append(Change(name, doc_id, value))
                after[name][doc_id] = row
        for number, (name, row) in enumerate(new):
            after[name][-1 - number] = row
        uuids = [row["uuid"] for row in after[CREDITS].values()]
        if len(uuids) != len(set(uuids)):
            with pytest.raises(ValueError, match="uuid"):
                self.db.commit(changes)
            return
        ids = iter(self.db.commit(changes))
        for change in changes:
            doc_id = next(ids)
            assert change.doc_id in (None, doc_id)
            if change.doc_id is None:
                name, row = new.pop(0)
                assert doc_id not in self.model.tables[name]
                after[name][doc_id] = row
        self.model.tables = {
            name: {doc_id: row for doc_id, row in table.items() if doc_id > 0}
            for name, table in after.items()
        }

    @rule(rows=st.lists(ROWS, max_size=3), inner=st.lists(ROWS, max_size=2), fails=st.sampled_from(FAILS))
    def transaction(self, rows: list[Row], inner: list[Row], fails: str) -> None:
        """What is written inside is seen inside, and is there afterwards as a whole or not at all."""
        before = self.model.copy()
        with suppress(Abandoned), self.db.transaction():
            self.write_some(rows)
            middle = self.model.copy()
            with suppress(Abandoned), self.db.transaction():
                self.write_some(inner)
                if fails == "inner":
                    raise Abandoned
            if fails == "inner":
                self.model = middle
            self.write_some(rows[:1])
            if fails == "outer":
                raise Abandoned
        if fails == "outer":
            self.model = before

    def write_some(self, rows: list[Row]) -> None:
        for row in rows:
            self.upsert(CREDITS, row)
            self.insert(NOTES, row)
            self.compare()

    # Reading

    @rule(name=TABLES, condition=CONDITIONS)
    def filter(self, name: str, condition: Condition) -> None:
        table = self.db.table(name)
        ids = self.model.matching(name, condition)
        rows = [self.model.tables[name][doc_id] for doc_id in ids]
        found = table.search(condition.query)
        assert [(document.doc_id, document) for document in found] == list(zip(ids, rows, strict=True))
        assert table.count(condition.query) == len(ids)
        assert table.get(condition.query) == (rows[0] if rows else None)

    @rule(uuid=UUIDS, customer=CUSTOMERS, tag=st.sampled_from("xyz"))
    def find(self, uuid: int, customer: str | None, tag: str) -> None:
        table, rows = self.db.table(CREDITS), self.model.tables[CREDITS]
        with_uuid = self.model.matching(CREDITS, equal("uuid", uuid))
        assert table.state.first("uuid", uuid) == (with_uuid[0] if with_uuid else None)
        of_customer = self.model.matching(CREDITS, equal("customer", customer))
        assert list(table.find("customer", customer)) == of_customer
        tagged = [doc_id for doc_id, row in sorted(rows.items()) if tag in row.get("tags", ())]
        assert list(table.find("tag", tag)) == tagged

    @rule(keys=st.sampled_from(KEYS), offset=st.integers(0, 12), limit=st.integers(0, 6))
    def page(self, keys: tuple[str, ...], offset: int, limit: int) -> None:
        ids = self.model.ordered(keys)
        ordered = self.db.table(CREDITS).ordered(*keys)
        assert list(ordered[offset : offset + limit]) == ids[offset : offset + limit]
        assert [ordered[place] for place in range(len(ids))] == ids
        assert (
            self.db.table(CREDITS).state.ids[offset : offset + limit] == sorted(ids)[offset : offset + limit]
        )

    # Going back

    @rule()
    def begin(self) -> None:
        assert self.db.begin() == self.model.first + len(self.model.past) + 1
        self.model.past.append(copied(self.model.tables))

    @rule(back=st.integers(0, 4))
    def rewind(self, back: int) -> None:
        """`past[i]` is what was there when request `first + i + 1` began: after request `first + i`."""
        number = self.db.requests - back
        index = number - self.model.first
        if index < 0:
            with pytest.raises(CreditkitError):
                self.db.rewind(self.model.first - 1)
            return
        self.db.rewind(number)
        if index < len(self.model.past):
            self.model.tables = copied(self.model.past[index])
            del self.model.past[index:]
        assert self.db.requests == number

    @rule(name=NAMES)
    def snapshot(self, name: str) -> None:
        self.db.snapshot(name)
        self.model.snapshots[name] = copied(self.model.tables)

    @rule(name=NAMES, drop=st.booleans())
    def restore_or_drop(self, name: str, drop: bool) -> None:
        act = self.db.drop_snapshot if drop else self.db.restore
        if name not in self.model.snapshots:
            with pytest.raises(CreditkitError, match=name):
                act(name)
            return
        act(name)
        if drop:
            del self.model.snapshots[name]
        else:
            self.model.tables = copied(self.model.snapshots[name])

    @rule(row=ROWS, stay=st.booleans())
    def fork(self, row: Row, stay: bool) -> None:
        """A fork and what it came from do not see each other's writes. Memory goes on with the fork."""
        original, model = self.db, self.model.copy()
        self.db = original.fork()
        assert self.db.requests == 0 or self.db.requests == original.requests
        self.begin_to_remember()
        self.compare()
        self.insert(NOTES, row)
        self.begin()
        self.remove(CREDITS, equal("value", row["value"]))
        self.rewind(1)
        self.compare()
        if self.in_a_file or not stay:
            self.db.close()
            self.db, self.model = original, model

    # Files

    @precondition(lambda self: self.in_a_file)
    @rule()
    def compact(self) -> None:
        self.db.compact()

    @precondition(lambda self: self.in_a_file)
    @rule(killed=st.booleans())
    def reopen(self, killed: bool) -> None:
        """Closed and opened again; or what a killed process leaves is opened: the files as they are now."""
        now = self.folder / f"{self.opened}"
        self.opened += 1
        then = self.folder / f"{self.opened}"
        if killed:
            shutil.copytree(now, then)
        self.db.close()
        if not killed:
            now.rename(then)
            assert [each.name for each in then.iterdir() if each.suffix != ".lock"] in (["db.json"], [])
        self.db = self.new_database()
        self.begin_to_remember()

    @invariant()
    def compare(self) -> None:
        for name, rows in self.model.tables.items():
            table = self.db.table(name)
            assert {document.doc_id: dict(document) for document in table} == rows
            assert [document.doc_id for document in table] == sorted(rows)
            assert len(table) == len(rows)
        assert sorted(self.db.snapshots) == sorted(self.model.snapshots)

    @invariant()
    def compare_orders(self) -> None:
        """By one key or two, up and down."""
        for keys in KEYS:
            ordered = self.db.table(CREDITS).ordered(*keys)
            assert len(ordered) == len(self.model.tables[CREDITS])
            assert list(ordered) == self.model.ordered(keys), keys

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()
            shutil.rmtree(self.folder)


class InMemory(Store):
    durability = Durability.MEMORY
    in_a_file = False


@pytest.mark.parametrize("machine", [Store, InMemory])
@pytest.mark.parametrize("sequences", [40, pytest.param(1000, marks=pytest.mark.soak)])
def test_the_store_is_what_plain_dicts_are(machine: type[Store], sequences: int) -> None:
    """40 sequences of each kind, of up to 30 steps, in every run; in soak 2,000 in all."""
    run(
        machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_one_change_of_a_commit_frees_a_value_for_another() -> None:
    """Wherever the two stand in it, and whatever stands between."""
    db = JournalDB(indexes=INDEXES)
    row = {"uuid": 1, "value": 1}
    assert db.commit([Change(CREDITS, None, row)]) == [1]
    changes = [Change(CREDITS, None, row), Change(NOTES, None, row), Change(CREDITS, 1, None)]
    assert db.commit(changes) == [2, 1, 1]
    assert [document.doc_id for document in db.table(CREDITS)] == [2]
    assert db.table(CREDITS).state.first("uuid", 1) == 2
