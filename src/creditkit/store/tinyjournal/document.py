"""A document as one line of JSON bytes, and back.

Every row of every table is such a line. Nothing here knows tables or files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson
from msgspec import Struct
from msgspec.json import Encoder

Given = Mapping[str, Any] | Struct | bytes
"""A document as a caller gives it: as TinyDB takes it, as a struct with its fields, or as JSON."""

_encode = Encoder().encode
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_LONG = re.compile(rb"[0-9]{19}")


def row_of(given: Given) -> bytes:
    """The row of a document, as `dump` writes it. Raises TypeError or ValueError as `dump` and `load`."""
    if isinstance(given, Struct):
        return bytes(memoryview(_encode(given)))  # copied for the reason that `dump` gives
    if not isinstance(given, bytes):
        return dump(given)
    parse(given)
    row = dump(load(given))
    return given if given == row else row


def dump(document: Mapping[str, Any]) -> bytes:
    """A document as JSON, with the values that TinyDB's own JSON storage takes; NaN and infinity become null.

    Raises TypeError for a value that JSON does not have, ValueError for a number or text that it cannot carry
    (an integer beyond 64 bits, half of a surrogate pair).
    """
    try:
        # Copied, because the bytes that orjson returns hold on to several times their length of memory.
        return bytes(memoryview(orjson.dumps(document, None, _OPTIONS)))
    except TypeError:  # numbers as keys, and mappings that are no dictionaries: the json module takes both
        text = json.dumps(document if isinstance(document, dict) else dict(document)).encode("ascii")
    return bytes(memoryview(orjson.dumps(parse(text))))


def load(row: bytes) -> dict[str, Any]:
    """The document in a row, as a new dictionary. Raises ValueError for JSON that is not an object."""
    document = orjson.loads(row)
    if not isinstance(document, dict):
        raise ValueError(f"not a JSON object: {row[:60]!r}")
    return document


def parse(text: bytes) -> Any:
    """The value of a JSON text. Raises ValueError, also for integers beyond 64 bits: orjson rounds them."""
    value = orjson.loads(text)
    if _LONG.search(text) is not None:
        try:
            json.loads(text, parse_int=_integer)
        except RecursionError:
            raise ValueError("lists in lists, too deep to look through") from None
    return value


def _integer(digits: str) -> int:
    value = int(digits)
    if not -(2**63) <= value < 2**64:
        raise ValueError(f"an integer beyond 64 bits: {digits}")
    return value
