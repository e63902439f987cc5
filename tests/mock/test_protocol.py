"""The wire: however the bytes of requests come, each gets its answer, in the order of the requests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from conftest import Mock, Serve
from creditkit.mock import Limits
from creditkit.mock.http.protocol import protocol
from mock.conftest import CREDITS
from mock.twin import Twin

_HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r]*((?:\r\n[^\r]+)*)\r\n\r\n")


@pytest.fixture(scope="module")
def mock(serve: Serve) -> Iterator[Mock]:
    with serve() as mock:
        httpx.get(f"{mock.url}/")  # from its first request on the app has plans
        yield mock


@pytest.fixture
def wire(mock: Mock) -> Iterator[socket.socket]:
    address = urlsplit(mock.url)
    with socket.create_connection((address.hostname, address.port or 80), timeout=10) as connection:
        yield connection


def head(mock: Mock, start: str, *more: str, version: str = "1.1") -> bytes:
    lines = [f"{start} HTTP/{version}", "Host: x", f"Authorization: Token {mock.token}", *more, "", ""]
    return "\r\n".join(lines).encode()


def read(connection: socket.socket, count: int) -> list[tuple[int, bytes]]:
    """So many answers, each with its status and body."""
    received = b""
    answers: list[tuple[int, bytes]] = []
    while len(answers) < count:
        found = _HEAD.match(received)
        if found is not None:
            length = re.search(rb"content-length: (\d+)", found[2])
            end = found.end() + (int(length[1]) if length and found[1] != b"100" else 0)
            if len(received) >= end:
                answers.append((int(found[1]), received[found.end() : end]))
                received = received[end:]
                continue
        piece = connection.recv(65_536)
        assert piece, f"closed after {answers} and {received!r}"
        received += piece
    assert received == b""
    return answers


def test_requests_on_one_connection_are_answered_in_their_order(mock: Mock, wire: socket.socket) -> None:
    """Whether each goes straight or through the steps, and although all of them come at once."""
    straight = head(mock, f"GET {CREDITS}?page_size=1")
    steps = head(mock, "GET /nowhere/")
    wish = head(mock, f"GET {CREDITS}", "Prefer: code=401")
    wire.sendall(straight + steps + straight + wish + straight + straight)
    assert [status for status, _ in read(wire, 6)] == [200, 404, 200, 401, 200, 200]
    wire.sendall(straight)
    assert [status for status, _ in read(wire, 1)] == [200]


def test_many_clients_that_ask_at_once_are_all_answered(mock: Mock) -> None:
    """More than wait for each other at most, straight and through the steps, some twice."""
    address = urlsplit(mock.url)
    with contextlib.ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection((address.hostname, address.port or 80), timeout=10))
            for _ in range(65)
        ]
        for number, client in enumerate(clients):
            more = ["Cookie: a=b"] if number % 3 == 0 else []
            client.sendall(head(mock, f"GET {CREDITS}?page_size={number % 7 + 1}", *more) * (number % 2 + 1))
        for number, client in enumerate(clients):
            for status, body in read(client, number % 2 + 1):
                assert status == 200
                assert len(json.loads(body)) == number % 7 + 1


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_request_may_come_in_pieces_of_any_size(mock: Mock, wire: socket.socket, size: int) -> None:
    body = b'{"value": "1", "customer": "x"}'
    sent = (
        head(mock, f"POST {CREDITS}", "Content-Type: application/json", f"Content-Length: {len(body)}") + body
    )
    for at in range(0, len(sent), size):
        wire.sendall(sent[at : at + size])
        if size > 1:
            time.sleep(0.001)
    assert read(wire, 1) == [(400, b'{"customer":["Invalid hyperlink - No URL match."]}')]


def test_a_body_may_come_in_chunks(mock: Mock, wire: socket.socket) -> None:
    start = head(mock, f"POST {CREDITS}", "Content-Type: application/json", "Transfer-Encoding: chunked")
    wire.sendall(start + b'9\r\n{"value":\r\n6\r\n "1,5"\r\n1\r\n}\r\n0\r\n\r\n')
    [(status, body)] = read(wire, 1)
    assert status == 400
    assert b'"value":["A valid number is required."]' in body


def test_a_client_that_waits_for_a_word_gets_it(mock: Mock, wire: socket.socket) -> None:
    start = head(
        mock,
        f"POST {CREDITS}",
        "Content-Type: application/json",
        "Content-Length: 2",
        "Expect: 100-continue",
    )
    wire.sendall(start)
    assert read(wire, 1) == [(100, b"")]
    wire.sendall(b"{}")
    assert [status for status, _ in read(wire, 1)] == [400]


@pytest.mark.parametrize(
    ("more", "version"), [("Connection: close", "1.1"), ("Accept: */*", "1.0")], ids=["told", "old"]
)
def test_a_connection_that_is_not_to_go_on_is_closed(
    mock: Mock, wire: socket.socket, more: str, version: str
) -> None:
    wire.sendall(head(mock, f"GET {CREDITS}?page_size=1", more, version=version))
    assert [status for status, _ in read(wire, 1)] == [200]
    assert wire.recv(1) == b""


def test_an_upgrade_that_nobody_offers_is_answered_as_if_it_were_none(
    mock: Mock, wire: socket.socket
) -> None:
    wire.sendall(head(mock, f"GET {CREDITS}?page_size=1", "Connection: Upgrade", "Upgrade: websocket"))
    assert [status for status, _ in read(wire, 1)] == [200]


def test_head_tells_a_length_and_has_no_body(mock: Mock, wire: socket.socket) -> None:
    with mock.client() as client:
        credit = client.get(CREDITS).json()[0]["uuid"]
    wire.sendall(head(mock, f"HEAD {CREDITS}{credit}/") + head(mock, f"HEAD {CREDITS}"))
    received = b""
    while received.count(b"\r\n\r\n") < 2:
        received += wire.recv(65_536)
    first, second, rest = received.split(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 200")
    assert second.startswith(b"HTTP/1.1 200")
    assert int(re.search(rb"content-length: (\d+)", first)[1]) > 100  # type: ignore[index]
    assert b"x-result-count" in second
    assert rest == b""


def test_what_is_no_request_is_400_and_ends_the_connection(mock: Mock, wire: socket.socket) -> None:
    wire.sendall(head(mock, f"GET {CREDITS}?page_size=1") + b"NONSENSE\r\n\r\n")
    received = b""
    while piece := wire.recv(65_536):
        received += piece
    assert received.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 400 Bad Request" in received


class Served:
    """A mock in this process, behind uvicorn, for what takes other settings than those of its command."""

    def __init__(self, keep_alive: float) -> None:
        twin = Twin()
        self.headers = [f"authorization: Token {twin.tokens['staff']}"]
        self._config = uvicorn.Config(
            twin.app,
            http=protocol(Limits(), twin.fast_path),
            lifespan="off",
            log_config=None,
            timeout_keep_alive=keep_alive,  # type: ignore[arg-type]
        )

    def run(self, talk: Callable[[Talk], Awaitable[None]]) -> None:
        """Serve while a client talks."""

        async def both() -> None:
            with socket.create_server(("127.0.0.1", 0)) as listener:
                server = uvicorn.Server(self._config)
                serving = asyncio.ensure_future(server.serve([listener]))
                reader, writer = await asyncio.open_connection(*listener.getsockname())
                await talk(Talk(reader, writer, self.headers))
                writer.close()
                server.should_exit = True
                await serving

        asyncio.run(both())


@dataclass(frozen=True, slots=True)
class Talk:
    """One connection to a mock, in the loop that serves it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    headers: list[str]

    async def get(self, path: str, *more: str) -> int:
        """The status of the answer to one request."""
        lines = [f"GET {path} HTTP/1.1", "host: x", *self.headers, *more, "", ""]
        self.writer.write("\r\n".join(lines).encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        found = re.search(r"content-length: (\d+)", head)
        await self.reader.readexactly(int(found[1]) if found else 0)
        return int(head.split()[1])


THROUGH = "cookie: a=b"
"""A header with which a request goes through the steps."""


def test_each_request_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async def talk(client: Talk) -> None:
        for more in ((), (THROUGH,)):
            assert await client.get("/nowhere/", *more) == 404
            assert await client.get(f"{CREDITS}?page_size=1&customer_name=%C3%84", *more) == 200
            assert await client.get(f"{CREDITS}%C3%84/", *more) == 404

    with caplog.at_level(logging.INFO, "uvicorn.access"):
        Served(5).run(talk)
    logged = [re.sub(r":\d+", ":PORT", r.getMessage()) for r in caplog.records if r.name == "uvicorn.access"]
    once = [
        '127.0.0.1:PORT - "GET /nowhere/ HTTP/1.1" 404',
        f'127.0.0.1:PORT - "GET {CREDITS}?page_size=1&customer_name=%C3%84 HTTP/1.1" 200',
        f'127.0.0.1:PORT - "GET {CREDITS}%C3%84/ HTTP/1.1" 404',
    ]
    assert logged == once * 2


@pytest.mark.parametrize("more", [(), (THROUGH,)], ids=["straight", "through the steps"])
def test_a_connection_is_closed_when_it_has_been_idle_and_not_before(more: tuple[str, ...]) -> None:
    async def talk(client: Talk) -> None:
        for pause in (0.0, 0.2, 0.2, 0.2):  # together longer than it may be idle
            await asyncio.sleep(pause)
            assert await client.get(f"{CREDITS}?page_size=1", *more) == 200
            assert await client.get(f"{CREDITS}?page_size=1") == 200
        began = time.monotonic()
        assert await client.reader.read() == b""
        assert 0.3 < time.monotonic() - began < 1.5

    Served(0.4).run(talk)


def test_a_straight_answer_waits_for_a_client_that_does_not_read() -> None:
    """Then uvicorn has the request, which waits until there is room."""

    async def talk(client: Talk) -> None:
        assert await client.get("/") == 302  # the app is put together
        line = "\r\n".join([f"GET {CREDITS} HTTP/1.1", "host: x", *client.headers, "", ""]).encode()
        client.writer.write(line * 3_000)
        await asyncio.sleep(0.2)
        answers = 0
        while answers < 3_000:
            head = await client.reader.readuntil(b"\r\n\r\n")
            found = re.search(rb"content-length: (\d+)", head)
            assert found is not None
            await client.reader.readexactly(int(found[1]))
            answers += 1
        assert await client.get(f"{CREDITS}?page_size=1") == 200

    Served(5).run(talk)
