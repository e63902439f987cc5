"""The outbox: what leaves is what a plain transport would have sent, and leaves together where that pays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.mock.http.outbox import ALONE, ANSWERS, BYTES, HeldTransport, Outbox


class Plain(asyncio.Transport):
    """A transport that notes what is done with it."""

    def __init__(self, name: str, log: list[tuple[str, object]]) -> None:
        super().__init__()
        self.name = name
        self.log = log
        self.closing = False

    def write(self, data: Any) -> None:
        assert not self.closing
        self.log.append((self.name, bytes(data)))

    def close(self) -> None:
        self.closing = True
        self.log.append((self.name, "close"))

    def abort(self) -> None:
        self.closing = True
        self.log.append((self.name, "abort"))

    def is_closing(self) -> bool:
        return self.closing

    def pause_reading(self) -> None:
        self.log.append((self.name, "pause"))

    def resume_reading(self) -> None:
        self.log.append((self.name, "resume"))

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 1)}.get(name, default)


class Post:
    """Connections that share an outbox, and what has been done with the transports behind them."""

    def __init__(self) -> None:
        self.log: list[tuple[str, object]] = []
        self._outbox = Outbox()

    def connection(self, name: str) -> HeldTransport:
        return HeldTransport(Plain(name, self.log), self._outbox)

    def written(self) -> list[tuple[str, object]]:
        """What has been done since the last time."""
        log = self.log[:]
        self.log.clear()
        return log


def in_loop(check: Callable[[Post], Any]) -> None:
    async def run() -> None:
        await check(Post())

    asyncio.run(run())


async def turn() -> None:
    """Let the loop do what it was told to do soon."""
    await asyncio.sleep(0)


def test_what_is_written_in_one_turn_of_the_loop_leaves_after_it_in_its_order() -> None:
    async def check(post: Post) -> None:
        a, b = post.connection("a"), post.connection("b")
        a.write(b"1")
        b.write(b"2")
        for _ in range(ANSWERS):
            a.write(b"3")
        assert post.written() == []
        await turn()
        assert post.written() == [("a", b"1" + b"3" * ANSWERS), ("b", b"2")]
        await turn()
        assert post.written() == []

    in_loop(check)


def test_what_left_alone_is_not_waited_for_again_so_soon() -> None:
    async def check(post: Post) -> None:
        a, b = post.connection("a"), post.connection("b")
        a.write(b"held")
        assert post.written() == []
        await turn()
        assert post.written() == [("a", b"held")]
        for number in range(ALONE):
            a.write(b"%d" % number)
            assert post.written() == [("a", b"%d" % number)]
        a.write(b"held")
        b.write(b"too")
        assert post.written() == []
        await turn()
        assert post.written() == [("a", b"held"), ("b", b"too")]
        a.write(b"again")  # they were two: it pays to wait
        assert post.written() == []

    in_loop(check)


def test_so_many_connections_wait_for_each_other_and_no_more() -> None:
    async def check(post: Post) -> None:
        many = [post.connection(str(number)) for number in range(ANSWERS + 2)]
        for each in many[:-2]:
            each.write(b"x")
        assert post.written() == []
        many[-2].write(b"x")
        assert post.written() == [(str(number), b"x") for number in range(ANSWERS)]
        many[-1].write(b"x")
        assert post.written() == []
        await turn()
        assert post.written() == [(str(ANSWERS), b"x"), (str(ANSWERS + 1), b"x")]

    in_loop(check)


def test_what_is_large_does_not_wait() -> None:
    async def check(post: Post) -> None:
        a = post.connection("a")
        a.write(b"x" * (BYTES - 1))
        assert post.written() == []
        a.write(b"y")
        assert post.written() == [("a", b"x" * (BYTES - 1) + b"y")]
        a.write(b"z")  # and counts anew
        assert post.written() == []
        await turn()
        assert post.written() == [("a", b"z")]

    in_loop(check)


@pytest.mark.parametrize("end", ["close", "abort"])
def test_a_connection_that_ends_has_sent_what_was_held(end: str) -> None:
    async def check(post: Post) -> None:
        a = post.connection("a")
        a.write(b"last")
        getattr(a, end)()
        assert post.written() == [("a", b"last"), ("a", end)]
        assert a.is_closing()
        await turn()
        assert post.written() == []

    in_loop(check)


def test_to_a_client_that_has_gone_nothing_is_written() -> None:
    async def check(post: Post) -> None:
        a, b = post.connection("a"), post.connection("b")
        a.write(b"lost")
        b.write(b"kept")
        a._transport.close()  # as the loop does, of its own accord
        post.written()
        await turn()
        assert post.written() == [("b", b"kept")]

    in_loop(check)


def test_all_else_is_up_to_the_transport() -> None:
    async def check(post: Post) -> None:
        a = post.connection("a")
        a.pause_reading()
        a.resume_reading()
        assert post.written() == [("a", "pause"), ("a", "resume")]
        assert not a.is_closing()
        assert a.get_extra_info("peername") == ("127.0.0.1", 1)
        assert a.get_extra_info("sslcontext") is None
        assert a.get_extra_info("socket", 5) == 5

    in_loop(check)


_ACTS = st.one_of(
    st.tuples(st.integers(0, 40), st.sampled_from([1, 10, BYTES // 2, BYTES])),
    st.tuples(st.integers(0, 40), st.just("close")),
    st.just("turn"),
)


@given(st.lists(_ACTS, max_size=150))
def test_each_connection_sends_what_a_plain_one_would(acts: list[Any]) -> None:
    async def check(post: Post) -> None:
        plain: dict[str, bytes] = {}
        held = {str(number): post.connection(str(number)) for number in range(41)}
        for position, act in enumerate(acts):
            if act == "turn":
                await turn()
                continue
            name, what = str(act[0]), act[1]
            if held[name].is_closing():
                continue
            if what == "close":
                held[name].close()
            else:
                piece = (b"%d," % position) * what
                held[name].write(piece)
                plain[name] = plain.get(name, b"") + piece
        await turn()
        await turn()
        sent: dict[str, bytes] = {}
        for name, piece in post.written():
            if isinstance(piece, bytes):
                sent[name] = sent.get(name, b"") + piece
        assert sent == plain

    in_loop(check)
