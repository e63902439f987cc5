"""TinyDB's own table works on the storage, and reads and writes whole databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinydb import where
from tinydb.table import Table

from .conftest import Open, rows


def test_tinydbs_own_table_works_on_it(open_: Open, left_behind: Callable[[], Path]) -> None:
    db = open_()
    table = Table(db.storage, "credits")
    assert table.insert_multiple([{"uuid": "a"}, {"uuid": "b"}]) == [1, 2]
    table.update({"value": 1}, where("uuid") == "b")
    table.remove(where("uuid") == "a")
    assert table.all() == [{"uuid": "b", "value": 1}]
    assert db.table("credits").state.first("uuid", "b") == 2
    assert rows(open_(left_behind())) == {"credits": {2: {"uuid": "b", "value": 1}}}


def test_reading_gives_copies_and_none_where_there_is_nothing(open_: Open) -> None:
    db = open_()
    assert db.storage.read() is None
    db.table("credits").insert({"uuid": "a", "list": [1]})
    data = db.storage.read()
    assert data == {"credits": {"1": {"uuid": "a", "list": [1]}}}
    data["credits"]["1"]["list"].append(2)
    assert db.storage.read() == {"credits": {"1": {"uuid": "a", "list": [1]}}}


def test_writing_replaces_everything_and_writes_what_differs(open_: Open, path: Path) -> None:
    db = open_()
    db.table("credits").insert_multiple([{"uuid": "a"}, {"uuid": "b"}, {"uuid": "c"}])
    db.table("users").insert({"name": "x"})
    db.storage.write({"credits": {"1": {"uuid": "a"}, "3": {"uuid": "z"}}, "empty": {}})
    assert rows(db) == {"credits": {1: {"uuid": "a"}, 3: {"uuid": "z"}}, "empty": {}}
    line = path.with_name("credits.json.1.journal").read_bytes().splitlines()[-1]
    assert b'"uuid":"a"' not in line
    assert b'["credits",3,{"uuid":"z"}]' in line
