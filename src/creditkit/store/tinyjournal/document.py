"""A document as JSON bytes, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson
from msgspec import Struct
from msgspec.json import Encoder

_encode = Encoder().encode
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def dump(document: Mapping[str, Any]) -> bytes:
    """A document as JSON in one line, with the values that TinyDB's own JSON storage takes.

    Raises TypeError for a value that is none of JSON's, ValueError for a number or text that JSON cannot
    carry (an integer beyond 64 bits, half of a surrogate pair). NaN and infinity become null.
    """
    try:
        # Copied: the bytes that orjson returns hold on to several times their length of memory.
        return bytes(memoryview(orjson.dumps(document, None, _OPTIONS)))
    except TypeError:  # keys that are numbers, and dictionaries that are none: json knows what to do
        row = json.dumps(document if isinstance(document, dict) else dict(document)).encode("ascii")
    return bytes(memoryview(orjson.dumps(parse(row))))


def dump_struct(document: Struct) -> bytes:
    """A struct as the JSON of a document, in a fraction of the time.

    Decimals, dates and times are texts then. Raises TypeError and ValueError as `dump`.
    """
    return bytes(memoryview(_encode(document)))  # copied for the same reason


def load(row: bytes) -> dict[str, Any]:
    """The document that a row says, the caller's own. Raises ValueError for what is no JSON object."""
    document = orjson.loads(row)
    if not isinstance(document, dict):
        raise ValueError(f"not a JSON object: {row[:60]!r}")
    return document


def parse(text: bytes) -> Any:
    """What JSON says. Raises ValueError, also for an integer beyond 64 bits, which orjson would round."""
    value = orjson.loads(text)
    if _LONG.search(text) is not None:
        try:
            json.loads(text, parse_int=_integer)
        except RecursionError:
            raise ValueError("lists in lists, too deep to look through") from None
    return value


def one_line(given: bytes) -> tuple[bytes, dict[str, Any]]:
    """A row as `dump` writes it, and what it says. Raises ValueError as `load`."""
    parse(given)
    document = load(given)
    row = dump(document)
    return (given if given == row else row), document


_LONG = re.compile(rb"[0-9]{19}")


def _integer(digits: str) -> int:
    value = int(digits)
    if not -(2**63) <= value < 2**64:
        raise ValueError(f"an integer beyond 64 bits: {digits}")
    return value
