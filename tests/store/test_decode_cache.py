"""A memory reads the same bytes once, and is bounded."""

from __future__ import annotations

import pytest
from msgspec import Struct

from creditkit.store.tables.decode_cache import DecodeCache


def test_the_same_bytes_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creditkit.store.tables.decode_cache.MOST_BYTES", 10)
    read: list[str] = []

    def value(said: str) -> str:
        read.append(said)
        return said.upper()

    memory = DecodeCache(value)
    assert [memory[raw] for raw in (b'"of"', b'"on"', b'"of"')] == ["OF", "ON", "OF"]
    assert read == ["of", "on"]
    assert memory[b'"six"'] == "SIX"  # more than ten bytes: it begins anew
    assert memory[b'"of"'] == "OF"
    assert read == ["of", "on", "six", "of"]


class Point(Struct):
    x: int
    y: int


def test_structs_are_read_at_once_and_in_other_words_plainly() -> None:
    memory = DecodeCache(lambda said: Point(int(said["x"]), int(said["y"])), Point)
    assert memory[b'{"x":1,"y":2,"beside":3}'] == Point(1, 2)
    assert memory[b'{"x":"1","y":2}'] == Point(1, 2)
    with pytest.raises(KeyError):
        memory[b'{"x":1}']


def test_what_cannot_be_read_is_not_known() -> None:
    memory = DecodeCache(int)
    for raw, message in ((b"x", "unexpected character"), (b'"x"', "invalid literal")) * 2:
        with pytest.raises(ValueError, match=message):
            memory[raw]
    assert memory[b'"7"'] == 7
