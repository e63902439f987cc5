"""Connection: the socket behind a request, for steps that let it wait or fail.

ASGI has no word for a connection that ends without an answer, so our server puts one into the scope, as an
extension. In a process of its own the app has no socket: there such an end is a ConnectionResetError.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

_EXTENSION = "creditkit.connection"


class Connection:
    """One client's connection: it has one request at a time that is being answered."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.pause: asyncio.Future[bool] | None = None
        self._extensions = {_EXTENSION: self}

    def put_into(self, scope: Scope) -> None:
        """Let the steps of a request reach its connection."""
        scope["extensions"] = self._extensions

    def shutdown(self) -> None:
        """End the pause of a request, because the server ends."""
        if self.pause is not None:
            _settle(self.pause, goes_on=False)


async def pause(seconds: float, scope: Scope, receive: Receive) -> bool:
    """Let a request wait; whether it is to go on, which it is not if the server has ended meanwhile."""
    connection = _connection(scope)
    if connection is None:
        await asyncio.sleep(seconds)
        return True
    loop = asyncio.get_running_loop()
    over: asyncio.Future[bool] = loop.create_future()
    timer = loop.call_later(seconds, partial(_settle, over, goes_on=True))
    connection.pause = over
    try:
        goes_on = await over
    finally:
        timer.cancel()
        connection.pause = None
    if not goes_on:
        await drop(scope, receive)
    return goes_on


async def drop(scope: Scope, receive: Receive) -> None:
    """End the connection at once; what has been sent may be lost. Returns when it is gone."""
    _transport(scope).abort()
    await _gone(receive)


async def end(scope: Scope, receive: Receive) -> None:
    """End the connection when what has been sent is out. Returns when it is gone."""
    _transport(scope).close()
    await _gone(receive)


def _settle(pause: asyncio.Future[bool], *, goes_on: bool) -> None:
    """End a pause, unless it has just ended."""
    if not pause.done():
        pause.set_result(goes_on)


def _connection(scope: Scope) -> Connection | None:
    found: Connection | None = scope.get("extensions", {}).get(_EXTENSION)
    return found


def _transport(scope: Scope) -> asyncio.Transport:
    connection = _connection(scope)
    if connection is None:
        raise ConnectionResetError("a fault ended the connection, as asked for")
    return connection.transport


async def _gone(receive: Receive) -> None:
    """Wait until the server knows as well: then it misses no answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
