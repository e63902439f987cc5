"""JSON Pointers (RFC 6901): the names of places in a document.

>>> join("/paths", "/api/credits/", "get")
'/paths/~1api~1credits~1/get'
>>> tokens("/paths/~1api~1credits~1/get")
['paths', '/api/credits/', 'get']
"""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import unquote


class Missing(LookupError):  # noqa: N818 - an answer of `find`, not a failure of the program
    """A pointer that leads nowhere; its text names the first token that is not there."""


def escape(token: str) -> str:
    """One token as it is written in a pointer."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def tokens(pointer: str) -> list[str]:
    """The tokens of a pointer; the empty pointer is the whole document and has none."""
    if not pointer:
        return []
    parts = pointer[1:].split("/") if pointer.startswith("/") else pointer.split("/")
    return [part.replace("~1", "/").replace("~0", "~") if "~" in part else part for part in parts]


def join(pointer: str, *steps: str | int) -> str:
    """The pointer to the value some steps below another."""
    for step in steps:
        pointer = f"{pointer}/{escape(step) if isinstance(step, str) else step}"
    return pointer


def last(pointer: str) -> str:
    """The last token of a pointer."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def index(token: str) -> int:
    """The list index that a token means; for a token that is no number, one larger than any list."""
    return int(token) if token.isascii() and token.isdecimal() and len(token) < 10 else sys.maxsize


def from_fragment(reference: str) -> str:
    """The pointer in a URI fragment, with or without its `#`: percent-encoded characters are decoded."""
    return unquote(reference.removeprefix("#"))


def find(document: Any, pointer: str) -> Any:
    """The value at a pointer; raises Missing."""
    node = document
    for token in tokens(pointer):
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and index(token) < len(node):
            node = node[index(token)]
        else:
            raise Missing(f"there is no {token!r}")
    return node
