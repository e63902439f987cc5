"""A mock in this process: requests go straight into the app, with a clock that starts on a known day."""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from creditkit.mock import create_app
from creditkit.store import User, World, default_seed_path, load_seed

TODAY = datetime.date(2026, 11, 22)
CREDITS = "/api/customer-credits/"


class Api:
    """The mock as a client sees it. `as_` names a user of the default world; None sends no credentials."""

    def __init__(self, app: Any, world: World) -> None:
        self.world = world
        self.users: dict[str, User] = {user.username: user for user in world.users}
        self._transport = httpx.ASGITransport(app)

    def __call__(
        self, method: str, path: str, *, as_: str | None = "staff", headers: Any = None, **body: Any
    ) -> httpx.Response:
        sent = dict(headers or {})
        if as_ is not None:
            sent.setdefault("Authorization", f"Token {self.users[as_].token}")

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://mock.test") as client:
                return await client.request(method, path, headers=sent, **body)

        return asyncio.run(send())

    def free_customer(self) -> str:
        """The hyperlink of a customer that has no credit."""
        staff = self.users["staff"]
        taken = {credit.customer for credit in self.world.credits.listing(staff)}
        free = next(c for c in self.world.customers.listing(staff) if c.uuid not in taken)
        return f"http://mock.test/api/customers/{free.uuid}/"

    def first_credit(self) -> str:
        """The path of the oldest credit."""
        return f"{CREDITS}{self.world.credits.listing(self.users['staff'])[0].uuid}/"

    def create(self, **fields: Any) -> httpx.Response:
        """POST a credit for a free customer."""
        return self("POST", CREDITS, json={"customer": self.free_customer(), **fields})


class Stage:
    """The app, made once, and the world of the test that runs."""

    def __init__(self) -> None:
        self.world: World | None = None
        self.app = create_app(self.current)

    def current(self) -> World:
        assert self.world is not None
        return self.world


@pytest.fixture(scope="session")
def stage() -> Stage:
    return Stage()


@pytest.fixture
def world() -> Iterator[World]:
    world = World.open(load_seed(default_seed_path()), now=TODAY)
    yield world
    world.close()


@pytest.fixture
def api(stage: Stage, world: World, caplog: pytest.LogCaptureFixture) -> Iterator[Api]:
    """The mock; a test in which an answer broke the contract fails, whatever else it looked at."""
    stage.world = world
    with caplog.at_level(logging.ERROR, logger="creditkit.mock"):
        yield Api(stage.app, world)
    broken = [record.getMessage() for record in caplog.records if "breaks the contract" in record.message]
    assert broken == []
