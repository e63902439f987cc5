"""The header cache reads a request as the parser reads it, and keeps nothing that leaves a doubt."""

from __future__ import annotations

import asyncio
from typing import NamedTuple
from urllib.parse import unquote

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.mock.http.fast_path import MOST_BLOCKS, MOST_BYTES, HeaderCache
from mock.conftest import CREDITS
from mock.corpus import STORED, Sent, corpus
from mock.twin import Twin, Wire

BLOCK = b"Host: x\r\nAccept: */*\r\n"
LINE = b"GET /api/credits/ HTTP/1.1\r\n"


class Parsed(NamedTuple):
    """What httptools reads of the request that a piece begins with."""

    method: str
    url: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes


def parsed(piece: bytes) -> Parsed | None:
    """What the parser reads; None where it refuses, or has not seen the end."""
    headers: list[tuple[bytes, bytes]] = []
    url = body = b""
    ends = 0

    class Reader:
        def on_url(self, part: bytes) -> None:
            nonlocal url
            url += part

        def on_header(self, name: bytes, value: bytes) -> None:
            headers.append((name.lower(), value))

        def on_body(self, part: bytes) -> None:
            nonlocal body
            body += part

        def on_message_complete(self) -> None:
            nonlocal ends
            ends += 1

    parser = httptools.HttpRequestParser(Reader())
    try:
        parser.feed_data(piece)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    return Parsed(parser.get_method().decode(), url, headers, body) if ends == 1 else None


def learned(piece: bytes, cache: HeaderCache | None = None) -> HeaderCache:
    """Heads that were told of the request in a piece, as the parser reads it."""
    cache = cache or HeaderCache(8_192)
    read = parsed(piece)
    assert read is not None, piece
    cache.learn(piece, read.method.encode(), read.url, read.headers, len(read.body))
    return cache


def test_a_block_is_known_by_the_second_time() -> None:
    cache = HeaderCache(8_192)
    assert cache.find(LINE + BLOCK + b"\r\n") is None
    learned(LINE + BLOCK + b"\r\n", cache)
    found = cache.find(b"DELETE /a-b/~c_d/.e?o=-value,name&page=1 HTTP/1.1\r\n" + BLOCK + b"\r\n")
    assert found is not None
    assert (found.method, found.path, found.query) == ("DELETE", "/a-b/~c_d/.e", b"o=-value,name&page=1")
    assert found.head.headers == ((b"host", b"x"), (b"accept", b"*/*"))
    assert found.head.host == "x"


def test_a_body_is_taken_by_its_length_and_a_piece_may_hold_more() -> None:
    block = b"Host: x\r\nContent-Length: 4\r\n"
    one = b"POST /a/ HTTP/1.1\r\n" + block + b"\r\nbody"
    cache = learned(one)
    two = one + one[:-4] + b"more"
    first = cache.find(two)
    assert first is not None
    assert (first.body, first.end) == (b"body", len(one))
    second = cache.find(two, first.end)
    assert second is not None
    assert (second.body, second.end) == (b"more", len(two))
    assert cache.find(two, second.end) is None
    part = cache.find(two[:-1], first.end)
    assert part is not None
    assert part.end == len(two), "it is not there whole, and the cache says where it will end"


@pytest.mark.parametrize(
    "line",
    [
        b"GET /%61/ HTTP/1.1\r\n",
        b"GET /a/?x=%2526#part HTTP/1.1\r\n",
        b"GET /a/#part HTTP/1.1\r\n",
        b"GET //a/ HTTP/1.1\r\n",
        b"GET http://x/a/ HTTP/1.1\r\n",
        b"GET /a/ HTTP/1.0\r\n",
        b"GET  /a/ HTTP/1.1\r\n",
        b"GET /a/ HTTP/1.1\n",
        b"GET /a/?a?b HTTP/1.1\r\n",
        b"GET /\xc3\xa4/ HTTP/1.1\r\n",
        b"get /a/ HTTP/1.1\r\n",
        b"OPTIONS /a/ HTTP/1.1\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"CONNECT x:80 HTTP/1.1\r\n",
        b"\r\nGET /a/ HTTP/1.1\r\n",
        b"GET /a/ HTTP/1.1\r\nX: y\r\n",
    ],
)
def test_a_line_that_is_not_plain_is_for_the_parser(line: bytes) -> None:
    cache = learned(LINE + BLOCK + b"\r\n")
    assert cache.find(line + BLOCK + b"\r\n") is None


@pytest.mark.parametrize(
    "block",
    [
        b"Host: x\r\nTransfer-Encoding: chunked\r\n",
        b"Host: x\nAccept: */*\r\n",
        b"Host: x\r\nX: a\rb\r\n",
        b"Host: x\r\nContent-Length: 5\r\n",
        b"",
        b"\r\nDELETE /a/ HTTP/1.1\r\nHost: x\r\n",
        b"X: " + b"y" * MOST_BYTES + b"\r\n",
    ],
    ids=[
        "chunked",
        "a bare line feed",
        "a bare return",
        "another length",
        "none",
        "another request",
        "too long",
    ],
)
def test_a_block_that_leaves_doubts_is_not_learned(block: bytes) -> None:
    cache = HeaderCache(8_192)
    piece = LINE + block + b"\r\n"
    lines = [line.partition(b": ") for line in block.lower().partition(b"\r\n\r\n")[0].splitlines()]
    cache.learn(piece, b"GET", b"/api/credits/", [(name, value) for name, _, value in lines], 0)
    assert cache.find(piece) is None


def test_a_request_that_the_parser_has_read_otherwise_is_not_learned() -> None:
    cache = HeaderCache(8_192)
    piece = LINE + BLOCK + b"\r\n"
    for method, url in ((b"POST", b"/api/credits/"), (b"GET", b"/api/credits/?"), (b"GET", b"/api/")):
        cache.learn(piece, method, url, [], 0)
        assert cache.find(piece) is None
    cache.learn(piece[:-4], b"GET", b"/api/credits/", [], 0)
    assert cache.find(piece) is None, "the head was not there whole"
    cache.learn(piece, b"GET", b"/api/credits/", [], 0)
    assert cache.find(piece) is not None


def test_no_more_is_kept_than_so_many_blocks() -> None:
    cache = HeaderCache(8_192)
    pieces = [LINE + b"X: %d\r\n\r\n" % number for number in range(MOST_BLOCKS + 1)]
    for piece in pieces:
        learned(piece, cache)
    assert [piece for piece in pieces if cache.find(piece) is not None] == pieces[-1:]


def test_a_target_beyond_the_limit_is_for_whoever_refuses_it() -> None:
    cache = HeaderCache(100)
    learned(LINE + BLOCK + b"\r\n", cache)
    assert cache.find(b"GET /%b/ HTTP/1.1\r\n" % (b"a" * 60) + BLOCK + b"\r\n") is not None
    assert cache.find(b"GET /%b/ HTTP/1.1\r\n" % (b"a" * 100) + BLOCK + b"\r\n") is None


_PART = st.text("aZ09/_.~-,:;=&%+?#[]@ \r\n\t\xe4", max_size=12)
_NAME = st.sampled_from(["Host", "accept", "Content-Length", "X-Y", "Transfer-Encoding", "Content-Type"])
_END = st.sampled_from(["\r\n", "\r\n", "\r\n", "\n", "\r"])


@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]),
    target=_PART,
    other=_PART,
    lines=st.lists(st.tuples(_NAME, _PART, _END), max_size=4),
    body=st.sampled_from(["", "{}", "GET /"]),
)
def test_what_is_known_is_read_as_the_parser_reads_it(
    method: str, target: str, other: str, lines: list[tuple[str, str, str]], body: str
) -> None:
    """Whatever is sent: if it is learned at all, another request with the same block is read alike."""
    block = "".join(f"{name}: {value}{end}" for name, value, end in lines)

    def piece(target: str) -> bytes:
        return f"{method} /{target} HTTP/1.1\r\n{block}\r\n{body}".encode("latin-1")

    read = parsed(piece(target))
    cache = HeaderCache(8_192)
    if read is not None:
        cache.learn(piece(target), read.method.encode(), read.url, read.headers, len(read.body))
    for sent in (piece(target), piece(other)):
        found = cache.find(sent)
        if found is None:
            continue
        again = parsed(sent[: found.end])
        assert again is not None
        url = httptools.parse_url(again.url)
        assert (found.method, found.path, found.query) == (
            again.method,
            unquote(url.path.decode("ascii")),
            url.query or b"",
        )
        assert list(found.head.headers) == again.headers
        assert found.body == again.body


@pytest.fixture(scope="module")
def twin() -> Twin:
    twin = Twin()
    asyncio.run(twin.steps(Sent("GET", CREDITS, "staff")))  # its first request gives the app its plans
    return twin


def test_a_request_with_known_header_lines_is_answered_as_the_app_answers_it(twin: Twin) -> None:
    """The whole corpus, from the bytes of a request to those of the answer."""

    async def run() -> tuple[int, list[str]]:
        known, different = 0, []
        for sent in corpus():
            if any("\n" in value or "\r" in value for value in sent.headers.values()):
                continue
            wire = Wire(twin)
            wire.learn(sent)
            twin.renew()
            written = wire.ask(wire.piece(sent))
            if not written or wire.closed:
                continue  # the app has it, or it is no request
            known += 1
            twin.renew()
            steps = await twin.steps(sent)
            head, _, body = written.partition(b"\r\n\r\n")
            start, *lines = head.split(b"\r\n")
            headers = [tuple(line.split(b": ", 1)) for line in lines]
            headers = [header for header in headers if header != (b"content-length", b"0")]
            if (int(start.split()[1]), sorted(headers), body) != (steps.status, steps.headers, steps.body):
                different.append(f"{sent}: {written!r} and {steps}")
        return known, different

    known, different = asyncio.run(run())
    assert different == []
    assert known > 1_500


@pytest.mark.parametrize("missing", [1, 5])
def test_a_known_request_in_two_pieces_waits_for_its_body(twin: Twin, missing: int) -> None:
    """As most clients in Python send it: first the head, then the body."""

    async def run() -> tuple[bytes, bytes]:
        wire = Wire(twin)
        one = Sent("POST", CREDITS, "staff", {"Content-Type": "application/json"}, b'{"value": 1}')
        wire.learn(one)
        piece = wire.piece(one)
        return wire.ask(piece[:-missing]), wire.ask(piece[-missing:] + piece)

    first, then = asyncio.run(run())
    assert first == b""
    assert then.startswith(b"HTTP/1.1 400 ")
    assert then.count(b"This field is required.") == 2, "the request behind it is answered, too"


def test_a_request_without_header_lines_does_not_take_the_next_one_for_its_own(twin: Twin) -> None:
    async def run() -> bytes:
        wire = Wire(twin)
        one = Sent("GET", f"{CREDITS}{STORED}/", "staff")
        wire.learn(one)
        return wire.ask(f"GET {CREDITS} HTTP/1.1\r\n\r\n".encode() + wire.piece(one))

    assert asyncio.run(run()) == b"", "uvicorn has both, and its app answers in tasks"
