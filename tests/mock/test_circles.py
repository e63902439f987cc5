"""Requests leave nothing behind for the collector of garbage: its work would be somebody else's wait."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from .conftest import CREDITS, Api, Stage

TIMES = 20


async def _ask(app: Any, method: str, token: str, body: bytes) -> int:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": CREDITS,
        "raw_path": CREDITS.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"mock.test"),
            (b"authorization", f"Token {token}".encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ],
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    await app(scope, receive, send)
    return statuses[0]


@pytest.mark.parametrize(
    ("method", "user", "body", "status"),
    [
        ("GET", "staff", b"", 200),
        ("POST", "staff", b'{"value": "abc", "end_date": "never"}', 400),
        ("POST", "owner", b"{}", 403),
        ("POST", "staff", b"{", 400),
        ("GET", "", b"", 401),
    ],
)
def test_a_request_is_gone_when_it_is_answered(
    stage: Stage, api: Api, method: str, user: str, body: bytes, status: int
) -> None:
    token = api.users[user].token if user else "nobody's"

    async def asked() -> int:
        for _ in range(3):
            assert await _ask(stage.app, method, token, body) == status
        gc.collect()
        gc.disable()
        try:
            for _ in range(TIMES):
                await _ask(stage.app, method, token, body)
            return gc.collect()
        finally:
            gc.enable()

    assert asyncio.run(asked()) < TIMES
