"""Limits: how much a request may be, and how long it may take to come.

They stand before the contract, as the proxy before a real deployment does, and answer as such a proxy does:
408, 413, 414 and 431, and the connection is closed. What they let through is small enough to be read whole.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from .connection import Connection
from .outbox import HeldTransport, Outbox

_Waiting = tuple[RequestResponseCycle, Any]
"""A request that is not there whole, and the app that is to serve it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one mock, sizes in bytes. nginx's own, which stand before most deployments.

    `body` is the size of a request body, `target` that of path and query, `headers` that of all headers;
    `seconds` is how long headers and body may each take to come.
    """

    body: int = 1_048_576
    target: int = 8_192
    headers: int = 32_768
    seconds: float = 30


class Joined:
    """The transport as one answer sees it: its head leaves together with the first piece of its body.

    Each write is a call of the system, which costs more than all else that is done for an answer.
    """

    __slots__ = ("_begun", "_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._begun = False
        self._head = b""

    def write(self, data: bytes) -> None:
        """Hold the head back; write all else."""
        if not self._begun:
            self._begun = True
            self._head = data
            return
        if self._head:
            data = self._head + data
            self._head = b""
        self._transport.write(data)

    def flush(self) -> None:
        """Write a head that no body has followed."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Write what is held back, and close."""
        self.flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether nothing more can be written."""
        return self._transport.is_closing()


class LimitedProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol, with limits, and with requests that begin when they are there whole.

    Whoever serves a request finds its body in one piece, as behind a proxy that buffers. Most requests come
    in one piece anyway; only of those that do not is it counted how long they take.
    """

    limits: ClassVar[Limits]
    outbox: ClassVar[Outbox]

    _announced = 0
    _head = 0
    _heads = 0
    _in_head = False
    _is_whole = True
    _size = 0
    _joined: Joined
    _waiting: _Waiting | None = None
    _refusal: HTTPStatus | None = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        held = HeldTransport(transport, self.outbox)
        super().connection_made(held)
        self._connection = Connection(held)
        self._within_all = min(self.limits.target, self.limits.headers, self.limits.body)
        self._keep_time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_time()
        self._waiting = None
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Wait for nothing, also not for a request that was told to."""
        super().shutdown()
        self._connection.shutdown()

    def data_received(self, data: bytes) -> None:
        """Count what comes of a request, and how long it takes."""
        self._size = len(data) if self._is_whole else self._size + len(data)
        going_on = self._heads if self._in_head else 0
        super().data_received(data)
        if self._in_head and self._heads == going_on:  # all of this belongs to one head
            self._head += len(data)
            if self._head > self.limits.target + self.limits.headers:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
        if self._is_whole:
            self._stop_time()
        elif self._timer is None and not self.transport.is_closing():
            self._keep_time()

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._connection.put_into(self.scope)  # type: ignore[arg-type]
        self._begin_to_count()

    def _begin_to_count(self) -> None:
        self._announced = 0
        self._head = 0
        self._heads += 1
        self._in_head = True
        self._is_whole = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header."""
        name = name.lower()
        if name == b"content-length" and value.isdigit():
            self._announced = int(value)
        elif name == b"expect":
            super().on_header(name, value)
            return
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Go on if the head is within the limits, as the body will be if it says how long."""
        self.measure()
        super().on_headers_complete()

    def measure(self) -> None:
        """Stop what is beyond the limits by its head."""
        self._in_head = False
        self._stop_time()
        if self._announced > self.limits.body:
            self._stop(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if self._size <= self._within_all:
            return  # all of it is smaller than any part may be
        if len(self.url) > self.limits.target:
            self._stop(HTTPStatus.REQUEST_URI_TOO_LONG)
        if sum([len(name) + len(value) for name, value in self.headers]) > self.limits.headers:
            self._stop(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body."""
        super().on_body(body)
        self.measure_body(len(self.cycle.body))
        if self._waiting is not None:
            self.flow.resume_reading()  # uvicorn stops where nobody reads; here the limit holds

    def measure_body(self, size: int) -> None:
        """Stop what is beyond the limit by what has come of its body."""
        if size > self.limits.body:
            self._stop(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def on_message_complete(self) -> None:
        """Let the request begin."""
        self._is_whole = True
        super().on_message_complete()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._begin(*waiting)

    def on_response_complete(self) -> None:
        """Let go of an answer that had no body."""
        self._joined.flush()
        super().on_response_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Let a request wait until it is whole."""
        if not cycle.more_body:
            self._begin(cycle, app)
            return
        self._waiting = (cycle, app)
        if cycle.waiting_for_100_continue:
            cycle.waiting_for_100_continue = False
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser stopped at, with our own status where we stopped it."""
        if self._refusal:
            self._refuse(self._refusal)
        else:
            super().send_400_response(msg)

    def _begin(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._joined = cycle.transport = Joined(self.transport)  # type: ignore[assignment]
        super()._start_asgi_task(cycle, app)

    def _stop(self, status: HTTPStatus) -> None:
        """Let the parser stop; `data_received` then has the client answered."""
        self._refusal = status
        raise ValueError(status.phrase)

    def _keep_time(self) -> None:
        self._timer = self.loop.call_later(self.limits.seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _stop_time(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: HTTPStatus) -> None:
        self._stop_time()
        self._waiting = None
        body = orjson.dumps({"detail": f"{status.phrase}. docs/mock.md tells the limits of this mock."})
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        if not self.transport.is_closing():
            self.transport.write(head.encode("ascii") + body)
            self.transport.close()
