"""The straight way and the way through all steps give the same answers, and note the same in the journal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from creditkit.deviations import load_catalogue
from creditkit.mock import Engine, Head, Settings, Straight, fault_of, maker
from creditkit.mock.faults import Dice, Faults
from creditkit.mock.worlds.worlds import DEFAULT, Scene, Scenes
from creditkit.store import World, default_seed_path, load_seed, uuids
from mock.conftest import CREDITS, TODAY
from mock.corpus import STORED, Sent, corpus

ONE = Sent("GET", f"{CREDITS}{STORED}/", "staff")


@dataclass(frozen=True, slots=True)
class Seen:
    """What left, and what the journal says of it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    noted: tuple[Any, ...]


class Twin:
    """A mock as it is served, whose default world is as new before each request."""

    def __init__(self, engine: Engine = Engine.PLANS) -> None:
        self._origin = World.open(load_seed(default_seed_path()), now=TODAY)
        self.tokens = {user.username: user.token for user in self._origin.users}
        self.scenes = Scenes(Scene(DEFAULT, self._origin))
        self.app = maker(self.scenes, Settings(engine=engine))()
        self.straight_way = Straight(self.app, self.scenes)

    def renew(self) -> None:
        """Let the world be as in the beginning."""
        self.scenes.default = Scene(DEFAULT, self._origin.fork())
        uuids._random.seed(1)

    def _headers(self, sent: Sent) -> list[tuple[bytes, bytes]]:
        headers = [(b"host", b"mock.test")]
        headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.headers.items()]
        if sent.user is not None:
            headers.append((b"authorization", f"Token {self.tokens[sent.user]}".encode()))
        return headers

    async def steps(self, sent: Sent) -> Seen:
        """The way through all steps."""
        path, _, query = sent.path.partition("?")
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": sent.method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": self._headers(sent),
            "client": ("127.0.0.1", 1),
        }
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent.content, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return Seen(messages[0]["status"], sorted(messages[0]["headers"]), body, self._noted())

    def straight(self, sent: Sent) -> Seen | None:
        """The straight way."""
        path, _, query = sent.path.partition("?")
        answer = self.straight_way.answer(
            sent.method, "http://", path, query.encode(), Head(self._headers(sent)), sent.content
        )
        if answer is None:
            return None
        return Seen(answer.status, sorted(answer.headers), answer.body, self._noted())

    def _noted(self) -> tuple[Any, ...]:
        turn = self.scenes.default.journal.latest
        if turn is None:
            return ()
        assert turn.seconds > 0
        assert turn.honest is None
        kept = (turn.received, turn.received_size, turn.sent, turn.sent_size, turn.weight)
        counted = (turn.number, turn.position, turn.first, turn.last, turn.deviates, turn.operation)
        asked = (turn.method, turn.path, turn.query, sorted(turn.headers))
        made = (turn.judged, turn.user, type(turn.refusal))
        return (*kept, *counted, *asked, turn.status, sorted(turn.sent_headers), *made)


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    logging.disable(logging.CRITICAL)
    twin = Twin()
    assert twin.straight(ONE) is None  # Connexion puts an app together at its first request
    asyncio.run(twin.steps(ONE))
    yield twin
    logging.disable(logging.NOTSET)


@pytest.fixture
def fresh(twin: Twin) -> Twin:
    twin.renew()
    return twin


def test_both_ways_answer_the_whole_corpus_alike(twin: Twin) -> None:
    async def run() -> tuple[int, int, list[str]]:
        went, through, different = 0, 0, []
        for sent in corpus():
            twin.renew()
            straight = twin.straight(sent)
            if straight is None:
                assert twin.scenes.default.journal.latest is None
                through += 1
                continue
            twin.renew()
            steps = await twin.steps(sent)
            went += 1
            if straight != steps:
                different.append(f"{sent}: {straight} and {steps}")
        return went, through, different

    went, through, different = asyncio.run(run())
    assert different == []
    assert went > 2_000
    assert through < went / 10


@pytest.mark.parametrize(
    "sent",
    [
        Sent("GET", ONE.path, "staff", {"Origin": "http://page.test"}),
        Sent("GET", ONE.path, "staff", {"X-Mock-World": "mine"}),
        Sent("GET", ONE.path, "staff", {"Cookie": "mock-world=mine"}),
        Sent("GET", ONE.path, "staff", {"Prefer": "code=404"}),
        Sent("GET", ONE.path, "staff", {"X-Forwarded-Proto": "https"}),
        Sent("GET", ONE.path, "staff", {"X-Forwarded-For": "10.0.0.1"}),
        Sent("GET", ONE.path, None, {"Authorization": "Token mine:c0ffee"}),
        Sent("GET", f"{ONE.path}?__code=404", "staff"),
        Sent("GET", "/_mock/state", "staff"),
        Sent("GET", "/docs/", "staff"),
        Sent("GET", CREDITS[:-1], "staff"),
        Sent("OPTIONS", CREDITS, "staff"),
        Sent("TRACE", CREDITS, "staff"),
        Sent("POST", CREDITS, "staff", {"Content-Type": "application/x-www-form-urlencoded"}, b"value=1"),
        Sent("POST", CREDITS, "staff", {"Content-Type": "multipart/form-data; boundary=x"}, b"--x--"),
    ],
    ids=lambda sent: f"{sent.method} {sent.path} {' '.join(sent.headers)}",
)
def test_what_concerns_a_step_goes_through_all_of_them(fresh: Twin, sent: Sent) -> None:
    assert fresh.straight(sent) is None
    assert fresh.scenes.default.world.requests == 0


def test_a_world_with_deviations_or_faults_is_not_for_the_straight_way(fresh: Twin) -> None:
    scene = fresh.scenes.default
    assert fresh.straight(ONE) is not None
    shown = next(each for each in load_catalogue() if each.shown is not None)
    scene.show((shown,))
    assert fresh.straight(ONE) is None
    scene.show(())
    assert fresh.straight(ONE) is not None
    scene.dice = Dice(Faults().add(fault_of("status=503,rate=0.5")))
    assert fresh.straight(ONE) is None


def test_without_a_journal_nothing_is_noted(fresh: Twin) -> None:
    fresh.scenes.default = Scene(DEFAULT, fresh.scenes.default.world, entries=0)
    answer = fresh.straight(ONE)
    assert answer is not None
    assert (answer.status, answer.noted) == (200, ())
    assert fresh.scenes.default.world.requests == 1


def test_the_stock_engine_has_no_straight_way() -> None:
    stock = Twin(Engine.STOCK)
    assert asyncio.run(stock.steps(ONE)).status == 200
    assert stock.straight(ONE) is None
