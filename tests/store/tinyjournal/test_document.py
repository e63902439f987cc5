"""Documents become JSON in one line, as TinyDB's own storage would write them, or are refused."""

from __future__ import annotations

import math
from datetime import date
from types import MappingProxyType

import pytest

from creditkit.store.tinyjournal.document import dump, load, row_of


def test_a_document_is_one_line_without_blanks() -> None:
    assert dump({"a": [1, 2.5, None, True], "é": "\n"}) == '{"a":[1,2.5,null,true],"é":"\\n"}'.encode()


def test_numbers_as_keys_become_text_as_in_tinydb() -> None:
    assert dump({1: {2.5: "x"}}) == b'{"1":{"2.5":"x"}}'  # type: ignore[dict-item]


def test_any_mapping_will_do() -> None:
    assert dump(MappingProxyType({"a": 1})) == b'{"a":1}'


def test_what_json_has_no_number_for_becomes_null() -> None:
    assert dump({"a": math.nan, "b": math.inf}) == b'{"a":null,"b":null}'


@pytest.mark.parametrize(
    "value", [date(2026, 1, 1), object(), {1, 2}, 10**20, "\ud800"], ids=lambda value: type(value).__name__
)
def test_what_json_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        dump({"a": value})


@pytest.mark.parametrize("row", [b'{\n "a": 1\n}', b'{ "a": 1 }', b'{"a":2,"a":1}', b'{"a":1}'])
def test_a_row_is_written_as_dump_writes_it(row: bytes) -> None:
    assert row_of(row) == b'{"a":1}'


@pytest.mark.parametrize("row", [b"[1]", b"1", b"{", b"", b'{"a":1}x', b'{"a":"\xff"}'])
def test_a_row_that_is_no_object_is_refused(row: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        load(row)
