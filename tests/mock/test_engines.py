"""Both engines answer alike: each request of the corpus, on two worlds that are the same.

Where the stock engine is wrong the difference is listed in `KNOWN`, with the reason; what is not listed
fails, and so does what is listed and not seen any more.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from creditkit.mock import Engine, create_app
from creditkit.store import World, default_seed_path, load_seed
from mock.conftest import CREDITS, TODAY
from mock.corpus import FREE, JSON, STORED, Sent, corpus

Seen = tuple[int, bytes]

KNOWN: dict[str, tuple[str, Callable[[Sent, Seen, Seen], bool]]] = {
    "an empty body": (
        "Connexion refuses a required body that is empty, without the violations of an empty object",
        lambda sent, ours, stock: ours[0] == stock[0] == 400 and not sent.content,
    ),
    "the media type of a body that nobody reads": (
        "Connexion judges it all the same, and the contract has no 415 where the server ignores the body",
        lambda sent, ours, stock: (ours[0], stock[0]) == (200, 500) and "_compensations/" in sent.path,
    ),
}


class Twin:
    """One engine with a world of its own, called without a server."""

    def __init__(self, engine: Engine) -> None:
        self._origin = World.open(load_seed(default_seed_path()), now=TODAY)
        self._tokens = {user.username: user.token for user in self._origin.users}
        self._world = self._origin.fork()
        self._app = create_app(lambda: self._world, engine=engine)

    async def __call__(self, sent: Sent, *, chunked: bool = False) -> Seen:
        """Status and body of one answer; whatever it changed is forgotten."""
        path, _, query = sent.path.partition("?")
        headers = [(b"host", b"mock.test")]
        headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.headers.items()]
        if sent.user is not None:
            headers.append((b"authorization", f"Token {self._tokens[sent.user]}".encode()))
        if chunked:
            headers.append((b"transfer-encoding", b"chunked"))
        elif sent.content:
            headers.append((b"content-length", str(len(sent.content)).encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": sent.method,
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
        }
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent.content, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)

        await self._app(scope, receive, send)
        if sent.method not in ("GET", "HEAD"):
            self._world = self._origin.fork()
        return messages[0]["status"], b"".join(message.get("body", b"") for message in messages[1:])


@pytest.fixture(scope="module")
def twins() -> Iterator[tuple[Twin, Twin]]:
    logging.disable(logging.CRITICAL)  # Connexion writes a line for each 4xx
    yield Twin(Engine.PLANS), Twin(Engine.STOCK)
    logging.disable(logging.NOTSET)


def test_both_engines_give_the_same_status_and_the_same_violations(twins: tuple[Twin, Twin]) -> None:
    ours, stock = twins
    requests = list(corpus())
    assert len(requests) >= 2_000

    async def run() -> tuple[list[str], set[str], Counter[int]]:
        different, known = [], set()
        statuses: Counter[int] = Counter()
        for sent in requests:
            first, second = await ours(sent), await stock(sent)
            statuses[first[0]] += 1
            if first[0] == second[0] and (first[0] < 400 or first[1] == second[1]):
                continue
            name = next((name for name, (_, is_it) in KNOWN.items() if is_it(sent, first, second)), None)
            if name is None:
                different.append(f"{sent}: {first} and {second}")
            else:
                known.add(name)
        return different, known, statuses

    different, known, statuses = asyncio.run(run())
    assert different == []
    assert known == set(KNOWN)
    assert statuses[500] == 0
    assert {200, 201, 204, 400, 401, 403, 404, 406, 415} == set(statuses)
    assert statuses[400] > 1_000
    assert statuses[200] > 1_000


CREATE = Sent("POST", CREDITS, headers=JSON, content=orjson.dumps({"customer": FREE}))


@pytest.mark.parametrize(
    ("sent", "chunked", "status", "stock_status"),
    [
        (CREATE, False, 201, 201),
        (CREATE, True, 201, 400),  # without Content-Length Connexion takes a required body for missing
        (Sent("POST", CREDITS, headers=JSON, content=b'"\xff"'), False, 400, 400),
        (Sent("POST", CREDITS, headers=JSON, content=b"[" * 100_000), False, 400, 400),
        (
            Sent("POST", CREDITS, headers={"Content-Type": "APPLICATION/JSON"}, content=CREATE.content),
            False,
            201,
            201,
        ),
        (Sent("PATCH", f"{CREDITS}{STORED}/", headers=JSON, content=b'{"value":"80000"}'), True, 200, 200),
    ],
    ids=["plain", "chunked", "not UTF-8", "deep", "upper case", "chunked PATCH"],
)
def test_where_connexion_alone_goes_wrong(
    twins: tuple[Twin, Twin], sent: Sent, chunked: bool, status: int, stock_status: int
) -> None:
    ours, stock = twins
    assert asyncio.run(ours(sent, chunked=chunked))[0] == status
    assert asyncio.run(stock(sent, chunked=chunked))[0] == stock_status
