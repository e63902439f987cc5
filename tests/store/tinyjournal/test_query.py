"""Queries that an index can answer are recognised, all others are left to the scan."""

from __future__ import annotations

from typing import Any

import pytest
from tinydb import Query, where
from tinydb.queries import QueryLike

from creditkit.store.tinyjournal import Hash, JournalDB, Unique
from creditkit.store.tinyjournal.table import equalities


def test_equality_and_what_it_is_joined_to_are_understood() -> None:
    assert equalities((where("a") == 1)._hash) == [("a", 1)]
    both = (where("a") == 1) & (where("b") == None) & (where("c") > 3)  # noqa: E711
    assert sorted(equalities(both._hash)) == [("a", 1), ("b", None)]


@pytest.mark.parametrize(
    "query",
    [
        where("a") != 1,
        where("a")["b"] == 1,
        (where("a") == 1) | (where("b") == 1),
        ~(where("a") == 1),
        where("a").one_of([1]),
        where("a") == [1],
        where("a").map(str) == "1",
        Query().fragment({"a": 1}),
        Query().noop(),
    ],
    ids=lambda query: type(query).__name__,
)
def test_everything_else_is_not(query: QueryLike) -> None:
    assert equalities(getattr(query, "_hash", None)) == []


class Anything:
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1


@pytest.mark.parametrize(
    "query",
    [
        where("a") == 1,
        where("a") == 1.0,
        where("a") == True,  # noqa: E712
        where("a") == None,  # noqa: E711
        where("a") == [1],
        where("a") == (1,),
        where("a") == {"x": [1]},
        where("a") == Anything(),
        (where("a") == 1) & (where("u") == 3),
        (where("u") == None) & where("a").exists(),  # noqa: E711
        where("u") == 2,
    ],
    ids=lambda query: type(query).__name__,
)
def test_an_index_changes_no_answer(query: Any) -> None:
    rows: list[dict[str, Any]] = [
        {"a": 1, "u": 1},
        {"a": 1.0, "u": 2},
        {"a": True, "u": 3},
        {"a": None, "u": None},
        {"u": 4},
        {"a": [1]},
        {"a": {"x": [1]}},
    ]
    plain, indexed = JournalDB(), JournalDB(indexes={"_default": [Hash("a"), Unique("u")]})
    plain.insert_multiple(rows)
    indexed.insert_multiple(rows)
    assert indexed.search(query) == plain.search(query)
    assert [each.doc_id for each in indexed.search(query)] == [each.doc_id for each in plain.search(query)]
