"""Belongings: the records that the fuzzer may use, kept up to date from the answers that pass the gate.

Its customers were free and are taken for as long as it runs; whatever credit one of them gets is the check's
own. Reading may go to everything that is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from creditkit.conformance.asking import Exchange, Lab, OwnershipJournal, plain

# A stateful scenario has six steps. What is older than several of them is no part of one that runs, so that
# deleting it cannot look like a record that vanished.
_SETTLED = 40
_STOCK = 2
_TRIES = 3


class Belongings:
    """The records of one fuzzing run; customers are as `/api/customers/` tells them."""

    def __init__(self, lab: Lab, journal: OwnershipJournal, customers: Sequence[Mapping[str, Any]]) -> None:
        self._lab = lab
        self._journal = journal
        self._customers = {plain(str(c["uuid"])): str(c["url"]) for c in customers}
        self._absent: set[str] = set()
        self._mine: dict[str, tuple[str, int]] = {}
        self._gone: dict[str, None] = {}
        self._offerings = [str(offering["url"]) for offering in lab.offerings()] if customers else []
        self._tries = _TRIES
        # A credit that existed before is never ours, whatever the answer to a create says.
        self._stored = [str(credit["uuid"]) for credit in lab.credits() if "uuid" in credit]

    @property
    def known(self) -> frozenset[str]:
        """Every uuid that a request which changes things may name."""
        own = {plain(uuid) for uuid in (*self._mine, *self._gone)}
        return frozenset(own | self._customers.keys() | self._absent)

    def aims(self) -> Mapping[str, Any]:
        """The records that the next request may name.

        `stored`, `mine` and `gone` (deleted ones of ours) are uuids of credits, `mine` with the hyperlink of
        their customer; `free` are hyperlinks of customers that have none; `absent` is nothing's uuid.
        """
        absent = self._lab.absent_uuid()
        self._absent.add(plain(absent))
        taken = {customer for customer, _ in self._mine.values()}
        return {
            "stored": [*self._stored, *self._mine],
            "mine": {uuid: self._customers[customer] for uuid, (customer, _) in self._mine.items()},
            "gone": list(self._gone),
            "free": [url for uuid, url in self._customers.items() if uuid not in taken],
            "offerings": self._offerings,
            "absent": absent,
        }

    def saw(self, exchange: Exchange) -> None:
        """Note the credits that an exchange created, moved or deleted."""
        if exchange.method in ("GET", "HEAD", "OPTIONS") or not 200 <= exchange.status < 300:
            return
        if exchange.method == "DELETE":
            for uuid in [uuid for uuid in self._mine if plain(uuid) in plain(exchange.url)]:
                self._forget(uuid)
            return
        made = exchange.json()
        for credit in made if isinstance(made, list) else [made]:
            uuid, customer = _uuids(credit)
            strange = plain(uuid) in map(plain, self._stored)
            if uuid and customer in self._customers and not strange:
                self._own(uuid, customer, exchange.number)

    def balance(self) -> None:
        """Keep some credits to work on, and some customers to create credits for.

        Creates the first few, and deletes the oldest one if every customer has one, which is the most it can.
        """
        if len(self._mine) < min(_STOCK, len(self._customers) - 1) and self._tries:
            self._tries -= 1
            taken = {customer for customer, _ in self._mine.values()}
            free = next(url for uuid, url in self._customers.items() if uuid not in taken)
            self.saw(self._lab.create({"customer": free, "value": "1000"}))
        elif self._customers and len(self._mine) == len(self._customers):
            uuid, (_, number) = next(iter(self._mine.items()))
            if len(self._lab.client.exchanges) - number >= _SETTLED:
                self._lab.destroy(uuid)
                self._forget(uuid)

    def _own(self, uuid: str, customer: str, number: int) -> None:
        if uuid in self._mine:
            number = self._mine[uuid][1]
        else:
            self._tries = _TRIES
            self._lab.client.guard.own_credit(uuid)
            if uuid not in self._journal.open_credits:
                self._journal.created(uuid)
        self._mine[uuid] = (customer, number)

    def _forget(self, uuid: str) -> None:
        del self._mine[uuid]
        self._gone[uuid] = None
        if uuid in self._journal.open_credits:
            self._journal.deleted(uuid)


def _uuids(credit: Any) -> tuple[str, str]:
    """The uuid of a credit as it was written and its customer's in plain form; empty where it tells none."""
    try:
        return str(credit["uuid"] if UUID(credit["uuid"]) else ""), UUID(credit["customer_uuid"]).hex
    except (ValueError, TypeError, KeyError, AttributeError):
        return "", ""
