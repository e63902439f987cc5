"""Heads that are known: what is read with them is what the parser reads, and nothing doubtful is known."""

from __future__ import annotations

import asyncio
import re
from typing import Any, NamedTuple
from urllib.parse import unquote

import httptools
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.server import ServerState

from creditkit.mock import Head, Limits
from creditkit.mock.http.heads import MOST_BYTES, MOST_HEADS, Heads
from creditkit.mock.http.wire import StraightProtocol, protocol
from mock.conftest import CREDITS
from mock.corpus import STORED, Sent, corpus
from mock.test_straight import ONE, Twin

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


def learned(piece: bytes, heads: Heads | None = None) -> Heads:
    """Heads that were told of the request in a piece, as the parser reads it."""
    heads = heads or Heads(8_192)
    read = parsed(piece)
    assert read is not None, piece
    heads.learn(piece, read.method, read.url, Head(read.headers), len(read.body))
    return heads


def test_a_block_is_known_by_the_second_time() -> None:
    heads = Heads(8_192)
    assert heads.find(LINE + BLOCK + b"\r\n") is None
    learned(LINE + BLOCK + b"\r\n", heads)
    found = heads.find(b"DELETE /a-b/~c_d/.e?o=-value,name&page=1 HTTP/1.1\r\n" + BLOCK + b"\r\n")
    assert found is not None
    assert (found.method, found.path, found.query) == ("DELETE", "/a-b/~c_d/.e", b"o=-value,name&page=1")
    assert found.head.headers == ((b"host", b"x"), (b"accept", b"*/*"))
    assert found.head.host == "x"


def test_a_body_is_taken_by_its_length_and_a_piece_may_hold_more() -> None:
    block = b"Host: x\r\nContent-Length: 4\r\n"
    one = b"POST /a/ HTTP/1.1\r\n" + block + b"\r\nbody"
    heads = learned(one)
    two = one + one[:-4] + b"more"
    first = heads.find(two)
    assert first is not None
    assert (two[first.start : first.end], first.end) == (b"body", len(one))
    second = heads.find(two, first.end)
    assert second is not None
    assert (two[second.start : second.end], second.end) == (b"more", len(two))
    assert heads.find(two, second.end) is None
    assert heads.find(two[:-1], first.end) is None, "it is not there whole"


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
    heads = learned(LINE + BLOCK + b"\r\n")
    assert heads.find(line + BLOCK + b"\r\n") is None


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
    heads = Heads(8_192)
    piece = LINE + block + b"\r\n"
    lines = [line.partition(b": ") for line in block.lower().partition(b"\r\n\r\n")[0].splitlines()]
    heads.learn(piece, "GET", b"/api/credits/", Head([(name, value) for name, _, value in lines]), 0)
    assert heads.find(piece) is None


def test_a_request_that_the_parser_has_read_otherwise_is_not_learned() -> None:
    heads = Heads(8_192)
    piece = LINE + BLOCK + b"\r\n"
    for method, url in (("POST", b"/api/credits/"), ("GET", b"/api/credits/?"), ("GET", b"/api/")):
        heads.learn(piece, method, url, Head([]), 0)
        assert heads.find(piece) is None
    heads.learn(piece[:-4], "GET", b"/api/credits/", Head([]), 0)
    assert heads.find(piece) is None, "the head was not there whole"
    heads.learn(piece, "GET", b"/api/credits/", Head([]), 0)
    assert heads.find(piece) is not None


def test_no_more_is_kept_than_so_many_blocks() -> None:
    heads = Heads(8_192)
    pieces = [LINE + b"X: %d\r\n\r\n" % number for number in range(MOST_HEADS + 1)]
    for piece in pieces:
        learned(piece, heads)
    assert [piece for piece in pieces if heads.find(piece) is not None] == pieces[-1:]


def test_a_target_beyond_the_limit_is_for_whoever_refuses_it() -> None:
    heads = Heads(100)
    learned(LINE + BLOCK + b"\r\n", heads)
    assert heads.find(b"GET /%b/ HTTP/1.1\r\n" % (b"a" * 60) + BLOCK + b"\r\n") is not None
    assert heads.find(b"GET /%b/ HTTP/1.1\r\n" % (b"a" * 100) + BLOCK + b"\r\n") is None


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
    heads = Heads(8_192)
    if read is not None:
        heads.learn(piece(target), read.method, read.url, Head(read.headers), len(read.body))
    for sent in (piece(target), piece(other)):
        found = heads.find(sent)
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
        assert sent[found.start : found.end] == again.body


class Wire:
    """One connection to a mock, without a socket."""

    def __init__(self, twin: Twin) -> None:
        config = uvicorn.Config(
            twin.app, http=protocol(Limits(), twin.straight_way), lifespan="off", log_config=None
        )
        config.load()
        made: Any = config.http_protocol_class
        self.protocol: StraightProtocol = made(config, ServerState(), {})
        self.written = b""
        self.closed = False
        self.protocol.connection_made(self)

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, _name: str, default: object = None) -> object:
        return default

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...

    def ask(self, piece: bytes) -> bytes:
        """What leaves when a piece has come, before the loop turns."""
        self.written = b""
        self.protocol.data_received(piece)
        self.protocol.outbox.let_go()
        return self.written


@pytest.fixture(scope="module")
def twin() -> Twin:
    twin = Twin()
    asyncio.run(twin.steps(ONE))
    return twin


def _piece(twin: Twin, sent: Sent) -> bytes:
    lines = [f"{sent.method} {sent.path} HTTP/1.1", "Host: mock.test"]
    lines += [f"{name}: {value}" for name, value in sent.headers.items()]
    if sent.user is not None:
        lines.append(f"Authorization: Token {twin.tokens[sent.user]}")
    if sent.content:
        lines.append(f"Content-Length: {len(sent.content)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + sent.content


def test_the_whole_corpus_is_answered_alike_with_heads_that_are_known(twin: Twin) -> None:
    async def run() -> tuple[int, list[str]]:
        wire = Wire(twin)
        known, different = 0, []
        for sent in corpus():
            if any("\n" in value or "\r" in value for value in sent.headers.values()):
                continue
            piece = _piece(twin, sent)
            twin.renew()
            first = wire.ask(piece)
            if not first or wire.closed:
                wire = Wire(twin)  # the app has it, in a task of its own; or it is no request
                continue
            known += wire.protocol.heads.find(piece) is not None
            twin.renew()
            if (second := wire.ask(piece)) != first:
                different.append(f"{sent}: {first!r} and {second!r}")
        return known, different

    known, different = asyncio.run(run())
    assert different == []
    assert known > 1_500


def test_a_request_without_header_lines_does_not_take_the_next_one_for_its_own(twin: Twin) -> None:
    async def run() -> list[list[bytes]]:
        wire = Wire(twin)
        bare = f"GET {CREDITS} HTTP/1.1\r\n\r\n".encode()
        both = bare + _piece(twin, Sent("GET", f"{CREDITS}{STORED}/", "staff"))
        return [re.findall(rb"HTTP/1.1 (\d+)", wire.ask(both)) for _ in range(3)]

    assert asyncio.run(run()) == [[b"401", b"200"]] * 3


def test_requests_with_known_heads_and_others_are_answered_in_their_order(twin: Twin) -> None:
    async def run() -> list[bytes]:
        wire = Wire(twin)
        one = _piece(twin, Sent("GET", f"{CREDITS}{STORED}/", "staff"))
        refused = _piece(twin, Sent("POST", CREDITS, "staff", {"Content-Type": "application/json"}, b"[]"))
        escaped = one.replace(b"/api/", b"/%61pi/", 1)
        for piece in (one, refused):
            wire.ask(piece)
        answers = wire.ask(one + refused + escaped + one + one[:20])
        answers += wire.ask(one[20:])
        return re.findall(rb"HTTP/1.1 (\d+)", answers)

    assert asyncio.run(run()) == [b"200", b"400", b"200", b"200", b"200"]
