"""The fast path: requests that only their plan has something to do for, answered in one call.

The app's steps serve what a request may carry: an origin, a world's name, a wish, a fault, a deviation. Most
requests carry nothing, and their header lines are those of an earlier request. `HeaderCache` finds such a
request in the bytes that came, without the parser, and must never read it in another way. `FastPath` answers
it as the steps would; it leaves alone what a step may care for, and forms, whose parser waits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from creditkit.mock.answering.answers import Outgoing
from creditkit.mock.answering.plans import Plans
from creditkit.mock.answering.request_context import Headers
from creditkit.mock.worlds.client_worlds import ClientWorlds
from creditkit.mock.worlds.logged_request import WITH_BODY, LoggedRequest

MOST_BLOCKS = 256
"""How many blocks of header lines are kept; when there are more, all are dropped."""

MOST_BYTES = 4_096
"""The longest block, the longest request line, and the longest body to wait for."""

# A request line with nothing that parser and `urllib` would have to decode: no escapes, fragment or host.
_LINE = re.compile(
    rb"(GET|HEAD|POST|PUT|PATCH|DELETE) (/(?!/)[A-Za-z0-9/_.~-]*)(?:\?([A-Za-z0-9/_.~,:;=&%+-]*))? "
    rb"HTTP/1\.1\r\n"
)
_END = b"\r\n\r\n"


_STEP_HEADERS = frozenset(
    [
        b"origin",  # Cors
        b"x-mock-world",  # Select
        b"cookie",  # Select
        b"prefer",  # Choose
        b"x-forwarded-for",  # uvicorn: the client's address
        b"x-forwarded-proto",  # uvicorn: the scheme
    ]
)
"""The headers that a step around the plans reads. Select also reads a token that has a colon."""


class Head:
    """The header lines of a request. Many requests share one, so nothing may change it.

    `headers` are the lines as sent, with names in lower case; `fields` gives them by name. `needs_steps` says
    whether a step of the app reads one of them. `host` is the authority of hyperlinks.
    """

    __slots__ = ("fields", "headers", "host", "needs_steps")

    def __init__(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self.headers = tuple(headers)
        sent = dict(self.headers)
        self.fields = Headers(sent)
        self.needs_steps = not _STEP_HEADERS.isdisjoint(sent) or b":" in sent.get(b"authorization", b"")
        self.host = self.fields.get("host", "localhost")


class Known(Struct, frozen=True, eq=False):
    """A request with known header lines, which ends at `end` in its piece of bytes, or beyond it."""

    method: str
    path: str
    query: bytes
    head: Head
    body: bytes
    end: int


class HeaderCache:
    """The known blocks of header lines; `target` is how many bytes path and query may have."""

    def __init__(self, target: int) -> None:
        self._target = min(target, MOST_BYTES)
        self._known: dict[bytes, tuple[Head, int]] = {}

    def find(self, piece: bytes, at: int = 0) -> Known | None:
        """The request that begins at `at`, if its first line is plain and its other lines are known.

        A small body may have come in part only: clients often send it after the head.
        """
        parts = _parts(piece, at)
        if parts is None or parts[0].end() - at > self._target:
            return None
        line, block, start = parts
        known = self._known.get(block)
        if known is None:
            return None
        head, length = known
        end = start + length
        if len(piece) < end and length > MOST_BYTES:
            return None
        method, path, query = line.groups(b"")
        return Known(method.decode("ascii"), path.decode("ascii"), query, head, piece[start:end], end)

    def learn(
        self, piece: bytes, method: bytes, url: bytes, headers: Sequence[tuple[bytes, bytes]], length: int
    ) -> None:
        """Keep the header lines of the request that a piece begins with, as the parser has read it.

        Only where they are certainly all that the parser has read: its request line is the one in the piece,
        its lines end in CR LF, and its body has the length that one of them says.
        """
        parts = _parts(piece, 0)
        if parts is None:
            return
        line, block, _ = parts
        path, mark, query = url.partition(b"?")
        if line.groups() != (method, path, query if mark else None):
            return
        ends = block.count(b"\r\n")
        if block.count(b"\r") != ends or block.count(b"\n") != ends:
            return
        sent = dict(headers)
        if b"transfer-encoding" in sent or b"expect" in sent or int(sent.get(b"content-length", 0)) != length:
            return
        if len(self._known) >= MOST_BLOCKS:
            self._known.clear()
        self._known[block] = (Head(headers), length)


def _parts(piece: bytes, at: int) -> tuple[re.Match[bytes], bytes, int] | None:
    """The plain request line at `at`, the header lines after it, and where the body starts."""
    line = _LINE.match(piece, at)
    if line is None:
        return None
    begin = line.end()
    # Without header lines the line's own end is the first half of `_END`.
    stop = piece.find(_END, begin - 2)
    return (line, piece[begin:stop], stop + len(_END)) if begin < stop <= begin + MOST_BYTES else None


class FastPath:
    """The fast path to one app, whose `plans` are None until its first request has made them.

    It is not for durable worlds, where an answer waits for the disk.
    """

    def __init__(self, app: Any, client_worlds: ClientWorlds) -> None:
        self._app = app
        self._client_worlds = client_worlds

    def answer(self, request: Known, scheme: str | None) -> Outgoing | None:
        """The answer to a request; None, and no effect, for one that has to go through the steps."""
        plans: Plans | None = self._app.plans
        head, query = request.head, request.query
        if plans is None or head.needs_steps or b"__" in query:
            return None
        client_world = self._client_worlds.default
        if client_world.shown or client_world.dice.faults.faults:
            return None
        method, path, body = request.method, request.path, request.body
        context = plans.open(method, path, query, head.fields, f"{scheme}://{head.host}")
        plan = plans.plan(context)
        if plan is None:
            return None
        raw_body = plan.raw_body_at_once(context, body)
        if raw_body is None:
            return None
        logged = LoggedRequest(method, path, query, head.headers)
        self._client_worlds.select(client_world, logged)
        answer = plans.answer(plan, context, raw_body)
        if client_world.request_log.most:
            logged.answered(body if method in WITH_BODY else b"", answer)
            client_world.request_log.append(logged)
        return answer
