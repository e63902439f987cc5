"""A field that is looked for in a row is the one that the document has."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from creditkit.store.tinyjournal import ABSENT
from creditkit.store.tinyjournal.document import dump, load
from creditkit.store.tinyjournal.peek import Field

NAMES = ("a", "uuid", 'my"uuid', "uuid\\", ',"uuid', "é")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(st.sampled_from('au"\\,:{}[] \né\u2028')),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)


@given(document=st.dictionaries(st.sampled_from(NAMES), VALUES))
@example(document={"a": {"uuid": "inner"}, "uuid": "outer"})
@example(document={"a": {"uuid": "inner"}})
@example(document={"a": '"uuid":"x"', "uuid": "y"})
@example(document={'my"uuid': "x", "uuid": "y"})
@example(document={'my"uuid': "x"})
@example(document={"a": ["uuid"], "uuid": ""})
@example(document={"a": '{,"uuid":"x"', "uuid": 'a"b'})
def test_it_is_what_reading_all_of_the_row_finds(document: dict[str, Any]) -> None:
    row = dump(document)
    for name in NAMES:
        assert Field(name, ABSENT).of([row, row]) == [load(row).get(name, ABSENT)] * 2


@pytest.mark.parametrize("row", [b"{}", b'{"uuidx":"a"}', b'{"uuid":{"uuid":"a"}}'])
def test_where_it_is_not_it_is_not_found(row: bytes) -> None:
    assert Field("uuid", ABSENT).of([row]) == [load(row).get("uuid", ABSENT)] != ["a"]
