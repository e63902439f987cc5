"""Selecting: which client's world a request is for.

In this order:

    X-Mock-World: NAME              a header
    Cookie: mock-world=NAME         a cookie: for pages that send no headers of their own
    Authorization: Token NAME:…     a prefix of the token: for clients whose code is not to change

and the default world where none of them is there. The prefix is gone before anybody reads the token.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from creditkit.errors import NoRoom, Refusal

from .answers import outgoing
from .problems import PROBLEM, reply_to
from .scenes import Scene, Scenes

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

RawHeaders = Sequence[tuple[bytes, bytes]]

_COOKIE = re.compile(rb"(?:^|;)\s*mock-world\s*=\s*\"?([^;\"]*)")
_PREFIXED = re.compile(rb"\s*token\s+([^:\s]*):(.*)", re.IGNORECASE | re.DOTALL)
_READING = ("GET", "HEAD", "OPTIONS")


class Select:
    """The middleware that selects the scene of a request."""

    def __init__(self, app: ASGIApp, *, scenes: Scenes) -> None:
        self._app = app
        self._scenes = scenes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to be answered in its scene, or refuse it where it can have none."""
        scenes = self._scenes
        if scope["type"] == "http":
            name = named_in(scope)
            try:
                scenes.select(scenes.default if name is None else self._scene(name, scope["method"]))
            except Refusal as refusal:
                await _refuse(refusal, scope, send)
                return
        await self._app(scope, receive, send)

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


async def _refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    """Answer before the contract, in the form that the client asks for."""
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    media_type, reply = reply_to(refusal, as_problem=PROBLEM.encode() in accept.lower())
    await outgoing(reply, media_type).send(send)
