"""`Select`: which client's world a request is for.

A request may name its world, in this order of precedence:

    ?world=NAME                     the query, only under /_mock/
    X-Mock-World: NAME              a header
    Cookie: mock-world=NAME         a cookie, for pages that cannot set headers
    Authorization: Token NAME:…     a prefix of the token, for clients whose code must not change

Other requests get the default world. The prefix is removed before a later step reads the token.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from creditkit.errors import NoRoom, Refusal
from creditkit.mock.answering.answers import outgoing
from creditkit.mock.answering.problems import PROBLEM, reply_to

from .client_worlds import ClientWorld, ClientWorlds
from .logged_request import WITH_BODY, LoggedRequest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

RawHeaders = Sequence[tuple[bytes, bytes]]

ROOT = "/_mock"
"""The path of the control API."""

_COOKIE = re.compile(rb"(?:^|;)\s*mock-world\s*=\s*\"?([^;\"]*)")
_PREFIXED = re.compile(rb"\s*token\s+([^:\s]*):(.*)", re.IGNORECASE | re.DOTALL)
_READING = ("GET", "HEAD", "OPTIONS")
_PAGES = ("/docs", "/_mock", "/favicon.ico")


class Select:
    """The middleware that selects the world of a request, and logs the request there."""

    def __init__(self, app: ASGIApp, *, client_worlds: ClientWorlds) -> None:
        self._app = app
        self._client_worlds = client_worlds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it if it names no valid world or there is no room."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client_worlds = self._client_worlds
        name = named_in(scope)
        if b"world=" in scope["query_string"] and is_control(scope["path"]):
            asked = _asked_for(scope["query_string"])
            name = name if asked is None else asked
        try:
            client_world = (
                client_worlds.default if name is None else self._client_world(name, scope["method"])
            )
        except Refusal as refusal:
            await _refuse(refusal, scope, send)
            return
        logged = LoggedRequest(scope["method"], scope["path"], scope["query_string"], scope["headers"])
        client_worlds.select(client_world, logged)
        request_log = client_world.request_log
        if not request_log.most:
            await self._app(scope, receive, send)
            return
        if logged.method in WITH_BODY:
            receive = logged.receiving(receive)
        try:
            await self._app(scope, receive, logged.sending(send))
        finally:
            dice = client_world.dice
            logged.end(dice.counts if dice.faults else {})
            if logged.judged or logged.last or _is_lost(logged):
                request_log.append(logged)

    def _client_world(self, name: bytes, method: str) -> ClientWorld:
        client_world = self._client_worlds.named(name.decode("latin-1"))
        if method not in _READING and client_world.growth > self._client_worlds.bounds.growth:
            raise NoRoom(
                f"The world {client_world.name!r} has grown by {client_world.growth:,} bytes, more than it "
                "may: reset or drop it, or raise --max-world-growth."
            )
        return client_world


def is_control(path: str) -> bool:
    """Whether a path belongs to the control API."""
    return path.startswith(ROOT) and path[len(ROOT) : len(ROOT) + 1] in ("", "/")


def named_in(scope: Scope) -> bytes | None:
    """The world that the headers of a request name; None if they name none.

    A prefix of the token is removed from the scope's headers in any case.
    """
    header: bytes | None = None
    cookie: bytes | None = None
    token: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            if b":" in value:
                token = value
        elif name == b"cookie":
            if b"mock-world" in value:
                cookie = value
        elif name == b"x-mock-world":
            header = value
    if token is not None:
        token = _without_prefix(scope, token)
    if header is not None:
        return header.strip()
    if cookie is not None:
        found = _COOKIE.search(cookie)
        if found is not None:
            return found[1].strip()
    return token


def _asked_for(query: bytes) -> bytes | None:
    """The world that a query names: a browser that opens a page or a stream of events sends no header."""
    name = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)).get("world")
    return None if name is None else name.encode("latin-1", "replace")


def _without_prefix(scope: Scope, sent: bytes) -> bytes | None:
    """The prefix of the token, removed from the scope's headers; None if it has no prefix."""
    found = _PREFIXED.fullmatch(sent)
    if found is None:
        return None
    scope["headers"] = [
        (name, b"Token " + found[2] if name == b"authorization" else value)
        for name, value in scope["headers"]
    ]
    return found[1]


def _is_lost(logged: LoggedRequest) -> bool:
    """Whether a request that reached no operation is worth an entry: one that was meant for the API."""
    return logged.status not in range(200, 300) and not logged.path.startswith(_PAGES) and logged.path != "/"


async def _refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    """Send a refusal in the form that the client accepts."""
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    as_problem = PROBLEM.encode() in accept.lower() or is_control(scope["path"])
    media_type, reply = reply_to(refusal, as_problem=as_problem)
    await outgoing(reply, media_type).send(send)
