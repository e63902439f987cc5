"""Hostile requests: each meets a clear 4xx, soon, and leaves the mock as it was."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest

from conftest import Mock, Serve
from mock.conftest import CREDITS

BODY_LIMIT, SECONDS = 200_000, 1
JSON = "Content-Type: application/json\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back before the connection was closed, and how long that took."""

    status: int
    text: str
    seconds: float


@pytest.fixture(scope="module")
def limited(serve: Serve) -> Iterator[Mock]:
    with serve("--max-body", str(BODY_LIMIT), "--request-timeout", str(SECONDS)) as mock:
        yield mock


def ask(mock: Mock, head: str, *parts: bytes) -> Answer:
    """Send a head and what follows it, piece by piece, and read until the mock closes the connection."""
    address = urlsplit(mock.url)
    began = time.monotonic()
    received = b""
    with socket.create_connection((address.hostname, address.port or 80), timeout=10) as connection:
        with contextlib.suppress(OSError):  # the mock may close while there is more to send
            connection.sendall(head.encode("latin-1"))
            for part in parts:
                connection.sendall(part)
        with contextlib.suppress(OSError):
            while piece := connection.recv(65_536):
                received += piece
    status, _, rest = received.partition(b"\r\n")
    return Answer(int(status.split()[1]), rest.decode("utf-8", "replace"), time.monotonic() - began)


def head(mock: Mock, start: str, more: str = "") -> str:
    return (
        f"{start} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Token {mock.token}\r\n{more}\r\n"
    )


def post(mock: Mock, more: str) -> str:
    return head(mock, f"POST {CREDITS}", JSON + more)


def test_a_body_that_is_announced_too_large_is_refused_unread(limited: Mock) -> None:
    answer = ask(limited, post(limited, "Content-Length: 100000000\r\n"), *[b" " * 1_000_000] * 100)
    assert answer.status == 413
    assert answer.seconds < 2


def test_who_asks_before_sending_too_much_is_told_not_to(limited: Mock) -> None:
    answer = ask(limited, post(limited, "Content-Length: 100000000\r\nExpect: 100-continue\r\n"))
    assert answer.status == 413


def test_a_body_that_grows_too_large_is_refused(limited: Mock) -> None:
    piece = b"%x\r\n" % 50_000 + b" " * 50_000 + b"\r\n"
    answer = ask(limited, post(limited, "Transfer-Encoding: chunked\r\n"), *[piece] * 1000)
    assert answer.status == 413
    assert answer.seconds < 2


def test_the_largest_body_that_is_let_through_is_read(limited: Mock) -> None:
    body = b'{"value": "' + b"1" * (BODY_LIMIT - 13) + b'"}'
    answer = ask(limited, post(limited, f"Content-Length: {len(body)}\r\n"), body)
    assert len(body) == BODY_LIMIT
    assert answer.status == 400
    assert "String value too large." in answer.text
    assert ask(limited, post(limited, f"Content-Length: {len(body) + 1}\r\n"), body + b" ").status == 413


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_deep_nesting_is_malformed(limited: Mock, bracket: bytes) -> None:
    body = bracket * (100_000 // len(bracket))
    answer = ask(limited, post(limited, f"Content-Length: {len(body)}\r\n"), body)
    assert answer.status == 400
    assert "JSON parse error" in answer.text
    assert answer.seconds < 2


def test_ten_thousand_query_parameters_are_too_many(limited: Mock) -> None:
    assert ask(limited, head(limited, f"GET {CREDITS}?" + "a=1&" * 10_000)).status == 414


def test_many_headers_are_too_many(limited: Mock) -> None:
    assert ask(limited, head(limited, f"GET {CREDITS}", "X-A: b\r\n" * 10_000)).status == 431


def test_a_header_without_an_end_is_cut(limited: Mock) -> None:
    answer = ask(limited, f"GET {CREDITS} HTTP/1.1\r\nX-A: ", *[b"b" * 10_000] * 100)
    assert answer.status == 431


def test_slow_senders_are_not_waited_for(limited: Mock) -> None:
    for request in (f"GET {CREDITS} HTTP/1.1\r\n", post(limited, "Content-Length: 10\r\n") + "{"):
        answer = ask(limited, request)
        assert answer.status == 408
        assert SECONDS - 0.01 <= answer.seconds < SECONDS + 2  # the loop tells the time in milliseconds


def test_a_known_head_does_not_wait_for_its_body_without_end(limited: Mock) -> None:
    """The fast path knows the head by the second time, and has the same limits."""
    known = post(limited, "Content-Length: 2\r\n").replace("Connection: close\r\n", "")
    last = head(limited, f"GET {CREDITS}?page_size=1")
    assert ask(limited, known, b"{}" + last.encode()).status == 400
    answer = ask(limited, known, b"{")
    assert answer.status == 408
    assert SECONDS - 0.01 <= answer.seconds < SECONDS + 2


def test_a_body_in_pieces_is_read_whole(limited: Mock) -> None:
    body = b'{"value": "' + b"1" * 150_000 + b'"}'
    for more in (
        f"Content-Length: {len(body)}\r\n",
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n",
    ):
        answer = ask(
            limited, post(limited, more), *(body[at : at + 10_000] for at in range(0, len(body), 10_000))
        )
        assert "String value too large." in answer.text
        assert answer.status == (100 if "Expect" in more else 400)


def test_requests_in_one_piece_are_answered_in_turn(limited: Mock) -> None:
    body = b'{"value": "x"}'
    first = f"POST {CREDITS} HTTP/1.1\r\nHost: x\r\nAuthorization: Token {limited.token}\r\n{JSON}"
    first += f"Content-Length: {len(body)}\r\n\r\n"
    last = head(limited, f"GET {CREDITS}?page_size=1")
    answer = ask(limited, first, body + first.encode(), body + last.encode())
    assert answer.status == 400
    assert answer.text.count("HTTP/1.1 400") == 1  # the one behind the first
    assert answer.text.count("A valid number is required.") == 2
    assert answer.text.count("HTTP/1.1 200") == 1


def test_what_is_no_http_is_a_400(limited: Mock) -> None:
    assert ask(limited, "\x00\x01\r\n\r\n").status == 400


def test_a_refusal_names_the_page_that_tells_the_limits(limited: Mock) -> None:
    answer = ask(limited, post(limited, "Content-Length: 100000000\r\n"))
    assert "docs/mock.md" in answer.text


def test_hostile_requests_leave_memory_and_answers_as_they_were(limited: Mock) -> None:
    address = urlsplit(limited.url)
    piece = b"%x\r\n" % 50_000 + b" " * 50_000 + b"\r\n"
    httpx.get(f"{limited.url}/docs/", follow_redirects=True)
    before = limited.memory
    idle = []
    for _ in range(200):
        connection = socket.create_connection((address.hostname, address.port or 80))
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + b" " * 50_000)
        idle.append(connection)
    try:
        with limited.client() as client:
            assert client.get(CREDITS).status_code == 200
        for _ in range(5):  # half a gigabyte, of which nothing is kept
            ask(limited, post(limited, "Content-Length: 100000000\r\n"), *[b" " * 1_000_000] * 100)
            ask(limited, post(limited, "Transfer-Encoding: chunked\r\n"), *[piece] * 1000)
        assert limited.memory - before < 200 * 200_000
    finally:
        for connection in idle:
            connection.close()
    assert httpx.get(f"{limited.url}/docs/", follow_redirects=True).status_code == 200
