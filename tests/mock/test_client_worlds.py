"""A world for each client: selected by header, cookie or token, isolated, bounded, ending by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import httpx
import pytest

from creditkit.deviations import chosen
from creditkit.errors import Malformed, NoRoom
from creditkit.mock import create_app
from creditkit.mock.worlds.client_worlds import DEFAULT, ClientWorld, ClientWorlds
from creditkit.mock.worlds.world_selection import Select
from creditkit.settings import Bounds
from creditkit.store import World
from mock.conftest import CREDITS, Api

ALL = 14
"""How many credits the default world has."""

Serve = Callable[..., AbstractContextManager[Any]]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Clients(Api):
    """A mock with scenes; every call may name a world, by a way of its own."""

    def __init__(self, world: World, bounds: Bounds | None = None) -> None:
        self.clock = Clock()
        self.client_worlds = ClientWorlds(ClientWorld(DEFAULT, world), bounds, self.clock)
        app = create_app(
            self.client_worlds.world,
            self.client_worlds.shown,
            around=[partial(Select, client_worlds=self.client_worlds)],
            begin=self.client_worlds.begin,
            observe=self.client_worlds.observe,
        )
        super().__init__(app, world)

    def by(self, way: str, name: str, token: str = "") -> dict[str, str]:
        """The headers that select a world in one of the three ways."""
        token = token or self.users["staff"].token
        return {
            "header": {"X-Mock-World": name},
            "cookie": {"Cookie": f"theme=dark; mock-world={name}; x=y"},
            "token": {"Authorization": f"Token {name}:{token}"},
        }[way]

    def count(self, **headers: str) -> int:
        """How many credits the world has that these headers select."""
        answer = self("HEAD", CREDITS, headers=headers)
        assert answer.status_code == 200
        return int(answer.headers["x-result-count"])


@pytest.fixture
def clients(world: World) -> Clients:
    return Clients(world)


WAYS = ["header", "cookie", "token"]


@pytest.mark.parametrize("way", WAYS)
def test_a_world_that_is_named_is_a_fork_that_neither_feels_the_other(clients: Clients, way: str) -> None:
    before = clients.count()
    body = {"customer": clients.free_customer(), "value": "7"}
    made = clients("POST", CREDITS, headers=clients.by(way, "tab-1"), json=body)
    assert made.status_code == 201
    assert clients.count(**clients.by(way, "tab-1")) == before + 1
    assert clients.count(**clients.by(way, "tab-2")) == before
    assert clients.count() == before
    # What the default world does afterwards is not seen by a world that is there already.
    assert clients("DELETE", clients.first_credit()).status_code == 204
    assert clients.count(**clients.by(way, "tab-1")) == before + 1
    assert clients.count(**clients.by(way, "tab-3")) == before - 1


def test_the_three_ways_lead_to_the_same_world(clients: Clients) -> None:
    clients("DELETE", clients.first_credit(), headers=clients.by("header", "w"))
    counts = {way: clients.count(**clients.by(way, "w")) for way in WAYS}
    assert counts == dict.fromkeys(WAYS, clients.count() - 1)


def test_header_goes_before_cookie_and_cookie_before_token(clients: Clients) -> None:
    everything = {**clients.by("token", "t"), **clients.by("cookie", "c"), **clients.by("header", "h")}
    clients.count(**everything)
    assert [client_world.name for client_world in clients.client_worlds.all()] == [DEFAULT, "h"]
    clients.count(**clients.by("token", "t"), **clients.by("cookie", "c"))
    assert [client_world.name for client_world in clients.client_worlds.all()] == [DEFAULT, "h", "c"]


def test_the_prefix_is_no_part_of_the_token(clients: Clients) -> None:
    for user, status in (("staff", 201), ("owner", 403)):
        headers = clients.by("token", user, clients.users[user].token)
        body = {"customer": clients.free_customer()}
        assert clients("POST", CREDITS, headers=headers, json=body).status_code == status
    refused = clients("GET", CREDITS, headers={"Authorization": "Token w:nobody"})
    assert (refused.status_code, refused.json()) == (401, {"detail": "Invalid token."})
    # The prefix goes also where a header says which world it is.
    both = {**clients.by("token", "w"), "X-Mock-World": "v"}
    assert clients("GET", CREDITS, headers=both).status_code == 200


def test_the_default_world_can_be_named(clients: Clients) -> None:
    clients("DELETE", clients.first_credit(), headers={"X-Mock-World": DEFAULT})
    assert clients.count() == clients.count(**{"X-Mock-World": DEFAULT}) == clients.count() == ALL - 1
    assert len(clients.client_worlds) == 0


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", "a/b", "ä", "x" * 65, "a;b", '"'])
def test_what_cannot_be_a_name_is_refused_in_a_sentence(clients: Clients, name: str) -> None:
    headers = {"X-Mock-World": name.encode("latin-1")}
    refused = clients("GET", CREDITS, headers=headers)
    assert refused.status_code == 400
    assert "cannot name a world: use 1 to 64 letters" in refused.json()["detail"]
    problem = clients("GET", CREDITS, headers={**headers, "Accept": "application/problem+json"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 400
    assert len(clients.client_worlds) == 0


def test_there_are_no_more_worlds_than_there_may_be(world: World) -> None:
    clients = Clients(world, Bounds(worlds=2, idle=60))
    for name in ("a", "b"):
        clients.count(**{"X-Mock-World": name})
    refused = clients("GET", CREDITS, headers={"X-Mock-World": "c"})
    assert refused.status_code == 507
    assert "There are 2 worlds already" in refused.json()["detail"]
    assert clients.count() == ALL
    clients.clock.seconds = 61
    clients.count(**{"X-Mock-World": "c"})
    assert [client_world.name for client_world in clients.client_worlds.all()] == [DEFAULT, "c"]


def test_a_world_ends_when_it_is_idle_and_begins_anew_when_it_is_named(world: World) -> None:
    clients = Clients(world, Bounds(idle=60))
    named = {"X-Mock-World": "w"}
    clients("DELETE", clients.first_credit(), headers=named)
    clients.clock.seconds = 60
    assert clients.count(**named) == ALL - 1
    clients.clock.seconds = 120
    assert clients.count(**named) == ALL - 1
    clients.clock.seconds = 181
    assert clients.count(**named) == ALL


def test_a_world_that_has_grown_too_much_takes_no_more_writes(world: World) -> None:
    clients = Clients(world, Bounds(growth=1))
    named = {"X-Mock-World": "w"}
    body = {"customer": clients.free_customer()}
    assert clients("POST", CREDITS, headers=named, json=body).status_code == 201
    refused = clients("DELETE", clients.first_credit(), headers=named)
    assert refused.status_code == 507
    assert "'w' has grown by" in refused.json()["detail"]
    assert clients.count(**named) == ALL + 1
    assert clients("DELETE", clients.first_credit()).status_code == 204


def test_what_a_registry_refuses(world: World) -> None:
    client_worlds = ClientWorlds(ClientWorld(DEFAULT, world), Bounds(worlds=1))
    client_worlds.named("a")
    with pytest.raises(NoRoom):
        client_worlds.named("b")
    with pytest.raises(Malformed):
        client_worlds.add(DEFAULT, client_worlds.default)
    assert client_worlds.drop("a") is True
    assert client_worlds.drop("a") is False
    assert client_worlds.drop(DEFAULT) is False
    assert client_worlds.named("b").name == "b"


def test_what_deviations_remember_belongs_to_a_world(world: World) -> None:
    clients = Clients(world)
    clients.client_worlds.default.show(chosen(["actions-crash"]))
    client_world = clients.client_worlds.named("w")
    assert client_world.shown == clients.client_worlds.default.shown
    assert client_world.shown is not clients.client_worlds.default.shown
    client_world.show(())
    path = f"{clients.first_credit()}apply_compensations/"
    assert clients("POST", path).status_code == 500
    assert clients("POST", path, headers={"X-Mock-World": "w"}).status_code == 200


def test_a_page_on_another_origin_may_name_a_world(clients: Clients) -> None:
    asked = {
        "Origin": "http://localhost:5173",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,x-mock-world",
    }
    preflight = clients("OPTIONS", CREDITS, as_=None, headers=asked)
    assert preflight.status_code == 200
    allowed = preflight.headers["access-control-allow-headers"]
    assert {"authorization", "x-mock-world"} <= {name.strip() for name in allowed.split(",")}
    refused = clients("GET", CREDITS, headers={"Origin": asked["Origin"], "X-Mock-World": "a b"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (400, "*")


async def _session(client: httpx.AsyncClient, number: int, headers: dict[str, str]) -> list[int]:
    """One client's work: it counts after each of its own writes."""
    credits_ = (await client.get(f"{CREDITS}?page_size=300", headers=headers)).json()
    seen = [len(credits_)]
    for credit in credits_[: number % 10 + 1]:
        answer = await client.delete(f"{CREDITS}{credit['uuid']}/", headers=headers)
        assert answer.status_code == 204
        seen.append(int((await client.head(CREDITS, headers=headers)).headers["x-result-count"]))
    return seen


def test_sixteen_parallel_clients_never_see_each_other(serve: Serve) -> None:
    def work(url: str, token: str, number: int) -> list[int]:
        name = f"worker-{number}"
        headers = [
            {"X-Mock-World": name, "Authorization": f"Token {token}"},
            {"Cookie": f"mock-world={name}", "Authorization": f"Token {token}"},
            {"Authorization": f"Token {name}:{token}"},
        ][number % 3]

        async def run() -> list[int]:
            async with httpx.AsyncClient(base_url=url, timeout=30) as client:
                return await _session(client, number, headers)

        return asyncio.run(run())

    with serve() as mock, mock.client() as http, ThreadPoolExecutor(16) as pool:
        seen = list(pool.map(partial(work, mock.url, mock.token), range(16)))
        left = http.head(CREDITS).headers["x-result-count"]
    assert seen == [list(range(ALL, ALL - number % 10 - 2, -1)) for number in range(16)]
    assert left == str(ALL)
