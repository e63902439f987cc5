"""The socket behind a request, for the steps that let a request wait or cut its answer.

ASGI has no message that ends a connection without an answer, so the protocol puts a `Connection` into the
scope, as an extension. Without a server there is none, and such an end is a ConnectionResetError.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

_EXTENSION = "creditkit.connection"


class Connection:
    """One client's connection. `extensions` makes it known in a scope."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.server_ends = asyncio.Event()
        self.extensions: dict[str, Any] = {_EXTENSION: self}


async def pause(seconds: float, scope: Scope, receive: Receive) -> bool:
    """Let a request wait; False if the server ends meanwhile, which drops the connection."""
    connection: Connection | None = scope.get("extensions", {}).get(_EXTENSION)
    if connection is None:
        await asyncio.sleep(seconds)
        return True
    try:
        await asyncio.wait_for(connection.server_ends.wait(), seconds)
    except TimeoutError:
        return True
    await drop(scope, receive)
    return False


async def drop(scope: Scope, receive: Receive) -> None:
    """End the connection at once; what was sent may be lost. Returns when it is gone."""
    _transport(scope).abort()
    await _gone(receive)


async def end(scope: Scope, receive: Receive) -> None:
    """End the connection when all that was sent is out. Returns when it is gone."""
    _transport(scope).close()
    await _gone(receive)


def _transport(scope: Scope) -> asyncio.Transport:
    connection: Connection | None = scope.get("extensions", {}).get(_EXTENSION)
    if connection is None:
        raise ConnectionResetError("a fault ended the connection, as asked for")
    return connection.transport


async def _gone(receive: Receive) -> None:
    """Wait until the server knows as well, so that it does not miss an answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
