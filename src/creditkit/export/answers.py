"""Answers: what a mock of a world says to the requests that a frontend makes, each in the world as it began.

The mock itself is asked, in this process, as one of the world's users. What writes is asked of a world of its
own. Nothing is exported that the contract does not allow.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import orjson

from creditkit.errors import ContractError
from creditkit.mock import Judge, create_app

if TYPE_CHECKING:
    from creditkit.contract import Contract
    from creditkit.store import User, World

BASE = "http://creditkit.invalid"
"""Stands for the origin in exported hyperlinks; who answers puts the request's own in its place."""

NOBODY = "00000000-0000-4000-8000-00000000dead"
"""The uuid of no object: what is answered to it is what is answered to any unknown one."""

CREATED = "00000000-0000-4000-8000-0000000000c1"
"""The uuid of the credit that is created, so that the same world gives the same file."""

_CREDITS = "/api/customer-credits/"
_COLLECTIONS = ("/api/customers/", "/api/marketplace-provider-offerings/")
_ACTIONS = ("apply_compensations", "clear_compensations")
_LEFT_OUT = ("content-length", "date")


@dataclass(frozen=True, slots=True)
class Exported:
    """One request and its answer. `sent` and `body` are JSON; None stands for no body.

    `user` is whether the request has credentials.
    """

    operation: str
    method: str
    path: str
    query: str
    user: bool
    sent: Any
    status: int
    headers: dict[str, str]
    body: Any


def answers_of(world: World, user: User, *, limit: int, contract: Contract | None) -> tuple[Exported, ...]:
    """The answers for `user`: whole lists, and up to `limit` credits, customers and offerings by themselves.

    Raises ContractError for an answer that the contract does not allow.
    """
    return asyncio.run(_gathered(world, user, limit, contract))


async def _gathered(world: World, user: User, limit: int, contract: Contract | None) -> tuple[Exported, ...]:
    asking = _Asking(world, user, contract)
    found = [exported async for exported in _reading(asking, limit)]
    found += [exported async for exported in _writing(asking, world, user, limit)]
    return tuple({(e.method, e.path, e.query, e.user, str(e.sent)): e for e in found}.values())


class _Asking:
    """A mock that is asked; each write meets the world as it was at the beginning."""

    def __init__(self, world: World, user: User, contract: Contract | None) -> None:
        self._beginning = world
        self._world = world
        self._judge = Judge(contract)
        self._token = user.token
        self._transport = httpx.ASGITransport(create_app(lambda: self._world, contract=contract))

    async def __call__(self, method: str, target: str, sent: Any = None, *, user: bool = True) -> Exported:
        self._world = self._beginning if method in ("GET", "HEAD") else self._beginning.fork()
        headers = {"Authorization": f"Token {self._token}"} if user else {}
        async with httpx.AsyncClient(transport=self._transport, base_url=BASE, headers=headers) as client:
            answer = await client.request(method, target, json=sent)
        url = urlsplit(target)
        return self._checked(method, url.path, url.query, sent, user, answer)

    def _checked(
        self, method: str, path: str, query: str, sent: Any, user: bool, answer: httpx.Response
    ) -> Exported:
        context = self._judge.context(method, path, query)
        operation = self._judge.operation(context)
        raw = {name.lower(): value for name, value in answer.headers.raw}
        faults = self._judge.answer(context, answer.status_code, raw, answer.content)
        if faults or operation is None:
            what = faults[0] if faults else "the contract has no such operation"
            raise ContractError(f"{method} {path} {answer.status_code}: not exported: {what}")
        body: Any = answer.json() if answer.content else None
        headers = {name: value for name, value in answer.headers.items() if name not in _LEFT_OUT}
        if answer.status_code == 201:
            made, created = body["uuid"].encode(), CREATED.encode()
            body, headers = orjson.loads(orjson.dumps([body, headers]).replace(made, created))
        return Exported(
            operation=operation.id,
            method=method,
            path=path,
            query=query,
            user=user,
            sent=sent,
            status=answer.status_code,
            headers=headers,
            body=body,
        )


async def _reading(ask: _Asking, limit: int) -> AsyncIterator[Exported]:
    for collection in (_CREDITS, *_COLLECTIONS):
        items: list[Any] = []
        async for page in _pages(ask, collection):
            yield page
            items += page.body if page.status == 200 else []
        yield await ask("GET", collection, user=False)
        yield await ask("GET", f"{collection}{NOBODY}/")
        yield await ask("GET", f"{collection}{NOBODY}/", user=False)
        for item in items[:limit]:
            yield await ask("GET", f"{collection}{item['uuid']}/")
            if collection == _CREDITS:
                yield await ask("GET", f"{collection}{item['uuid']}/consumptions/")
                yield await ask("GET", f"{collection}?customer_uuid={item['customer_uuid']}")
    yield await ask("HEAD", _CREDITS)
    yield await ask("GET", f"{_CREDITS}{NOBODY}/consumptions/")
    yield await ask("GET", f"{_CREDITS}{NOBODY}/consumptions/", user=False)
    for key in _keys(await ask("GET", _CREDITS)):
        yield await ask("GET", f"{_CREDITS}?o={key}")


async def _pages(ask: _Asking, collection: str) -> AsyncIterator[Exported]:
    """Every page of a collection, and the refusal behind the last."""
    number, page = 1, await ask("GET", collection)
    yield page
    while page.status == 200:
        number += 1
        page = await ask("GET", f"{collection}?page={number}")
        yield page


def _keys(first: Exported) -> Iterator[str]:
    """The keys by which a list can be sorted, upwards and downwards."""
    if first.status == 200:
        for name in ("customer_name", "end_date", "expected_consumption", "value"):
            yield from (name, f"-{name}")


async def _writing(ask: _Asking, world: World, user: User, limit: int) -> AsyncIterator[Exported]:
    customers = world.customers.listing(user)
    free = next((customer for customer in customers if world.credits.of(customer) is None), None)
    if free is not None:
        yield await ask("POST", _CREDITS, {"customer": _customer(free.uuid), "value": "1000"})
    yield await ask("POST", _CREDITS, {})
    for credit in world.credits.listing(user)[:limit]:
        path = f"{_CREDITS}{credit.uuid}/"
        yield await ask("PUT", path, {"customer": _customer(credit.customer)})
        yield await ask("PATCH", path, {"grace_coefficient": f"{credit.grace_coefficient:.0f}"})
        yield await ask("PATCH", path, {"value": "-1"})
        yield await ask("DELETE", path)
        for action in _ACTIONS:
            yield await ask("POST", f"{path}{action}/")
    path = f"{_CREDITS}{NOBODY}/"
    yield await ask("PUT", path, {})
    yield await ask("PATCH", path, {})
    yield await ask("DELETE", path)
    for action in _ACTIONS:
        yield await ask("POST", f"{path}{action}/")
        yield await ask("POST", f"{path}{action}/", user=False)


def _customer(uuid: str) -> str:
    return f"{BASE}/api/customers/{uuid}/"
