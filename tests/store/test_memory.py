"""A memory reads the same bytes once, and is bounded."""

from __future__ import annotations

import pytest

from creditkit.store.memory import Memory


def test_the_same_bytes_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creditkit.store.memory.MOST_BYTES", 10)
    read: list[bytes] = []

    def value(raw: bytes) -> str:
        read.append(raw)
        return raw.decode()

    memory = Memory(value)
    assert [memory[raw] for raw in (b"four", b"five", b"four")] == ["four", "five", "four"]
    assert read == [b"four", b"five"]
    assert memory[b"and six"] == "and six"  # more than ten bytes: it begins anew
    assert memory[b"four"] == "four"
    assert read == [b"four", b"five", b"and six", b"four"]


def test_what_cannot_be_read_is_not_known() -> None:
    memory = Memory(int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            memory[b"x"]
    assert memory[b"7"] == 7
