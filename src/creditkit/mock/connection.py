"""Connection: the socket behind a request, for steps that let it fail.

ASGI has no word for a connection that ends without an answer, so our server puts one into the scope, as an
extension. In a process of its own the app has no socket: there the failure is a ConnectionResetError.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

_EXTENSION = "creditkit.connection"


def put_into(scope: Scope, transport: asyncio.Transport) -> None:
    """Let the steps of this request reach its connection."""
    scope["extensions"] = {_EXTENSION: {"transport": transport}}


async def drop(scope: Scope, receive: Receive) -> None:
    """End the connection at once; what has been sent may be lost. Returns when it is gone."""
    _transport(scope).abort()
    await _gone(receive)


async def end(scope: Scope, receive: Receive) -> None:
    """End the connection when what has been sent is out. Returns when it is gone."""
    _transport(scope).close()
    await _gone(receive)


def _transport(scope: Scope) -> asyncio.Transport:
    extension = scope.get("extensions", {}).get(_EXTENSION)
    if extension is None:
        raise ConnectionResetError("a fault ended the connection, as asked for")
    transport: asyncio.Transport = extension["transport"]
    return transport


async def _gone(receive: Receive) -> None:
    """Wait until the server knows as well: then it misses no answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
