"""A TinyDB file that knows nothing of journals: TinyDB's own, or one that an older release wrote."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson

from creditkit.errors import DataFileError

from .base import JOURNAL, SNAPSHOTS, Base, Content, damaged, how_to_save
from .document import dump, parse

_LAST_OF_ITS_KIND = re.compile(
    rb'"database":"[0-9a-f]{32}","generation":\d+,"next":\{[^}]*\},("blocks":\[[^"]*\],)?"crc32":"'
)
"""The line of `_journal` under whatever name: one wrong bit can make it a table of the user's."""


def read_plain(path: Path, size: int) -> Base:
    """What such a file says. Raises `DataFileError`, OSError."""
    text = path.read_bytes()
    if not text.strip():
        return Base(None, Content(), {}, size)
    hint = f"name another file, or {how_to_save(path)}"
    try:
        data = parse(text)
    except orjson.JSONDecodeError as error:
        raise DataFileError(f"{path}: not JSON: {error.msg}, at byte {error.pos}", hint) from None
    except ValueError as error:
        raise DataFileError(f"{path}: holds {error}", "write it as text, or as a decimal") from None
    if isinstance(data, dict) and ({JOURNAL, SNAPSHOTS} & data.keys() or _LAST_OF_ITS_KIND.search(text)):
        raise damaged(path, None)
    try:
        tables = {name: {int(key): _row(each) for key, each in table.items()} for name, table in data.items()}
    except (ValueError, TypeError, AttributeError):
        raise DataFileError(f"{path}: JSON, but not a TinyDB file", hint) from None
    return Base(None, Content(tables), {}, size)


def _row(document: Any) -> bytes:
    if not isinstance(document, dict):
        raise TypeError("not an object")
    return dump(document)
