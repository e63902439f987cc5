"""Pages in the order of one key or several are those of Python's own stable sort."""

from __future__ import annotations

import random
from typing import Any

import pytest

from creditkit.store.tinyjournal import JournalDB, Sorted

KEYS = ("value", "name", "day")


@pytest.fixture(scope="module")
def rows() -> dict[int, dict[str, Any]]:
    random_ = random.Random(4)
    return {
        number + 1: {
            "value": random_.choice((None, *range(8))),
            "name": random_.choice("abcdefg"),
            "day": random_.choice((None, random_.randrange(1000))),
        }
        for number in range(1500)
    }


@pytest.fixture(scope="module")
def db(rows: dict[int, dict[str, Any]]) -> JournalDB:
    db = JournalDB(indexes={"things": [Sorted(key) for key in KEYS]})
    db.table("things").insert_multiple(rows.values())
    return db


def python_order(rows: dict[int, dict[str, Any]], keys: tuple[str, ...]) -> list[int]:
    ids = sorted(rows)
    for key in reversed(keys):
        name = key.removeprefix("-")
        ids.sort(
            key=lambda doc_id: (
                (rows[doc_id][name] is None, rows[doc_id][name] or 0)
                if name != "name"
                else (False, rows[doc_id][name])
            ),
            reverse=key.startswith("-"),
        )
    return ids


@pytest.mark.parametrize(
    "keys",
    [("value",), ("-value",), ("name",), ("-day",), ("value", "-name"), ("-name", "day", "-value")],
    ids=",".join,
)
def test_every_page_is_that_of_a_stable_sort(
    db: JournalDB, rows: dict[int, dict[str, Any]], keys: tuple[str, ...]
) -> None:
    expected = python_order(rows, keys)
    order = db.table("things").ordered(*keys)
    assert list(order) == expected
    assert len(order) == len(expected)
    for start in range(0, 1500, 97):
        assert order[start : start + 10] == expected[start : start + 10]
    assert [order[0], order[-1], order[700]] == [expected[0], expected[-1], expected[700]]
    assert order[5:40:7] == expected[5:40:7]
    assert order[1490:2000] == expected[1490:]
    with pytest.raises(IndexError):
        order[1500]


def test_without_keys_the_order_is_that_of_the_ids(db: JournalDB) -> None:
    assert db.table("things").ordered()[10:13] == [11, 12, 13]
    assert db.table("things").state.ids[10:13] == [11, 12, 13]
    assert db.table("things").state.ids[1498:] == [1499, 1500]
