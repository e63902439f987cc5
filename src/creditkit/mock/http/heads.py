"""Heads: what the parser made of header lines, kept for those that come again.

A client sends the same header lines with one request after another, and the parser calls back for each of
them. So what it made of a whole block of lines is kept by the bytes of the block. A request whose block is
known needs no parser: its request line, if it is a plain one, and the length of its body are all that is new.
What is kept depends on the bytes alone, so it is never out of date; it is bounded in number and size.
`tests/mock/test_heads.py` holds it to the parser.
"""

from __future__ import annotations

import re

from msgspec import Struct

from .straight import Head

MOST_HEADS = 256
"""How many blocks are kept; when there are more, all go."""

MOST_BYTES = 4_096
"""How long a block may be to be kept, and how long a request line of a request that goes with it."""

# What the parser and `urllib` make of such a target is plain to see: no escapes, no fragment, no host.
_LINE = re.compile(
    rb"(GET|HEAD|POST|PUT|PATCH|DELETE) (/(?!/)[A-Za-z0-9/_.~-]*)(?:\?([A-Za-z0-9/_.~,:;=&%+-]*))? "
    rb"HTTP/1\.1\r\n"
)
_END = b"\r\n\r\n"


class Request(Struct, frozen=True, eq=False):
    """A whole request, whose body is what stands between `start` and `end` in the piece that it came in."""

    method: str
    path: str
    query: bytes
    head: Head
    start: int
    end: int


class Heads:
    """The blocks of header lines that are known; `target` is how many bytes path and query may have."""

    def __init__(self, target: int) -> None:
        self._target = min(target, MOST_BYTES)
        self._known: dict[bytes, tuple[Head, int]] = {}

    def find(self, piece: bytes, at: int = 0) -> Request | None:
        """The request that begins there, if its block is known, its line is plain, and it is there whole."""
        parts = _parts(piece, at)
        if parts is None or parts[0].end() - at > self._target:
            return None
        line, block, stop = parts
        known = self._known.get(block)
        if known is None:
            return None
        head, length = known
        start = stop + len(_END)
        if len(piece) < start + length:
            return None
        method, path, query = line.groups(b"")
        return Request(method.decode("ascii"), path.decode("ascii"), query, head, start, start + length)

    def learn(self, piece: bytes, method: str, url: bytes, head: Head, body: int) -> None:
        """Know the block of the request that a piece begins with, as the parser has read it.

        Only where it is beyond doubt that this is all that the parser has read: the request has just that
        line, its lines end as they should, and its body has the length that one of them says.
        """
        parts = _parts(piece, 0)
        if parts is None:
            return
        line, block, _ = parts
        path, mark, query = url.partition(b"?")
        if (line[1].decode(), line[2], line[3]) != (method, path, query if mark else None):
            return
        ends = block.count(b"\r\n")
        if block.count(b"\r") != ends or block.count(b"\n") != ends:
            return
        sent = dict(head.headers)
        if b"transfer-encoding" in sent or int(sent.get(b"content-length", b"0")) != body:
            return
        if len(self._known) >= MOST_HEADS:
            self._known.clear()
        self._known[block] = (head, body)


def _parts(piece: bytes, at: int) -> tuple[re.Match[bytes], bytes, int] | None:
    """The plain request line that stands there, the header lines behind it, and where these stop."""
    line = _LINE.match(piece, at)
    if line is None:
        return None
    begin = line.end()
    # The line's own end may be half of the head's: then there are no header lines, and what follows is none.
    stop = piece.find(_END, begin - 2)
    return (line, piece[begin:stop], stop) if begin < stop <= begin + MOST_BYTES else None
