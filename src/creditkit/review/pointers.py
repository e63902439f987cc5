"""JSON Pointers (RFC 6901): the names of places in a document.

>>> join("/paths", "/api/credits/", "get")
'/paths/~1api~1credits~1/get'
>>> tokens("/paths/~1api~1credits~1/get")
['paths', '/api/credits/', 'get']
"""

from __future__ import annotations

import sys
from urllib.parse import unquote


def escape(token: str) -> str:
    """One token as it stands in a pointer."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def tokens(pointer: str) -> list[str]:
    """The tokens of a pointer; the empty pointer is the whole document and has none."""
    if not pointer:
        return []
    parts = pointer[1:].split("/") if pointer.startswith("/") else pointer.split("/")
    return [part.replace("~1", "/").replace("~0", "~") if "~" in part else part for part in parts]


def join(pointer: str, *steps: str | int) -> str:
    """The pointer to what stands some steps below another."""
    return "/".join((pointer, *(escape(str(step)) for step in steps)))


def last(pointer: str) -> str:
    """The last token of a pointer."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def index(token: str) -> int:
    """The number of an item that a token means; larger than any list for what is no number."""
    return int(token) if token.isascii() and token.isdecimal() and len(token) < 10 else sys.maxsize


def from_fragment(fragment: str) -> str:
    """The pointer in a URI fragment (without the `#`), in which some characters are percent-encoded."""
    return unquote(fragment)
