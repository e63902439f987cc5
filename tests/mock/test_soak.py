"""Many requests in a row leave a mock's memory where it was, and one that is idle is small."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conftest import Mock, Serve
from mock.conftest import CREDITS

TURNS, REQUESTS = 8, 2_500
MOST_GROWTH = 5_000_000
SMALL = 80_000_000
"""Bytes: half of what Prism was measured to hold when idle (docs/performance.md)."""


def ask(connection: socket.socket, mock: Mock, line: str, body: str = "") -> int:
    """One request on an open connection; the status."""
    head = f"{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Token {mock.token}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    connection.sendall(f"{head}\r\n{body}".encode())
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    start, _, rest = received.partition(b"\r\n\r\n")
    lines = start.lower().split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
    while len(rest) < length:
        rest += connection.recv(65_536)
    return int(lines[0].split()[1])


@pytest.mark.soak
def test_memory_is_flat_and_idle_memory_small(serve: Serve, tmp_path: Path) -> None:
    with serve("--data", str(tmp_path / "world.json")) as mock:
        with mock.client() as client:
            credit = client.get(CREDITS).json()[0]["uuid"]
        assert mock.memory < SMALL
        address = urlsplit(mock.url)
        after = []
        with socket.create_connection((address.hostname, address.port or 80), timeout=30) as connection:
            for turn in range(TURNS):
                for number in range(REQUESTS):
                    value = f"9{turn}{number:05}.25"
                    update = ask(connection, mock, f"PATCH {CREDITS}{credit}/", f'{{"value": "{value}"}}')
                    refused = ask(connection, mock, f"POST {CREDITS}", f'{{"value": "{value},5"}}')
                    listed = ask(connection, mock, f"GET {CREDITS}?page_size=10&o=value&x={number}")
                    assert (update, refused, listed) == (200, 400, 200)
                after.append(mock.memory)
        # All that is kept, for the way back too, is as full as it gets in the middle.
        assert after[-1] - after[TURNS // 2] < MOST_GROWTH, after
