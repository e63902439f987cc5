"""How many functions one request calls, in Python and in C: the same number every time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.http.cases import CASES, Case

from .servers import app_of


def calls(name: str, data: Path) -> Mapping[str, int]:
    """The calls of one request of each case, after some of the same kind."""
    app = app_of(name, data)

    async def count() -> dict[str, int]:
        found = {}
        for case in CASES:
            for number in range(20):
                await ask(app, case, number)
            found[case.name] = await _counted(app, case)
        return found

    return asyncio.run(count())


async def _counted(app: Any, case: Case) -> int:
    seen = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal seen
        seen += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        await ask(app, case, 20)
    finally:
        sys.setprofile(None)
    return seen


async def ask(app: Any, case: Case, number: int) -> None:
    """One request, straight into the app."""
    parts = urlsplit(case.filled(case.path, number))
    body = case.filled(case.body, number).encode()
    headers = [(b"host", b"127.0.0.1")]
    headers += [(name.lower().encode(), value.encode()) for name, value in case.headers.items()]
    if body:
        headers.append((b"content-length", str(len(body)).encode()))
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
        "headers": headers,
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        assert "status" not in message or message["status"] in case.statuses, message

    await app(scope, receive, send)
