"""A cache of decoded documents, bounded by their bytes. The same bytes always decode to the same value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import orjson

V = TypeVar("V")

MOST_BYTES = 4_000_000
"""The bytes that one cache holds; above it the cache is emptied."""


class DecodeCache(dict[bytes, V]):
    """Decodes JSON bytes, each only once while it is cached: `cache[raw]`.

    `read` converts parsed JSON to a value. With a `struct`, msgspec decodes the bytes directly, and `read` is
    the fallback for other spellings. A subclass of dict, so that a hit costs no Python call. Raises whatever
    `read` raises.
    """

    __slots__ = ("_bytes", "_decode", "_read")

    def __init__(self, read: Callable[[Any], V], struct: type[V] | None = None) -> None:
        super().__init__()
        self._read = read
        self._decode: Callable[[bytes], V] = (
            self._read_plainly if struct is None else msgspec.json.Decoder(struct).decode
        )
        self._bytes = 0

    def __missing__(self, raw: bytes) -> V:
        try:
            value = self._decode(raw)
        except msgspec.ValidationError:
            value = self._read_plainly(raw)
        self._bytes += len(raw)
        if self._bytes > MOST_BYTES:
            self.clear()
            self._bytes = len(raw)
        self[raw] = value
        return value

    def _read_plainly(self, raw: bytes) -> V:
        return self._read(orjson.loads(raw))
