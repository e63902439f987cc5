"""Coverage: which documented facts and statuses the exchanges of a run exercised.

>>> from creditkit.contract import API, load
>>> exercised([], load(API))
frozenset()

Only accepted requests (2xx) count: a refusal does not show how a documented element behaves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qs, urlsplit

from creditkit.conformance.asking import Exchange
from creditkit.contract import Contract, load_facts, match

Pair = tuple[str, int]
"""An operationId and a status."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The contract's (operation, status) pairs, in its order: the answered ones and the others."""

    seen: tuple[Pair, ...]
    unseen: tuple[Pair, ...]


def exercised(exchanges: Iterable[Exchange], contract: Contract) -> frozenset[str]:
    """The ids of the facts that the exchanges exercised.

    A field of an answer counts when it was in one (in a list: in an entry of it), a field of a request when
    it was sent, a query parameter when it was sent with a value, a path parameter and a status when seen.
    """
    known = {fact.id for fact in load_facts()}
    found = {
        f"{exchange.operation}.{place}.{name}"
        for exchange in exchanges
        if 200 <= exchange.status < 300
        for place, name in _things(exchange, contract)
    }
    return frozenset(found & known)


def pairs(exchanges: Iterable[Exchange], contract: Contract) -> Pairs:
    """Which documented statuses of which operations were answered; an undocumented status does not count."""
    answered = {(exchange.operation, exchange.status) for exchange in exchanges}
    documented = [(o.id, status) for o in contract.operations.values() for status in o.responses]
    return Pairs(
        seen=tuple(pair for pair in documented if pair in answered),
        unseen=tuple(pair for pair in documented if pair not in answered),
    )


def _things(exchange: Exchange, contract: Contract) -> Iterator[tuple[str, str]]:
    """The place and name of every element in an exchange, documented or not."""
    parts = urlsplit(exchange.url)
    yield "status", str(exchange.status)
    for name in parse_qs(parts.query):  # leaves out what has no value: that is as good as not sent
        yield "query", name
    found = match(contract.paths, parts.path)
    for name in found[1] if found else ():
        yield "path", name
    for name in _sent(exchange):
        yield "request", name
    for name in _names(exchange.json()):
        yield "response", name


def _names(value: Any, prefix: str = "") -> Iterator[str]:
    """The dotted names of the fields of an object or of the objects in a list."""
    if isinstance(value, list):
        for item in value:
            yield from _names(item, prefix)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield f"{prefix}{name}"
            yield from _names(item, f"{prefix}{name}.")


def _sent(exchange: Exchange) -> Iterator[str]:
    """The names of the fields of a request's body, in any of the documented media types."""
    content_type = next((v for n, v in exchange.request_headers if n.lower() == "content-type"), "")
    media_type = content_type.split(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        yield from parse_qs(exchange.request_body.decode("utf-8", "replace"), keep_blank_values=True)
    elif media_type == "multipart/form-data":
        head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
        for part in message_from_bytes(head + exchange.request_body).walk():
            name = part.get_param("name", header="content-disposition")
            if isinstance(name, str):
                yield name
    else:
        yield from _names(_parsed(exchange.request_body))


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
