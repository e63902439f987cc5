"""The database through its public face: transactions, snapshots, forks, the way back, and files at rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tinydb import TinyDB, where

from creditkit.errors import DataFileError, UsageError
from creditkit.store.tinyjournal import Change, Durability, JournalDB

from .conftest import INDEXES, Open, rows

Copy = Callable[[], Path]


def seeded(db: JournalDB) -> JournalDB:
    db.commit(
        [Change("credits", None, {"uuid": f"u{n}", "customer": n % 3, "value": n}) for n in range(1, 11)]
    )
    return db


def test_what_was_committed_is_there_after_a_kill(open_: Open, left_behind: Copy) -> None:
    db = seeded(open_())
    db.table("credits").update({"value": 99}, where("uuid") == "u3")
    db.table("credits").remove(doc_ids=[4])
    again = open_(left_behind())
    assert rows(again) == rows(db)
    assert again.table("credits").ordered("-value")[:2] == [3, 10]
    assert again.table("credits").insert({}) == 11


def test_a_closed_database_is_one_plain_tinydb_file(open_: Open, path: Path) -> None:
    db = seeded(open_())
    expected = rows(db)
    db.close()
    assert sorted(each.name for each in path.parent.iterdir()) == ["credits.json", "credits.json.lock"]
    with TinyDB(path) as plain:
        assert {each.doc_id: dict(each) for each in plain.table("credits")} == expected["credits"]
    assert json.loads(path.read_text("utf-8"))["_journal"]["1"]["generation"] == 2


def test_opening_and_closing_changes_no_byte(open_: Open, path: Path) -> None:
    seeded(open_()).close()
    before = path.read_bytes()
    db = open_()
    assert len(db.table("credits")) == 10
    db.commit([Change("credits", 1, {"uuid": "u1", "customer": 1, "value": 1})])
    db.close()
    assert path.read_bytes() == before


def test_a_plain_tinydb_file_opens_as_it_is_until_the_first_write(open_: Open, path: Path) -> None:
    with TinyDB(path) as plain:
        plain.table("credits").insert_multiple([{"uuid": "a"}, {"uuid": "b"}])
    before = path.read_bytes()
    db = open_()
    assert db.table("credits").state.first("uuid", "b") == 2
    db.close()
    assert path.read_bytes() == before
    db = open_()
    assert db.table("credits").insert({"uuid": "c"}) == 3
    db.close()
    with TinyDB(path) as plain:
        assert [each["uuid"] for each in plain.table("credits")] == ["a", "b", "c"]


def test_a_transaction_is_one_record_and_an_exception_undoes_all(open_: Open, path: Path) -> None:
    db = seeded(open_())
    table, journal = db.table("credits"), path.with_name("credits.json.1.journal")
    lines = journal.read_bytes().count(b"\n")
    with db.transaction():
        table.insert({"uuid": "new"})
        db.table("users").insert({"name": "x"})
        table.update({"value": 0}, doc_ids=[1])
        table.update({"value": 7}, doc_ids=[1])
        assert table.state.first("uuid", "new") == 11
    assert journal.read_bytes().count(b"\n") == lines + 1
    assert journal.read_bytes().splitlines()[-1].count(b'["credits",1,') == 1
    before = rows(db)

    def fail() -> None:
        with db.transaction():
            table.truncate()
            db.drop_table("users")
            db.snapshot("within")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert rows(db) == before
    assert db.snapshots == ()
    assert journal.read_bytes().count(b"\n") == lines + 1


def test_a_transaction_within_a_transaction_undoes_its_own_part(open_: Open, left_behind: Copy) -> None:
    db = seeded(open_())
    table = db.table("credits")

    def fail() -> None:
        with db.transaction():
            table.remove(doc_ids=[2])
            raise ZeroDivisionError

    with db.transaction():
        table.remove(doc_ids=[1])
        with pytest.raises(ZeroDivisionError):
            fail()
        assert table.state.ids[0:2] == [2, 3]
    assert table.state.ids[0:2] == [2, 3]
    assert rows(open_(left_behind())) == rows(db)


def test_other_threads_see_a_transaction_when_it_is_done() -> None:
    db = JournalDB()
    seen: list[int] = []

    def look() -> None:
        seen.append(len(db.table("credits")))

    with db.transaction():
        db.table("credits").insert({})
        thread = Thread(target=look)
        thread.start()
        thread.join()
        look()
    look()
    assert seen == [0, 1, 1]


def test_what_comes_to_nothing_is_not_written(open_: Open, path: Path) -> None:
    db = seeded(open_())
    journal = path.with_name("credits.json.1.journal")
    size = journal.stat().st_size
    state = db.state
    db.table("credits").update({"value": 3}, doc_ids=[3])
    db.table("credits").remove(doc_ids=[77])
    db.table("credits").insert_multiple([])
    with db.transaction():
        db.table("credits").update({"value": 0}, doc_ids=[3])
        db.table("credits").update({"value": 3}, doc_ids=[3])
    assert journal.stat().st_size == size
    assert db.state == state


def test_a_snapshot_is_restored_after_a_kill_a_compaction_and_a_close(open_: Open, left_behind: Copy) -> None:
    db = seeded(open_())
    db.snapshot("ten")
    expected = rows(db)
    db.table("credits").truncate()
    db.table("credits").insert({"uuid": "u1"})
    db.table("users").insert({"name": "x"})
    now = rows(db)
    for step in ("kill", "compaction", "close"):
        if step == "compaction":
            db.compact()
        if step == "close":
            db.close()
        again = open_(left_behind())
        assert again.snapshots == ("ten",)
        assert rows(again) == now
        again.restore("ten")
        assert rows(again) == expected
        assert again.tables() == {"credits"}
        assert again.table("credits").insert({"uuid": step}) == 11
        again.drop_snapshot("ten")
        assert list(again.snapshots) == []
        with pytest.raises(UsageError, match="no snapshot 'ten'"):
            again.restore("ten")


def test_changes_after_a_snapshot_leave_it_alone_also_after_a_kill(open_: Open, left_behind: Copy) -> None:
    db = seeded(open_())
    db.snapshot("ten")
    expected = rows(db)
    db.table("credits").update({"value": 0})
    again = open_(left_behind())
    assert rows(again) == rows(db)
    again.restore("ten")
    assert rows(again) == expected
    again.table("credits").update({"value": 5})
    again.restore("ten")
    assert rows(again) == expected


def test_a_snapshot_needs_a_name_of_one_line() -> None:
    for name in ("", "a\nb"):
        with pytest.raises(UsageError):
            JournalDB().snapshot(name)


def test_a_fork_goes_its_own_way() -> None:
    db = seeded(JournalDB(indexes=INDEXES))
    db.snapshot("s")
    fork = db.fork()
    fork.table("credits").truncate()
    db.table("credits").remove(doc_ids=[1])
    assert (len(db.table("credits")), len(fork.table("credits"))) == (9, 0)
    fork.restore("s")
    assert len(fork.table("credits")) == 10
    assert fork.table("credits").state.first("uuid", "u5") == 5
    assert fork.requests == 0


def test_rewind_goes_back_to_what_was_after_a_request(open_: Open, left_behind: Copy) -> None:
    db = seeded(open_())
    db.snapshot("ten")
    table = db.table("credits")
    after: list[tuple[dict[str, Any], int]] = [(rows(db), 11)]

    def request(action: Callable[[], object]) -> None:
        assert db.begin() == len(after)
        action()
        after.append((rows(db), db.state.table("credits").next_id))

    request(lambda: table.insert({"uuid": "a"}))
    request(lambda: table.update({"value": 5}))
    request(lambda: None)
    request(lambda: db.table("users").insert({"name": "x"}))
    request(lambda: db.restore("ten"))
    request(lambda: table.remove(doc_ids=[3]))
    request(table.truncate)
    request(lambda: table.insert({"uuid": "z"}))
    request(db.drop_tables)
    for number in (8, 7, 6, 5, 4, 3, 2, 1, 0):
        db.rewind(number)
        assert (rows(db), db.state.table("credits").next_id) == after[number]
        assert db.requests == number
        assert rows(open_(left_behind())) == after[number][0]
    assert db.snapshots == ("ten",)
    assert db.begin() == 1


def test_rewind_out_of_reach_is_told(open_: Open) -> None:
    db = open_(history=3)
    for number in range(1, 6):
        db.begin()
        db.table("credits").insert({"uuid": number})
    for number in (-1, 1, 6):
        with pytest.raises(UsageError, match=f"request {number}") as caught:
            db.rewind(number)
        assert "reaches to request 2" in caught.value.hint
    db.rewind(2)
    assert [each["uuid"] for each in db.table("credits")] == [1, 2]
    with pytest.raises(UsageError, match="within a transaction"), db.transaction():
        db.rewind(2)


def test_a_file_in_use_names_its_holder(open_: Open, path: Path) -> None:
    open_()
    with pytest.raises(DataFileError, match=r"in use by process \d+"):
        JournalDB(path)


def test_what_does_not_go_together_is_refused(path: Path) -> None:
    with pytest.raises(UsageError):
        JournalDB(path, durability=Durability.MEMORY)
    with pytest.raises(UsageError):
        JournalDB(durability=Durability.POWER)
    for name in ("_journal", "_snapshots"):
        with pytest.raises(ValueError, match="taken"):
            JournalDB().table(name)
        with pytest.raises(ValueError, match="taken"):
            JournalDB().commit([Change(name, None, {})])


def test_the_sizes_are_those_of_the_files(open_: Open, path: Path) -> None:
    db = seeded(open_())
    size = db.size
    assert size.base == path.stat().st_size
    assert size.journal == path.with_name("credits.json.1.journal").stat().st_size
    db.compact()
    assert abs(db.size.live - db.size.base) < 400
    assert JournalDB().size.base == 0
