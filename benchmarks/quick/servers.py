"""The three servers: the mock as its users start it, its stock engine, and a bare uvicorn.

`python -m benchmarks.quick.servers PORT` is the last of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

NAMES = ("creditkit", "stock engine", "bare uvicorn")
BODY = b'{"detail": "bare"}'


def command(name: str, port: int, data: Path | None = None) -> Sequence[str]:
    """The command line of one of `NAMES`; without `data` the mock has the world that comes with it."""
    if name == "bare uvicorn":
        return [sys.executable, "-m", "benchmarks.quick.servers", str(port)]
    program = str(Path(sys.executable).with_name("creditkit"))
    engine = "stock" if name == "stock engine" else "plans"
    kept = ["--data", str(data)] if data else []
    return [program, "mock", "--quiet", "--port", str(port), "--engine", engine, *kept]


async def bare(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The least that a server can do: 18 bytes, whatever was asked."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


if __name__ == "__main__":
    uvicorn.run(bare, port=int(sys.argv[1]), log_level="critical", access_log=False, lifespan="off")
