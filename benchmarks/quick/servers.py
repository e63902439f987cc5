"""The three servers, a process each: `python -m benchmarks.quick.servers NAME PORT DATA-FILE`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

NAMES = ("creditkit", "stock engine", "bare uvicorn")
BODY = b'{"detail": "bare"}'


async def bare(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The least that a server can do: 18 bytes, whatever was asked."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


def app_of(name: str, data: Path) -> Any:
    """The ASGI app of one of `NAMES`."""
    if name == "bare uvicorn":
        return bare
    logging.disable(logging.WARNING)  # Connexion has a word on every request with a body
    from creditkit.mock import Engine, create_app
    from creditkit.store import Seed, World

    world = World.open(Seed("", "now", {}), data=data)
    return create_app(lambda: world, engine=Engine.STOCK if name == "stock engine" else Engine.PLANS)


if __name__ == "__main__":
    uvicorn.run(
        app_of(sys.argv[1], Path(sys.argv[3])),
        port=int(sys.argv[2]),
        log_level="critical",
        access_log=False,
        lifespan="off",
    )
