"""The store as plain dicts: what rows and queries look like, and what must hold after each call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from hypothesis import strategies as st
from tinydb import Query, where

from creditkit.store.tinyjournal import Hash, Sorted, Unique

CREDITS, NOTES = "credits", "notes"
ONE = ("value", "-value", "end_date", "-end_date")
KEYS = [
    (),
    *((key,) for key in ONE),
    *(pair for pair in permutations(ONE, 2) if pair[0][-5:] != pair[1][-5:]),
]
INDEXES = {
    CREDITS: (
        Unique("uuid"),
        Hash("customer"),
        Hash("tag", lambda row: row.get("tags", ())),
        Sorted("value", lambda row: row["value"]),
        Sorted("end_date"),
    )
}

Row = dict[str, Any]
Tables = dict[str, dict[int, Row]]

UUIDS = st.integers(0, 25)
CUSTOMERS = st.sampled_from(["aurora", "Café", "", None])
VALUES = st.integers(0, 3)
DATES = st.sampled_from(["2026-01-01", "2026-02-01", "2027-01-01"]) | st.none()
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "customer": CUSTOMERS,
        "value": VALUES,
        "end_date": DATES,
        "tags": st.lists(st.sampled_from("xyz"), max_size=3),
        "text": st.text(max_size=5) | st.just("long " * 400),
    },
)
ROWS = st.builds(lambda uuid, value, more: {"uuid": uuid, "value": value, **more}, UUIDS, VALUES, FIELDS)
TABLES = st.sampled_from([CREDITS, CREDITS, NOTES])
NAMES = st.sampled_from(["a", "b", "été 1"])
FAILS = ["nothing", "inner", "outer"]
PICKS = st.integers(0, 30)
"""Stands for one of the documents that are there, or for none."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A query, and the same said of a plain dict."""

    query: Any
    holds: Any

    def __and__(self, other: Condition) -> Condition:
        return Condition(self.query & other.query, lambda row: self.holds(row) and other.holds(row))


def equal(name: str, value: object) -> Condition:
    return Condition(where(name) == value, lambda row: name in row and row[name] == value)


EQUALITIES = st.one_of(
    st.builds(equal, st.just("uuid"), UUIDS),
    st.builds(equal, st.just("customer"), CUSTOMERS),
    st.builds(equal, st.just("value"), VALUES),
    st.builds(equal, st.just("end_date"), DATES),
)
CONDITIONS = st.one_of(
    EQUALITIES,
    st.builds(lambda one, two: one & two, EQUALITIES, EQUALITIES),
    st.builds(lambda n: Condition(where("value") > n, lambda row: row["value"] > n), VALUES),
    st.just(Condition(where("tags").any(["x"]), lambda row: "x" in row.get("tags", []))),
    st.just(Condition(Query().noop(), lambda _: True)),
)


@dataclass(slots=True)
class Model:
    """Tables as dicts, snapshots, and the tables as they were after each request since `first`."""

    tables: Tables = field(default_factory=lambda: {CREDITS: {}, NOTES: {}})
    snapshots: dict[str, Tables] = field(default_factory=dict)
    past: list[Tables] = field(default_factory=list)
    first: int = 0

    def copy(self) -> Model:
        past = [copied(tables) for tables in self.past]
        return Model(copied(self.tables), dict(self.snapshots), past, self.first)

    def allows(self, name: str, rows: Mapping[int, Row]) -> bool:
        """Whether no two documents of the table would have one uuid."""
        uuids = [row["uuid"] for row in {**self.tables[name], **rows}.values()]
        return name != CREDITS or len(set(uuids)) == len(uuids)

    def matching(self, name: str, condition: Condition) -> list[int]:
        return [doc_id for doc_id, row in sorted(self.tables[name].items()) if condition.holds(row)]

    def ordered(self, keys: Sequence[str]) -> list[int]:
        """The ids of all credits, sorted as Python sorts; None comes last."""
        rows = self.tables[CREDITS]
        ids = sorted(rows)
        for key in reversed(keys):
            ids.sort(key=by(rows, key.removeprefix("-")), reverse=key.startswith("-"))
        return ids

    def picked(self, name: str, pick: int) -> int | None:
        ids = sorted(self.tables[name])
        return ids[pick] if pick < len(ids) else None


def copied(tables: Tables) -> Tables:
    return {name: dict(rows) for name, rows in tables.items()}


def by(rows: Mapping[int, Row], field: str) -> Callable[[int], tuple[bool, Any]]:
    """What ids are sorted by: a field of their documents; None comes last."""

    def key(doc_id: int) -> tuple[bool, Any]:
        value = rows[doc_id].get(field)
        return value is None, "" if value is None else value

    return key
