"""Every world of the gallery is served by the contract: every operation and user, now and two months later.

The mock checks every answer before it leaves (`answers.py`); one that breaks the contract is logged, becomes
a 500, and fails here.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import pytest

from creditkit.contract import API, SUPPORTING, Operation, load
from creditkit.mock.banner import banner
from creditkit.store import World, gallery, load_seed
from mock.conftest import CREDITS, Stage

SOME = 3
"""Of how many objects of a list each is looked at."""

NOBODYS = "0" * 40
ABSENT = "0" * 32
CUSTOMERS, OFFERINGS = "/api/customers/", "/api/marketplace-provider-offerings/"

OPERATIONS = {**load(API).operations, **load(SUPPORTING).operations}

Met = set[tuple[str, int]]
"""Which operations were answered with which status."""


class Visitor:
    """A user who asks, and notes what was answered."""

    def __init__(self, http: httpx.AsyncClient, token: str, met: Met) -> None:
        self._http = http
        self._token = token
        self._met = met

    async def __call__(self, operation: str, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {"Authorization": f"Token {self._token}"} | sent.pop("headers", {})
        answer = await self._http.request(method, path, headers=headers, **sent)
        self._met.add((operation, int(answer.status_code)))
        return answer


async def look(ask: Visitor) -> None:
    """What can be read: the first pages, in several orders, and some of what is on them."""
    page, seen = CREDITS, 0
    for _ in range(SOME):
        answer = await ask("customer_credits_list", "GET", page)
        if answer.status_code != 200:
            return
        seen += len(answer.json())
        following = answer.links.get("next")
        if following is None:
            assert seen == int(answer.headers["X-Result-Count"])
            break
        page = following["url"]
    await ask("customer_credits_count", "HEAD", CREDITS)
    await ask("customer_credits_list", "GET", CREDITS, params={"o": "-end_date,customer_name"})
    answer = await ask("customer_credits_list", "GET", CREDITS, params={"o": "value", "page_size": 100})
    for credit in answer.json()[-SOME:]:
        path = f"{CREDITS}{credit['uuid']}/"
        assert (await ask("customer_credits_retrieve", "GET", path)).json() == credit
        await ask("customer_credits_consumptions_list", "GET", f"{path}consumptions/")
        part = {"customer_name": credit["customer_name"], "page_size": 100}
        found = await ask("customer_credits_list", "GET", CREDITS, params=part)
        assert credit["uuid"] in [one["uuid"] for one in found.json()]
    for collection, operation in ((CUSTOMERS, "customers"), (OFFERINGS, "marketplace_provider_offerings")):
        listed = await ask(f"{operation}_list", "GET", collection)
        for one in listed.json()[:1]:
            await ask(f"{operation}_retrieve", "GET", one["url"])


async def work(ask: Visitor) -> None:
    """What can be written, also where it is refused."""
    listed = await ask("customers_list", "GET", CUSTOMERS)
    if listed.status_code != 200:
        return
    for customer in listed.json()[:SOME]:
        sent = {"customer": customer["url"], "value": "10.5"}
        await ask("customer_credits_create", "POST", CREDITS, json=sent)
    credits_ = (await ask("customer_credits_list", "GET", CREDITS)).json()
    for uuid in [credit["uuid"] for credit in credits_][:SOME] or [ABSENT]:
        path = f"{CREDITS}{uuid}/"
        shown = await ask("customer_credits_retrieve", "GET", path)
        await ask("customer_credits_apply_compensations", "POST", f"{path}apply_compensations/")
        await ask("customer_credits_clear_compensations", "POST", f"{path}clear_compensations/")
        await ask("customer_credits_partial_update", "PATCH", path, json={"grace_coefficient": 5})
        again = {"customer": shown.json().get("customer", ""), "apply_as_minimal_consumption": False}
        await ask("customer_credits_update", "PUT", path, json=again)
    await ask("customer_credits_destroy", "DELETE", path)
    await ask("customer_credits_destroy", "DELETE", path)


async def stumble(staff: Visitor, ask: Visitor, unknown: Visitor) -> None:
    """Every refusal that is documented, whatever the operation; `staff` knows what is there to ask for."""
    for name, operation in OPERATIONS.items():
        there = (await staff("customer_credits_list", "GET", CREDITS)).json()[0]["uuid"]
        bodies: list[dict[str, Any]] = [{"json": {"value": "x"}}, {"content": b"x"}]
        for uuid in (there, ABSENT):
            path = operation.path.format(uuid=uuid)
            for sent in bodies if operation.bodies else [{}]:
                await ask(name, operation.method, path, **sent)
            await ask(name, operation.method, path, params={"format": "xml"})
        await ask(name, operation.method, path, params={"o": "x", "customer_uuid": "x", "name": "\0"})
        await ask(name, operation.method, path, params={"page": "0"})
        await ask(name, operation.method, path, headers={"Accept": "text/csv"})
        await unknown(name, operation.method, path)


async def visit(stage: Stage, world: World) -> Met:
    """The world as each of its users finds it, and what the first can do in it two months later."""
    met: Met = set()
    stage.world = world
    transport = httpx.ASGITransport(stage.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://mock.test") as http:
        for user in world.users:
            await look(Visitor(http, user.token, met))
        world.clock.advance(months=2)
        first = Visitor(http, world.users[0].token, met)
        await look(first)
        await work(first)
        await look(first)
    return met


def documented(operation: Operation) -> set[int]:
    return set(operation.responses)


@pytest.mark.parametrize("name", [exhibit.name for exhibit in gallery()])
def test_a_world_keeps_the_contract(stage: Stage, name: str, caplog: pytest.LogCaptureFixture) -> None:
    (exhibit,) = (exhibit for exhibit in gallery() if exhibit.name == name)
    with World.open(load_seed(exhibit.path)) as world, caplog.at_level(logging.ERROR, "creditkit.mock"):
        met = asyncio.run(visit(stage, world))
    assert [record.getMessage() for record in caplog.records] == []
    assert [(one, status) for one, status in met if status not in documented(OPERATIONS[one])] == []


def test_the_default_world_gives_every_documented_answer_and_no_other(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async def stroll(world: World) -> Met:
        met = await visit(stage, world.fork())
        stage.world = world
        transport = httpx.ASGITransport(stage.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock.test") as http:
            tokens = [user.token for user in world.users[:2]]
            staff, support, unknown = (Visitor(http, token, met) for token in (*tokens, NOBODYS))
            await stumble(staff, support, unknown)
            await stumble(staff, staff, unknown)
        return met

    with World.open(load_seed(gallery()[0].path)) as world, caplog.at_level(logging.ERROR, "creditkit.mock"):
        met = asyncio.run(stroll(world))
    assert [record.getMessage() for record in caplog.records] == []
    assert met == {(name, status) for name, one in OPERATIONS.items() for status in documented(one)}


@pytest.mark.parametrize("name", [exhibit.name for exhibit in gallery()])
def test_the_first_lines_of_the_mock_fit_a_world(name: str) -> None:
    (exhibit,) = (exhibit for exhibit in gallery() if exhibit.name == name)
    with World.open(load_seed(exhibit.path)) as world:
        lines = banner(world, "http://mock.test", "in memory").splitlines()
        for user in world.users:
            assert any(user.username in line and user.token in line for line in lines)
