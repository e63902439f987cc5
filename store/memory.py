"""A memory of what bytes mean: bounded by the bytes, and exact where the same bytes always mean the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")

MOST_BYTES = 4_000_000
"""How many bytes one memory knows the meaning of; when there are more, it begins anew."""


class Memory(Generic[V]):
    """Reads bytes, and the same bytes only once as long as it knows them."""

    __slots__ = ("_bytes", "_known", "_read")

    def __init__(self, read: Callable[[bytes], V]) -> None:
        self._read = read
        self._known: dict[bytes, V] = {}
        self._bytes = 0

    def __call__(self, raw: bytes) -> V:
        """What these bytes mean; raises whatever reading them raises."""
        try:
            return self._known[raw]
        except KeyError:
            pass
        value = self._read(raw)
        self._bytes += len(raw)
        if self._bytes > MOST_BYTES:
            self._known.clear()
            self._bytes = len(raw)
        self._known[raw] = value
        return value
