"""The wire: requests gathered whole from a connection, and answered straight where that can be.

Uvicorn begins a request when its head is there: an ASGI scope, a task, an event for each piece of the body.
Here a request is gathered first, which costs none of these; `Straight` then answers it in one call, and what
it leaves is told to uvicorn, as if it had come only now. A request whose header lines are known (`Heads`)
does not even need the parser.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import quote, unquote

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from creditkit.mock.answering.answers import Outgoing

from .heads import Heads
from .limits import LimitedProtocol, Limits
from .outbox import Outbox
from .straight import Head, Straight

_BODYLESS = (204, 304)
_LINE = b": ".join


class StraightProtocol(LimitedProtocol):
    """The protocol with limits, whose requests go straight where they can."""

    straight: ClassVar[Straight]
    heads: ClassVar[Heads]

    _answered = 0.0
    _body: bytes | bytearray = b""
    _defaults: Sequence[tuple[bytes, bytes]] | None = None
    _default_lines = b""
    _gathers = False
    _idle: asyncio.TimerHandle | None = None
    _piece = b""
    """The piece that began between two requests, until the first that the parser finds in it is answered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Know the scheme, which every hyperlink begins with."""
        super().connection_made(transport)
        self._base = f"{self.scheme}://"

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect no further request."""
        if self._idle is not None:
            self._idle.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Answer what needs no parser; the parser has all from the first request on that does."""
        if self._is_whole:
            at = self._answer_known(data)
            if at == len(data):
                self._stop_time()
                return
            if at:
                data = data[at:]
            self._piece = data
        super().data_received(data)

    def _answer_known(self, piece: bytes) -> int:
        """Answer the requests that a piece begins with, as long as their heads are known; where they end."""
        at = 0
        while at < len(piece) and self._is_free() and (request := self.heads.find(piece, at)) is not None:
            body = piece[request.start : request.end]
            if not self._answer(request.method, request.path, request.query, request.head, body):
                break
            at = request.end
        return at

    def _is_free(self) -> bool:
        """Whether a request can be answered at once: none is being answered, and there is room to write."""
        cycle = self.cycle
        return (
            (cycle is None or cycle.response_complete)
            and not self.flow.write_paused
            and not self.transport.is_closing()
        )

    def on_message_begin(self) -> None:
        """Begin to gather, unless the request before is still being answered: then uvicorn has its queue."""
        if self.cycle is not None and not self.cycle.response_complete:
            super().on_message_begin()
            return
        self._gathers = True
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._body = b""
        self._begin_to_count()

    def on_headers_complete(self) -> None:
        """Measure the head; where the client waits for a word, or for another protocol, uvicorn has it."""
        if not self._gathers:
            super().on_headers_complete()
        elif self.expect_100_continue or self.parser.should_upgrade():
            self._hand_over()
        else:
            self.measure()

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body."""
        if not self._gathers:
            super().on_body(body)
            return
        if not self._body:
            self._body = body
        else:
            if isinstance(self._body, bytes):
                self._body = bytearray(self._body)
            self._body += body
        self.measure_body(len(self._body))

    def on_message_complete(self) -> None:
        """Answer the request, or let uvicorn do it."""
        if self._gathers:
            self._is_whole = True
            if self._answer_gathered():
                self._gathers = False
                return
            self._hand_over()
        super().on_message_complete()

    def _answer_gathered(self) -> bool:
        """Whether the request that was gathered has been answered straight."""
        piece, self._piece = self._piece, b""
        parser = self.parser
        if parser.get_http_version() != "1.1" or not parser.should_keep_alive() or not self._is_free():
            return False
        url = httptools.parse_url(self.url)
        path: str = url.path.decode("ascii")
        if "%" in path:
            path = unquote(path)
        method: str = parser.get_method().decode("ascii")
        head = Head(self.headers)
        body = self._body if type(self._body) is bytes else bytes(self._body)
        if not self._answer(method, path, url.query or b"", head, body):
            return False
        self.heads.learn(piece, method, self.url, head, len(body))
        return True

    def _answer(self, method: str, path: str, query: bytes, head: Head, body: bytes) -> bool:
        """Whether a request has been answered straight."""
        answer = self.straight.answer(method, self._base, path, query, head, body)
        if answer is None:
            return False
        if self.access_log:
            target = quote(path) + (f"?{query.decode('ascii')}" if query else "")
            client = f"{self.client[0]}:{self.client[1]}" if self.client else ""
            self.access_logger.info('%s - "%s %s HTTP/%s" %d', client, method, target, "1.1", answer.status)
        self._write(method, answer)
        return True

    def _write(self, method: str, answer: Outgoing) -> None:
        """Write an answer, and wait for the next request."""
        defaults = self.server_state.default_headers
        if defaults is not self._defaults:  # each second there are others, with another date
            self._defaults = defaults
            self._default_lines = b"".join([b"%b: %b\r\n" % header for header in defaults])
        lines = [*map(_LINE, answer.headers)]
        if not answer.body and not (method == "HEAD" or answer.status in _BODYLESS or _tells_length(answer)):
            lines.append(b"content-length: 0")
        lines += (b"", answer.body)
        self.transport.write(STATUS_LINE[answer.status] + self._default_lines + b"\r\n".join(lines))
        self.server_state.total_requests += 1
        self._answered = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.timeout_keep_alive, self._look)

    def on_response_complete(self) -> None:
        """Know when uvicorn has answered."""
        self._answered = self.loop.time()
        super().on_response_complete()

    def _look(self) -> None:
        """Close a connection that has been idle for too long.

        One timer looks after many requests: to set one for each, and to take it back, costs too much.
        """
        self._idle = None
        if self._gathers or (self.cycle is not None and not self.cycle.response_complete):
            return  # whoever answers waits anew
        left = self._answered + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._idle = self.loop.call_later(left, self._look)
        else:
            self.timeout_keep_alive_handler()

    def _hand_over(self) -> None:
        """Tell uvicorn of a request, as far as it is there."""
        self._gathers = False
        self._piece = b""
        url, headers, body, expects = self.url, self.headers, self._body, self.expect_100_continue
        is_whole, announced = self._is_whole, self._announced
        super().on_message_begin()
        self.url, self.expect_100_continue, self._announced = url, expects, announced
        self.headers += headers  # the list is the scope's as well
        super().on_headers_complete()
        if body:
            super().on_body(bytes(body))
        self._is_whole = is_whole


def _tells_length(answer: Outgoing) -> bool:
    return any(name == b"content-length" for name, _ in answer.headers)


def protocol(limits: Limits, straight: Straight | None = None) -> type[HttpToolsProtocol]:
    """The protocol with these limits, of which uvicorn makes one for each connection."""
    shared = {"limits": limits, "outbox": Outbox()}
    if straight is None:
        return type("Limited", (LimitedProtocol,), shared)
    own = {"straight": straight, "heads": Heads(limits.target)}
    return type("Straight", (StraightProtocol,), {**shared, **own})
