"""The content of another state takes over the tables that are the same, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from creditkit.store.tables.content import Content, Names
from creditkit.store.tables.indexes import INDEXES
from creditkit.store.tables.rows import TABLES
from creditkit.store.tinyjournal import Change, JournalDB, State

KINDS = [codec.table for codec in TABLES]
NAMES = [*KINDS, "beside"]
META = {"kind": "creditkit world", "format": 2, "day": None}
DOCUMENTS: dict[str, dict[str, object]] = {
    "users": {"token": "t"},
    "customers": {"name": "n", "slug": "s"},
    "offerings": {"name": "n"},
    "invoices": {"items": [], "state": "paid", "month": "m", "customer": "c"},
}


def states(writes: Sequence[Sequence[str]]) -> list[State]:
    """The states of a database, each by one write that adds a document to some tables, or drops a table."""
    db = JournalDB(indexes=INDEXES)
    found = [db.state]
    number = 0
    for names in writes:
        changes = []
        for name in names:
            number += 1
            if name == "meta":
                changes.append(Change(name, 1, META | {"clock_offset": number}))
                continue
            keys = {"uuid": str(number), "token": str(number), "customer": str(number)}
            changes.append(Change(name, None, DOCUMENTS.get(name, {}) | keys))
        if len(names) > 3:
            db.drop_table(names[0])
        db.commit(changes)
        found.append(db.state)
    return found


@given(st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), min_size=3, max_size=8))
def test_the_content_of_another_state_is_what_it_would_be_anew(writes: list[list[str]]) -> None:
    for was, now in product(states(writes), repeat=2):
        content = Content.of(was, Names())
        if "meta" in was.tables:
            assert content.known  # which it keeps
        content = content.at(now)
        anew = Content.of(now, Names())
        assert content.state is now
        for name in KINDS:
            assert getattr(content, name).origin is getattr(anew, name).origin
        if "meta" in now.tables:
            assert content.known == anew.known
