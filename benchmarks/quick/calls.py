"""How many functions one request calls, in Python and in C: the same number every time."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.http.cases import CASES, Case
from creditkit.mock import Engine, FastPath, Scene, Scenes, Settings, maker
from creditkit.mock.http.fast_path import Head, Known
from creditkit.store import Seed, World

Ask = Callable[[Case, int], None]
"""One request of a case, the one with that number, without a server."""


def asking(engine: Engine, data: Path) -> Ask:
    """The mock with the world in a file, asked as its server asks it: straight, or through its app."""
    logging.disable(logging.WARNING)  # Connexion has a word on every request with a body
    scenes = Scenes(Scene("default", World.open(Seed("", "now", {}), data=data)))
    app: Any = maker(scenes, Settings(engine=engine))()
    fast_path = FastPath(app, scenes)
    asyncio.run(_through(app, CASES[0], 0))  # Connexion puts an app together at its first request
    if engine is Engine.STOCK:
        return lambda case, number: asyncio.run(_through(app, case, number))

    def ask(case: Case, number: int) -> None:
        parts = urlsplit(case.filled(case.path, number))
        body = case.filled(case.body, number).encode()
        request = Known(case.method, parts.path, parts.query.encode(), _head(case, len(body)), body, 0)
        answer = fast_path.answer(request, "http")
        assert answer is not None, case.name
        assert answer.status in case.statuses, answer

    return ask


def calls(engine: Engine, data: Path) -> Mapping[str, int]:
    """The calls of one request of each case, after some of the same kind."""
    ask = asking(engine, data)
    found = {}
    for case in CASES:
        for number in range(20):
            ask(case, number)
        found[case.name] = _counted(ask, case)
    return found


def _counted(ask: Ask, case: Case) -> int:
    seen = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal seen
        seen += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        ask(case, 20)
    finally:
        sys.setprofile(None)
    return seen


@cache
def _head(case: Case, length: int) -> Head:
    """The header lines of a request, which the server knows by the second time."""
    return Head(_headers(case, length))


def _headers(case: Case, length: int) -> list[tuple[bytes, bytes]]:
    headers = [(b"host", b"127.0.0.1")]
    headers += [(name.lower().encode(), value.encode()) for name, value in case.headers.items()]
    if length:
        headers.append((b"content-length", b"%d" % length))
    return headers


async def _through(app: Any, case: Case, number: int) -> None:
    parts = urlsplit(case.filled(case.path, number))
    body = case.filled(case.body, number).encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": case.method,
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": _headers(case, len(body)),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        assert "status" not in message or message["status"] in case.statuses, message

    await app(scope, receive, send)
