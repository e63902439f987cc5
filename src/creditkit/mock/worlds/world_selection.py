"""Selecting: which client's world a request is for.

In this order:

    X-Mock-World: NAME              a header
    Cookie: mock-world=NAME         a cookie: for pages that send no headers of their own
    Authorization: Token NAME:…     a prefix of the token: for clients whose code is not to change

    ?world=NAME                     before these, for what is under /_mock/ alone

and the default world where none of them is there. The prefix is gone before anybody reads the token.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from creditkit.errors import NoRoom, Refusal
from creditkit.mock.answering.answers import outgoing
from creditkit.mock.answering.problems import PROBLEM, reply_to
from creditkit.mock.control.guard import is_control

from .logged_request import WITH_BODY, Turn
from .worlds import Scene, Scenes

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

RawHeaders = Sequence[tuple[bytes, bytes]]

_COOKIE = re.compile(rb"(?:^|;)\s*mock-world\s*=\s*\"?([^;\"]*)")
_PREFIXED = re.compile(rb"\s*token\s+([^:\s]*):(.*)", re.IGNORECASE | re.DOTALL)
_READING = ("GET", "HEAD", "OPTIONS")
_PAGES = ("/docs", "/_mock", "/favicon.ico")


class Select:
    """The middleware that selects the scene of a request, and has its journal note how it went."""

    def __init__(self, app: ASGIApp, *, scenes: Scenes) -> None:
        self._app = app
        self._scenes = scenes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to be answered in its scene, or refuse it where it can have none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scenes = self._scenes
        name = named_in(scope)
        if b"world=" in scope["query_string"] and is_control(scope["path"]):
            asked = _asked_for(scope["query_string"])
            name = name if asked is None else asked
        try:
            scene = scenes.default if name is None else self._scene(name, scope["method"])
        except Refusal as refusal:
            await _refuse(refusal, scope, send)
            return
        turn = Turn(scene, scope["method"], scope["path"], scope["query_string"], scope["headers"])
        scenes.select(turn)
        journal = scene.journal
        if not journal.most:
            await self._app(scope, receive, send)
            return
        if turn.method in WITH_BODY:
            receive = turn.receiving(receive)
        try:
            await self._app(scope, receive, turn.sending(send))
        finally:
            turn.end()
            if turn.judged or turn.last or _is_lost(turn):
                journal.append(turn)

    def _scene(self, name: bytes, method: str) -> Scene:
        scene = self._scenes.named(name.decode("latin-1"))
        if method not in _READING and scene.growth > self._scenes.bounds.growth:
            raise NoRoom(
                f"The world {scene.name!r} has grown by {scene.growth:,} bytes, more than it may: reset or "
                "drop it, or raise --max-world-growth."
            )
        return scene


def named_in(scope: Scope) -> bytes | None:
    """The name of the world that a request is for, None where it names none.

    A prefix of the token is taken out of the request's headers, whether or not it counts.
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
    """The world that a query names: for addresses that a browser opens, and for streams of events."""
    name = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)).get("world")
    return None if name is None else name.encode("latin-1", "replace")


def _without_prefix(scope: Scope, sent: bytes) -> bytes | None:
    """The prefix of the token, which the scope's headers then lack; None where it is no such token."""
    found = _PREFIXED.fullmatch(sent)
    if found is None:
        return None
    scope["headers"] = [
        (name, b"Token " + found[2] if name == b"authorization" else value)
        for name, value in scope["headers"]
    ]
    return found[1]


def _is_lost(turn: Turn) -> bool:
    """Whether a request that no operation was meant for is worth a note: one that looked for the API."""
    return turn.status not in range(200, 300) and not turn.path.startswith(_PAGES) and turn.path != "/"


async def _refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    """Answer before the contract, in the form that the client asks for."""
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    as_problem = PROBLEM.encode() in accept.lower() or is_control(scope["path"])
    media_type, reply = reply_to(refusal, as_problem=as_problem)
    await outgoing(reply, media_type).send(send)
