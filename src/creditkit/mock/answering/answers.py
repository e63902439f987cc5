"""Answers on their way out, each held to the contract by `Check`.

`Check` sees the final bytes and headers, also of refusals. An answer that the contract does not allow is a
bug of the mock: it is logged in full and the client gets 500. The headers that the real server puts on every
answer (observed D24) are added here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from msgspec import Struct

from .request_context import RequestContext, open_context
from .validation import AnswerValidator

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from creditkit.contract import PathItem
    from creditkit.handlers import Reply

log = logging.getLogger("creditkit.mock")

RawHeaders = list[tuple[bytes, bytes]]

ANSWER = b"x-mock-answer"
"""The header that marks an answer that is not the mock's own: chosen by the client, or a fault."""

_ALWAYS = (
    (b"vary", b"Accept, Accept-Language, Cookie, Origin"),
    (b"x-frame-options", b"DENY"),
    (b"content-language", b"en"),
)


class Outgoing(Struct):
    """An answer as bytes; header names are in lower case."""

    status: int
    headers: RawHeaders
    body: bytes

    async def send(self, send: Send) -> None:
        """Hand the answer to the server."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


Observe = Callable[[RequestContext, Outgoing], None]
"""Called with each request to the API and its answer."""


class Check:
    """The last step of every answer: it is held to the contract, then passed to the observer."""

    def __init__(self, validator: AnswerValidator, observe: Observe | None = None) -> None:
        self._validator = validator
        self._observe = observe

    def __call__(self, context: RequestContext, answer: Outgoing) -> Outgoing:
        """The answer, or a 500 in its place if it breaks the contract."""
        item = context.item
        assert item is not None
        faults = self._validator.faults(
            context.method, item, answer.status, dict(answer.headers), answer.body
        )
        if faults:
            answer = _confession(context, answer, faults)
        if self._observe is not None:
            self._observe(context, answer)
        return answer


class Answers:
    """The middleware of Connexion's way that opens the context, and checks the answer."""

    def __init__(self, app: ASGIApp, *, check: Check, paths: tuple[PathItem, ...]) -> None:
        self._app = app
        self._check = check
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its checked answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = open_context(scope, self._paths)
        item = context.item
        if item is None:
            await self._app(scope, receive, send)
            return
        start: MutableMapping[str, Any] = {}
        parts: list[bytes] = []

        async def hold(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                body = b"" if context.method == "HEAD" else b"".join(parts)
                headers = [(name.lower(), value) for name, value in start["headers"]]
                answer = Outgoing(start["status"], headers, body)
                if not any(name == b"allow" for name, _ in answer.headers):
                    answer = with_headers(answer, item)
                await self._check(context, answer).send(send)

        await self._app(scope, receive, hold)


def outgoing(reply: Reply, media_type: str = "application/json") -> Outgoing:
    """A reply as bytes and headers."""
    status, body, more = reply.status, reply.body, reply.headers
    headers: RawHeaders = []
    if more:
        for name, value in more.items():
            headers.append((name.lower().encode(), value.encode("latin-1")))
    if body is None:
        return Outgoing(status, headers, b"")
    if not isinstance(body, bytes):
        # Copied: orjson's bytes hold several times their length, and the request log keeps the answer.
        body = bytes(memoryview(orjson.dumps(body)))
    headers += ((b"content-type", media_type.encode()), (b"content-length", b"%d" % len(body)))
    return Outgoing(status, headers, body)


def with_headers(answer: Outgoing, item: PathItem) -> Outgoing:
    """Add the headers that every answer has."""
    answer.headers += ((b"allow", item.allow_header), *_ALWAYS)
    return answer


def _confession(context: RequestContext, wrong: Outgoing, faults: Sequence[str]) -> Outgoing:
    """The 500 in place of a wrong answer, which is logged in full."""
    log.error(
        "response breaks the contract: %s %s -> %s\n  %s\n  headers: %s\n  body: %s",
        context.method,
        context.path,
        wrong.status,
        "\n  ".join(faults),
        wrong.headers,
        wrong.body.decode("utf-8", "replace"),
    )
    detail = {
        "detail": "The mock's answer broke the contract, which is a bug of the mock; its log has all of it."
    }
    body = orjson.dumps(detail)
    kept = [(n, v) for n, v in wrong.headers if n.lower() not in (b"content-type", b"content-length")]
    kept += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    return Outgoing(500, kept, body)
