"""`Inject`: the middleware that lets requests meet faults, outside the honest mock and its deviations."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from creditkit.contract import match
from creditkit.mock.answering.answers import ANSWER, Outgoing
from creditkit.mock.connection import drop, end, pause

from .effects import Cut, Disconnect, Effect, Latency, Status, Trickle
from .fault import Dice

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from creditkit.contract import PathItem

_log = logging.getLogger("uvicorn.access")

_PIECES = 20
"""The number of pieces of a trickling body, if it has that many bytes."""


class Inject:
    """The middleware that rolls the dice for each request; `dice` returns those of its world.

    Only requests to operations of the contracts meet faults, not pages, documents, preflights and control
    requests. Delays come first, then a status or a disconnect, then a cut or a trickle of the body.
    """

    def __init__(self, app: ASGIApp, *, dice: Callable[[], Dice], paths: tuple[PathItem, ...]) -> None:
        self._app = app
        self._dice = dice
        self._paths = paths

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer, pass the request on, or end the connection."""
        if scope["type"] == "http":
            dice = self._dice()
            effects = dice.faults.faults and dice.roll(self._operation(scope))
            if effects:
                return self._meet(effects, scope, receive, send)
        # Returned, not awaited: a coroutine of its own would cost every request that meets no fault.
        return self._app(scope, receive, send)

    async def _meet(self, effects: tuple[Effect, ...], scope: Scope, receive: Receive, send: Send) -> None:
        seconds = sum(effect.delay.seconds for effect in effects if isinstance(effect, Latency))
        if seconds and not await pause(seconds, scope, receive):
            return
        for effect in effects:
            if isinstance(effect, Status):
                await _unavailable(effect, effects, scope["method"]).send(send)
                return
            if isinstance(effect, Disconnect):
                # The server only logs answers.
                _log.info('- "%s %s" dropped: a fault', scope["method"], scope["path"])
                await drop(scope, receive)
                return
        start, body = await self._answer(scope, receive)
        start["headers"] = [*start["headers"], _told(effects)]
        await _deliver(effects, start, body, scope, receive, send)

    def _operation(self, scope: Scope) -> str:
        """The operationId that a request is for; empty if there is none."""
        found = match(self._paths, scope["path"])
        operation = found[0].operation(scope["method"]) if found else None
        return operation.id if operation else ""

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[MutableMapping[str, Any], bytes]:
        """The first message of the mock's answer, and its whole body."""
        start: MutableMapping[str, Any] = {}
        parts: list[bytes] = []

        async def hold(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, hold)
        return start, b"".join(parts)


async def _deliver(
    effects: Sequence[Effect],
    start: MutableMapping[str, Any],
    body: bytes,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Send an answer, whole or in pieces, to its end or to the cut."""
    cut = min((effect.share for effect in effects if isinstance(effect, Cut)), default=1.0) if body else 1.0
    arriving = body if cut == 1 else body[: min(int(len(body) * cut), len(body) - 1)]
    seconds = sum(effect.delay.seconds for effect in effects if isinstance(effect, Trickle))
    await send(start)
    if seconds and arriving:
        size = -(-len(arriving) // _PIECES)
        await send({"type": "http.response.body", "body": b"", "more_body": True})  # so the head leaves now
        pieces = [arriving[at : at + size] for at in range(0, len(arriving), size)]
        for piece in pieces:
            if not await pause(seconds / len(pieces), scope, receive):
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        arriving = b""
    if cut == 1:
        await send({"type": "http.response.body", "body": arriving})
        return
    await send({"type": "http.response.body", "body": arriving, "more_body": True})
    await end(scope, receive)


def _unavailable(effect: Status, effects: Sequence[Effect], method: str) -> Outgoing:
    """The answer of a failing server or proxy.

    500 has Django's page, 502 to 504 have nginx's, 429 has the text of Django REST framework: most
    deployments are made of these.
    """
    status = HTTPStatus(effect.status)
    media_type = "text/html; charset=utf-8"
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        media_type = "application/json"
        detail = "Request was throttled."
        if effect.retry_after is not None:
            seconds = "second" if effect.retry_after == 1 else "seconds"
            detail += f" Expected available in {effect.retry_after} {seconds}."
        body = orjson.dumps({"detail": detail})
    elif status is HTTPStatus.INTERNAL_SERVER_ERROR:
        body = b"<h1>Server Error (500)</h1>"
    else:
        title = f"{status.value} {_PHRASES.get(status, status.phrase)}"
        body = (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
            "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        ).encode()
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", b"%d" % len(body)),
        _told(effects),
    ]
    if effect.retry_after is not None:
        headers.append((b"retry-after", b"%d" % effect.retry_after))
    return Outgoing(effect.status, headers, b"" if method == "HEAD" else body)


_PHRASES = {
    HTTPStatus.SERVICE_UNAVAILABLE: "Service Temporarily Unavailable",
    HTTPStatus.GATEWAY_TIMEOUT: "Gateway Time-out",
}
"""The phrases of nginx that differ from the standard ones."""


def _told(effects: Sequence[Effect]) -> tuple[bytes, bytes]:
    """The header that marks the answer as a fault."""
    return ANSWER, "; ".join(["fault", *map(str, effects)]).replace(",", "; ").encode()
