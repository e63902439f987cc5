"""One field of documents as JSON, without reading all of them: to find out what they are filed under.

Rows are as `dump` writes them: no blanks, and no field twice. So a text field of the document itself stands
at `,"name":"` or `{"name":"`, behind no bracket that opens an object or a list: within a text, a quote has a
backslash before it. Whatever is not that simple is read as JSON. `tests/store/tinyjournal/test_peek.py` holds
this module to that, the plain way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

_COMMA, _BACKSLASH = b","[0], b"\\"


class Field:
    """A field of that name; `absent` is what a document has that lacks it."""

    __slots__ = ("_absent", "_name", "_token")

    def __init__(self, name: str, absent: object) -> None:
        self._name = name
        self._absent = absent
        self._token = b'%b:"' % orjson.dumps(name)

    def of(self, rows: Iterable[bytes]) -> list[Any]:
        """What it is in each of these rows."""
        token, length, found = self._token, len(self._token), []
        for row in rows:
            at = row.find(token)
            if at == 1 or (
                at > 0 and row[at - 1] == _COMMA and row.find(b"{", 1, at) < 0 and row.find(b"[", 1, at) < 0
            ):
                text = row[at + length : row.index(b'"', at + length)]
                if _BACKSLASH not in text:
                    found.append(str(text, "utf-8"))
                    continue
            found.append(orjson.loads(row).get(self._name, self._absent))
        return found
