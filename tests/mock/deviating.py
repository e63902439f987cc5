"""A mock in this process that deviates: what is shown can be changed between two requests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx

from creditkit.deviations import Shown, chosen, shown_of
from creditkit.mock import create_app
from creditkit.store import User, World, default_seed_path, load_seed

CREDITS = "/api/customer-credits/"


class Deviating:
    """The mock as a client sees it, with deviations: ids of the catalogue, or rows as it has them."""

    def __init__(self, *deviations: str | dict[str, Any]) -> None:
        self.shown: Sequence[Shown] = ()
        self.show(*deviations)
        self.world = World.open(load_seed(default_seed_path()))
        self.users: dict[str, User] = {user.username: user for user in self.world.users}
        self._transport = httpx.ASGITransport(create_app(lambda: self.world, lambda: self.shown))

    def show(self, *deviations: str | dict[str, Any]) -> None:
        """Show these from now on; what those before them remembered is forgotten."""
        self.shown = tuple(_shown(one) for one in deviations)

    def __call__(self, method: str, path: str = CREDITS, *, as_: str | None = "staff", **more: Any) -> Any:
        headers = dict(more.pop("headers", {}))
        if as_ is not None:
            headers["Authorization"] = f"Token {self.users[as_].token}"

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://mock.test") as client:
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(send())

    def credits(self, query: str = "page_size=300") -> list[dict[str, Any]]:
        """The list of credits."""
        found: list[dict[str, Any]] = self("GET", f"{CREDITS}?{query}").json()
        return found

    def free_customer(self) -> str:
        """The hyperlink of a customer without a credit."""
        staff = self.users["staff"]
        taken = {credit.customer for credit in self.world.credits.listing(staff)}
        free = next(c for c in self.world.customers.listing(staff) if c.uuid not in taken)
        return f"http://mock.test/api/customers/{free.uuid}/"


def _shown(one: str | dict[str, Any]) -> Shown:
    if isinstance(one, dict):
        return shown_of(one)
    (deviation,) = chosen([one])
    assert deviation.shown is not None
    return deviation.shown
