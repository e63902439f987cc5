"""Sequences: whether a record of the check's own is there from its creation to its deletion, and no longer.

schemathesis looks at this where one request follows the other at once, which chance decides. Here every
answer of a run is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from creditkit.conformance.asking.equality import plain
from creditkit.conformance.asking.exchanges import Exchange
from creditkit.conformance.asking.lab import CREDITS
from creditkit.contract import Contract

from .codes import RISEN, VANISHED
from .gate import Finding


def broken_sequences(exchanges: Iterable[Exchange], contract: Contract) -> Iterator[Finding]:
    """The answers of one run, in their order, that deny a credit which is there, or show one which is gone.

    Requests of staff alone are looked at, without a query: a filter in it may hide a credit.
    """
    made: dict[str, bool] = {}  # by uuid, whether it is there
    for exchange in exchanges:
        operation = contract.operations.get(exchange.operation)
        if operation is None or exchange.role != "staff" or urlsplit(exchange.url).query:
            continue
        if operation.id == "customer_credits_create":
            body = exchange.json() if exchange.status == 201 else None
            if isinstance(body, dict) and "uuid" in body:
                made[plain(str(body["uuid"]))] = True
            continue
        uuid = plain(_named(exchange.url))
        if uuid not in made or exchange.method != operation.method:
            continue
        if exchange.status == 404 and made[uuid]:
            yield Finding(VANISHED, "Created credit not found", "", operation.id, exchange)
        elif exchange.status < 300 and not made[uuid]:
            yield Finding(RISEN, "Deleted credit found", "", operation.id, exchange)
        elif operation.id == "customer_credits_destroy" and exchange.status == 204:
            made[uuid] = False


def _named(url: str) -> str:
    """What stands where a credit's uuid belongs; empty in the address of the collection."""
    return urlsplit(url).path.partition(CREDITS)[2].partition("/")[0]
