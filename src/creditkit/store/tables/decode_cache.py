"""A memory of what bytes mean: bounded by the bytes, and exact where the same bytes always mean the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import orjson

V = TypeVar("V")

MOST_BYTES = 4_000_000
"""How many bytes one memory knows the meaning of; when there are more, it begins anew."""


class DecodeCache(dict[bytes, V]):
    """Reads JSON in bytes, and the same bytes only once as long as it knows them: `memory[raw]`.

    `read` makes a value of what the JSON says. Where the values are those of a `struct`, bytes become one at
    once; `read` is for what is written in another way than that takes. A dictionary, so that what is known
    is found without a call. Raises whatever reading raises.
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
