"""What the table adds to TinyDB's methods, and where it takes more care than they do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec import Struct
from tinydb import where
from tinydb.table import Document

from creditkit.store.tinyjournal import (
    Change,
    DuplicateError,
    JournalDB,
)

from .conftest import INDEXES


@pytest.fixture
def db() -> JournalDB:
    db = JournalDB(indexes=INDEXES)
    db.table("credits").insert_multiple({"uuid": each, "customer": "x", "value": 1} for each in "abc")
    return db


def test_rows_are_the_json_that_was_stored(db: JournalDB) -> None:
    table = db.table("credits")
    assert table.raw(2) == b'{"uuid":"b","customer":"x","value":1}'
    assert table.raw(9) is None


def test_what_is_returned_is_the_callers_own(db: JournalDB) -> None:
    table = db.table("credits")
    for found in (table.get(where("uuid") == "a"), table.all()[0], table.search(where("customer") == "x")[0]):
        assert isinstance(found, Document)
        found["value"] = 99
        found["list"] = []
    assert table.get(doc_id=1) == {"uuid": "a", "customer": "x", "value": 1}


def test_what_is_given_stays_the_callers_own(db: JournalDB) -> None:
    given: dict[str, Any] = {"uuid": "d", "list": [1]}
    doc_id = db.table("credits").insert(given)
    given["list"].append(2)
    assert db.table("credits").get(doc_id=doc_id) == {"uuid": "d", "list": [1]}


class Named(Struct):
    uuid: str
    price: Decimal = Decimal("1.50")


class Numbered(Struct):
    uuid: Decimal


def test_commit_takes_structs(db: JournalDB) -> None:
    assert db.commit([Change("credits", None, Named("d")), Change("credits", 1, Named("z"))]) == [4, 1]
    table = db.table("credits")
    assert table.get(where("uuid") == "d") == {"uuid": "d", "price": "1.50"}
    assert table.state.first("uuid", "z") == 1
    db.commit([Change("credits", 4, Numbered(Decimal("1.5")))])
    assert table.state.first("uuid", "1.5") == 4, "filed under what its document says"
    with pytest.raises(DuplicateError, match="uuid 'z' is that of document 1 and cannot be that of 5"):
        db.commit([Change("credits", None, Named("z"))])


def test_commit_takes_rows_as_json_and_as_mappings(db: JournalDB) -> None:
    made = db.commit(
        [
            Change("credits", None, b'{"uuid": "d"}'),
            Change("credits", 1, {"uuid": "z"}),
            Change("credits", 2, None),
            Change("users", None, {"name": "n"}),
        ]
    )
    assert made == [4, 1, 2, 1]
    assert [each["uuid"] for each in db.table("credits")] == ["z", "c", "d"]
    assert db.table("credits").state.first("uuid", "d") == 4
    with pytest.raises(ValueError, match="not a JSON object"):
        db.commit([Change("credits", None, {"uuid": "e"}), Change("credits", None, b"[]")])
    assert len(db.table("credits")) == 3


def test_an_update_may_itself_write(db: JournalDB) -> None:
    def noted(document: Any) -> None:
        document["value"] += 1
        db.table("log").insert({"uuid": document["uuid"]})

    db.table("credits").update(noted, where("uuid") == "b")
    with db.transaction():
        db.table("credits").update(noted, where("uuid") == "b")
    assert db.table("credits").get(doc_id=2)["value"] == 3  # type: ignore[call-overload, index]
    assert db.table("log").all() == [{"uuid": "b"}, {"uuid": "b"}]


def test_ids_are_not_used_twice(db: JournalDB) -> None:
    table = db.table("credits")
    table.remove(doc_ids=[3])
    assert table.insert({"uuid": "d"}) == 4
    with db.transaction():
        table.insert({"uuid": "e"})
        table.remove(doc_ids=[5])
    assert table.insert({"uuid": "f"}) == 6
    assert table.insert(Document({"uuid": "g"}, doc_id=20)) == 20
    assert table.insert({"uuid": "h"}) == 21
    table.truncate()
    assert table.insert({"uuid": "i"}) == 1


def test_a_state_is_what_it_was_while_the_table_changes(db: JournalDB) -> None:
    before = db.state.table("credits")
    db.table("credits").truncate()
    assert before.ids[:] == [1, 2, 3]
    assert before.first("uuid", "c") == 3
    assert before.ordered("-value")[:] == [1, 2, 3]
    assert before.row(1) == b'{"uuid":"a","customer":"x","value":1}'
    assert len(db.state.table("credits")) == 0


def test_a_new_empty_table_is_kept_when_asked(db: JournalDB) -> None:
    db.table("empty", persist_empty=True)
    db.table("not-kept")
    assert db.tables() == {"credits", "empty"}
    again = JournalDB(indexes=INDEXES)
    again.table("credits").insert({})
    again._tables.clear()
    assert len(again.table("credits", persist_empty=True)) == 1
