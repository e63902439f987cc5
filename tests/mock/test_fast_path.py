"""The fast path and the way through all steps give the same answers, and log the same."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from creditkit.deviations import load_catalogue
from creditkit.mock import Engine, fault_of
from creditkit.mock.faults import Dice, Faults
from creditkit.mock.worlds.client_worlds import DEFAULT, ClientWorld
from mock.conftest import CREDITS
from mock.corpus import STORED, Sent, corpus
from mock.twin import Twin

ONE = Sent("GET", f"{CREDITS}{STORED}/", "staff")


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    logging.disable(logging.CRITICAL)
    twin = Twin()
    assert twin.fast(ONE) is None  # Connexion puts an app together at its first request
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
            fast = twin.fast(sent)
            if fast is None:
                assert twin.client_worlds.default.request_log.latest is None
                through += 1
                continue
            twin.renew()
            steps = await twin.steps(sent)
            went += 1
            if fast != steps:
                different.append(f"{sent}: {fast} and {steps}")
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
    assert fresh.fast(sent) is None
    assert fresh.client_worlds.default.world.requests == 0


def test_a_world_with_deviations_or_faults_is_not_for_the_straight_way(fresh: Twin) -> None:
    client_world = fresh.client_worlds.default
    assert fresh.fast(ONE) is not None
    shown = next(each for each in load_catalogue() if each.shown is not None)
    client_world.show((shown,))
    assert fresh.fast(ONE) is None
    client_world.show(())
    assert fresh.fast(ONE) is not None
    client_world.dice = Dice(Faults().add(fault_of("status=503,rate=0.5")))
    assert fresh.fast(ONE) is None


def test_without_a_journal_nothing_is_noted(fresh: Twin) -> None:
    fresh.client_worlds.default = ClientWorld(DEFAULT, fresh.client_worlds.default.world, entries=0)
    answer = fresh.fast(ONE)
    assert answer is not None
    assert (answer.status, answer.noted) == (200, ())
    assert fresh.client_worlds.default.world.requests == 1


def test_the_stock_engine_has_no_straight_way() -> None:
    stock = Twin(Engine.STOCK)
    assert asyncio.run(stock.steps(ONE)).status == 200
    assert stock.fast(ONE) is None
