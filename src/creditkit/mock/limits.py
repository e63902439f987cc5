"""Limits: how much a request may be, and how long it may take to come.

They stand before the contract, as the proxy before a real deployment does, and answer as such a proxy does:
408, 413, 414 and 431, and the connection is closed. What they let through is small enough to be read whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


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


class BodyLimit:
    """The middleware that takes in a body whole before anybody reads it, or refuses it."""

    def __init__(self, app: ASGIApp, *, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what has no body, and what has one that is small enough and came in time."""
        if scope["type"] != "http" or not any(
            name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]
        ):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._limits.seconds):
                body = await self._content(scope, receive)
        except TimeoutError:
            body = HTTPStatus.REQUEST_TIMEOUT
        if isinstance(body, HTTPStatus):
            await _refuse(body, send)
        elif body is not None:
            await self._app(scope, _replayed(body, receive), send)

    async def _content(self, scope: Scope, receive: Receive) -> bytes | HTTPStatus | None:
        """The body; a status where it is refused; None where the client has gone."""
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self._limits.body:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._limits.body:
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            more = message.get("more_body", False)
        return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body in one message, and then whatever else comes."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> MutableMapping[str, Any]:
        return messages.pop() if messages else await receive()

    return replay


async def _refuse(status: HTTPStatus, send: Send) -> None:
    body = _told(status)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _told(status: HTTPStatus) -> bytes:
    return orjson.dumps({"detail": f"{status.phrase}. docs/mock.md tells the limits of this mock."})


class LimitedProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol, with limits on what comes before a body.

    A head that comes in one piece, as almost all do, is only measured.
    """

    limits: ClassVar[Limits]

    _head = 0
    _refusal: HTTPStatus | None = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to wait for the next head."""
        super().on_message_begin()
        self._head = 1
        self._await_head()

    def on_headers_complete(self) -> None:
        """Measure the head, and go on if it is within the limits."""
        self._head = 0
        self._stop_waiting()
        if len(self.url) > self.limits.target:
            self._refusal = HTTPStatus.REQUEST_URI_TOO_LONG
        elif sum(len(name) + len(value) for name, value in self.headers) > self.limits.headers:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        if self._refusal:
            raise ValueError(self._refusal.phrase)  # the parser stops, and data_received answers
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count what comes of a head that is in more than one piece."""
        if self._head:
            self._head += len(data)
            if self._head > self.limits.target + self.limits.headers:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser stopped at, with our own status where we stopped it."""
        if self._refusal:
            self._refuse(self._refusal)
        else:
            super().send_400_response(msg)

    def _await_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.limits.seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: HTTPStatus) -> None:
        self._stop_waiting()
        body = _told(status)
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        if not self.transport.is_closing():
            self.transport.write(head.encode("ascii") + body)
            self.transport.close()


def protocol(limits: Limits) -> type[HttpToolsProtocol]:
    """The protocol with these limits; uvicorn makes one for each connection."""
    return type("LimitedProtocol", (LimitedProtocol,), {"limits": limits})
