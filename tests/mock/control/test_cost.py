"""What it costs to fork, reset, restore and rewind at 10,000 credits: processor time, through the app."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from creditkit.mock.worlds.client_worlds import DEFAULT, ClientWorld
from creditkit.store import World, read_seed
from mock.conftest import CREDITS, TODAY
from mock.control.conftest import Controlled

MANY = 10_000
TOKEN = "a" * 40


@pytest.fixture(scope="module")
def large() -> Iterator[World]:
    """A world with 10,000 credits."""
    customers = "".join(f"  - {{key: c{number}, name: Customer {number}}}\n" for number in range(MANY))
    credits_ = "".join(f'  - {{customer: c{number}, value: "{number}"}}\n' for number in range(MANY))
    users = f"users:\n  - {{username: staff, token: {TOKEN}, staff: true}}\n"
    world = World.open(read_seed(f"{users}customers:\n{customers}credits:\n{credits_}", "large"), now=TODAY)
    yield world
    world.close()


Request = tuple[str, str, Any]


def p95(mocked: Controlled, requests: list[Request], goes: int = 3) -> float:
    """The processor time that all but one of twenty requests stay within, client and all, in milliseconds.

    The best of some goes: what another process does to the caches is not what is measured.
    """
    each = [_taken(mocked, requests) for _ in range(goes)]
    return min(taken[int(len(taken) * 0.95)] for taken in each)


def _taken(mocked: Controlled, requests: list[Request]) -> list[float]:
    taken: list[float] = []

    async def send() -> None:
        async with httpx.AsyncClient(transport=mocked._transport, base_url="http://127.0.0.1") as http:
            for method, path, body in requests:
                began = time.process_time()
                answer = await http.request(method, path, json=body)
                taken.append((time.process_time() - began) * 1000)
                assert answer.is_success, answer.text

    asyncio.run(send())
    return sorted(taken)


def test_worlds_of_any_size_are_forked_reset_and_brought_back_in_milliseconds(
    stage_with_control: Controlled, large: World
) -> None:
    mocked = stage_with_control
    mocked.begin(large)
    mocked.client_worlds.default = ClientWorld(DEFAULT, large)
    world = "/_mock/{}?world=w".format
    api = f"{CREDITS}?page_size=1"
    auth = {"Authorization": f"Token {TOKEN}", "X-Mock-World": "w"}
    assert mocked("GET", api, as_=None, headers=auth).headers["x-result-count"] == str(MANY)
    p95(mocked, [("POST", world("reset"), None)])  # the control app is made by then
    taken = {
        "fork": p95(mocked, [("PUT", f"/_mock/worlds/f{number}", None) for number in range(40)]),
        "reset": p95(mocked, [("POST", world("reset"), None)] * 40),
        "snapshot": p95(mocked, [("PUT", world("snapshots/s"), None)] * 20),
        "restore": p95(mocked, [("POST", world("snapshots/s/restore"), None)] * 20),
    }
    latest = mocked.client_worlds.named("w").request_log.number
    back = [("POST", world("rewind"), {"entry": latest - number}) for number in range(20)]
    taken["rewind"] = p95(mocked, back, goes=1)
    # A machine that is busy takes longer for everything, also for a question that does no work at all.
    question = p95(mocked, [("GET", world("clock"), None)] * 40, goes=1)
    assert taken["fork"] <= max(5, 3 * question), (taken, question)
    assert max(taken.values()) <= max(10, 4 * question), (taken, question)
