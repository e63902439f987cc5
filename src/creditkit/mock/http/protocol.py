"""The HTTP protocol of the mock: uvicorn's, with limits, and with a fast path for requests that it knows.

uvicorn's server makes one `MockProtocol` for each client. A whole request with known header lines goes to the
fast path. uvicorn does the rest: it parses, starts the app, writes what the app sends. Answers on one
connection must always leave in the order of the requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import quote

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from creditkit.mock.connection import Connection
from creditkit.settings import Limits

from .fast_path import FastPath, HeaderCache, Known
from .limits import refused

MOST_HELD = 32
"""How many answers a connection holds at most, so that a client that does not read is noticed."""

_BODYLESS = (204, 304)


class Batch:
    """The connections of one server that hold answers until the loop has handed over all that has come.

    Writing to a socket wakes its reader, which costs more than a small answer. The first answer of a batch
    wakes the client, and the others find it awake.
    """

    def __init__(self) -> None:
        self._holding: list[MockProtocol] = []

    def hold(self, connection: MockProtocol) -> None:
        """Let a connection write what it holds together with the others."""
        if not self._holding:
            connection.loop.call_soon(self._write)
        self._holding.append(connection)

    def _write(self) -> None:
        holding, self._holding = self._holding, []
        for connection in holding:
            connection.flush()


class MockProtocol(HttpToolsProtocol):
    """The protocol of one connection. Without a fast path the app answers all requests."""

    limits: ClassVar[Limits]
    fast_path: ClassVar[FastPath | None]
    header_cache: ClassVar[HeaderCache]
    batch: ClassVar[Batch]

    # The request that is being parsed. `_start` holds its bytes if the newest piece begins with it.
    _piece = _start = b""
    _in_head = _in_request = False
    _head_size = _body_size = 0
    _refusal: HTTPStatus | None = None
    _timer: asyncio.TimerHandle | None = None

    # The fast path: what has come of a known request, and when the last one was answered.
    _part = b""
    _answered = 0.0
    _defaults: Sequence[tuple[bytes, bytes]] = ()
    _default_lines = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._connection = Connection(transport)
        self._held: list[bytes] = []
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_timer()
        super().connection_lost(exc)

    def eof_received(self) -> None:
        """Write what is held before the transport closes."""
        self.flush()

    def shutdown(self) -> None:
        """End the connection when its answer is written; a request that a fault delays gets none."""
        self.flush()
        super().shutdown()
        self._connection.server_ends.set()

    def data_received(self, data: bytes) -> None:
        """Answer what is known, and parse from the first request on that is not."""
        if not self._in_request:
            data = self._answer_known(self._part + data)
            if self._part:
                self._unset_keepalive_if_required()
                if self._timer is None:
                    self._start_timer()
                return
            if not data:
                self._stop_timer()
                return
            self.flush()
        if self._in_head:
            self._head_size += len(data)
        self._piece, self._start = data, b""
        super().data_received(data)
        if self._in_head and self._head_size > self.limits.target + self.limits.headers:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif not self._in_request:
            self._stop_timer()
        elif self._timer is None and not self.transport.is_closing():
            self._start_timer()

    def on_message_begin(self) -> None:
        """Called by the parser at the beginning of a request."""
        super().on_message_begin()
        self.scope["extensions"] = self._connection.extensions
        self._start, self._piece = self._piece, b""
        self._in_head = self._in_request = True
        self._head_size = self._body_size = 0

    def on_headers_complete(self) -> None:
        """Called by the parser: let the app begin if head and announced length are within the limits."""
        self._stop_timer()  # the body has a time of its own
        length = dict(self.headers).get(b"content-length", b"")
        head = sum([len(name) + len(value) for name, value in self.headers])
        self._check(int(length) if length.isdigit() else 0, self.limits.body, 413)
        self._check(len(self.url), self.limits.target, 414)
        self._check(head, self.limits.headers, 431)
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Called by the parser: take in a part of the body, also while the app does not read it."""
        self._body_size += len(body)
        self._check(self._body_size, self.limits.body, 413)
        super().on_body(body)
        if not self.pipeline:
            self.flow.resume_reading()

    def on_message_complete(self) -> None:
        """Called by the parser at the end of a request: learn its header lines."""
        self._in_request = False
        super().on_message_complete()
        parser = self.parser
        if self._start and parser.should_keep_alive() and not parser.should_upgrade():
            self.header_cache.learn(self._start, parser.get_method(), self.url, self.headers, self._body_size)

    def send_400_response(self, msg: str) -> None:
        """Called by uvicorn when the parser has stopped: tell which limit has stopped it, if one has."""
        if self._refusal is None:
            super().send_400_response(msg)
        else:
            self._refuse(self._refusal)

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; wait on if the fast path has answered, which leaves the timer alone."""
        left = self._answered + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def flush(self) -> None:
        """Write what is held."""
        held, self._held = self._held, []
        if held and not self.transport.is_closing():
            self.transport.write(b"".join(held))

    def _answer_known(self, piece: bytes) -> bytes:
        """Answer the known requests that a piece begins with; the rest of the piece, for the parser.

        If the last one is not whole, the rest is kept until more comes.
        """
        self._part = b""
        if (self.cycle is not None and not self.cycle.response_complete) or self.transport.is_closing():
            return piece
        at = 0
        while at < len(piece) and not self.flow.write_paused:
            request = self.header_cache.find(piece, at)
            if request is not None and request.end > len(piece):
                self._part = piece[at:]
                return b""
            if request is None or not self._answer(request):
                break
            at = request.end
        return piece[at:] if at else piece

    def _answer(self, request: Known) -> bool:
        """Whether the fast path has answered a request, which is then written or held."""
        answer = self.fast_path.answer(request, self.scheme) if self.fast_path else None
        if answer is None:
            return False
        method, status = request.method, answer.status
        if self.access_log:
            client = f"{self.client[0]}:{self.client[1]}" if self.client else ""
            target = quote(request.path) + (f"?{request.query.decode('ascii')}" if request.query else "")
            self.access_logger.info('%s - "%s %s HTTP/1.1" %d', client, method, target, status)
        defaults = self.server_state.default_headers
        if defaults is not self._defaults:  # a new list each second, with the date
            self._defaults = defaults
            self._default_lines = b"".join([b"%b: %b\r\n" % header for header in defaults])
        lines = [b"%b: %b" % header for header in answer.headers]
        if not answer.body and method != "HEAD" and status not in _BODYLESS:
            lines.append(b"content-length: 0")
        lines += (b"", answer.body)
        written = STATUS_LINE[status] + self._default_lines + b"\r\n".join(lines)
        self._held.append(written)
        if len(self._held) == 1:
            self.batch.hold(self)
        elif len(self._held) == MOST_HELD:
            self.flush()
        self.server_state.total_requests += 1
        self._answered = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_handler()
        return True

    def _check(self, size: int, most: int, status: int) -> None:
        """Stop the parser at what is too large; uvicorn then calls `send_400_response`."""
        if size > most:
            self._refusal = HTTPStatus(status)
            raise ValueError(self._refusal.phrase)

    def _refuse(self, status: HTTPStatus) -> None:
        """Close the connection, with an answer unless the app has begun one."""
        self._stop_timer()
        if not self.transport.is_closing():
            if self._in_head or not self._in_request or not self.cycle.response_started:
                self.transport.write(refused(status))
            self.transport.close()

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self.limits.seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def protocol(limits: Limits, fast_path: FastPath | None = None) -> type[MockProtocol]:
    """The protocol with these limits, of which uvicorn makes one for each connection."""
    shared = {"header_cache": HeaderCache(limits.target), "batch": Batch()}
    return type("Protocol", (MockProtocol,), {"limits": limits, "fast_path": fast_path, **shared})
