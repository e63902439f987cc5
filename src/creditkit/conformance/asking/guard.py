"""The guard: decides which requests may leave, whatever a probe or a fuzzer asks for.

Read mode sends GET, HEAD and OPTIONS only. In the other modes a change must name a record that this check
created, or a made-up uuid that no record has. A create must name a customer that the check has taken, or one
that does not exist. Nothing else is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .equality import plain
from .target import Mode

SAFE = frozenset(["GET", "HEAD", "OPTIONS"])

_COLLECTION = "/api/customer-credits/"
# Match the whole path: a proxy may resolve a `..` after it to another path.
_CREDIT = re.compile(r"/api/customer-credits/([^/]+)/(?:[a-z_]+/)?")
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


class NotAllowed(Exception):  # noqa: N818 - a decision, not a failure
    """A request that the guard does not send; reports show the reason."""


class Guard:
    """The records that one check may change; uuids are compared without dashes and case."""

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._credits: set[str] = set()
        self._customers: set[str] = set()
        self._absent: set[str] = set()
        self._strangers: set[str] = set()

    def stranger(self, uuid: str) -> None:
        """Register a credit that existed before: the check never owns it, whatever an answer says later."""
        self._strangers.add(plain(uuid))

    def own_credit(self, uuid: str) -> None:
        """Register a credit that this check created, unless it existed before."""
        if plain(uuid) not in self._strangers:
            self._credits.add(plain(uuid))

    def owns(self, uuid: str) -> bool:
        """Whether this check created a credit."""
        return plain(uuid) in self._credits

    def own_customer(self, uuid: str) -> None:
        """Register a customer that this check has taken: it had no credit, so any new one is the check's."""
        self._customers.add(plain(uuid))

    def absent(self, uuid: str) -> None:
        """Register a made-up uuid that no record has."""
        self._absent.add(plain(uuid))

    def check(self, method: str, path: str, body: bytes) -> None:
        """Raise NotAllowed unless the request can change only records of this check."""
        if method in SAFE:
            return
        if not self._mode.writes:
            raise NotAllowed(f"{method} is not sent in read mode")
        named = _CREDIT.fullmatch(path)
        if named:
            if plain(named[1]) not in self._credits | self._absent:
                raise NotAllowed(f"{method} {path} would change a record that this check did not create")
        elif path != _COLLECTION or method != "POST":
            raise NotAllowed(f"{method} {path} could change more than a record of ours")
        for customer in _customers_in(body):
            if customer not in self._customers | self._absent:
                raise NotAllowed(f"{method} {path} would give a credit to a customer that was not taken")


def _customers_in(body: bytes) -> Iterator[str]:
    """The uuids of customers that a body names, in any media type."""
    text = body.decode("utf-8", "ignore").replace("%2F", "/").replace("%2f", "/").replace("\\/", "/")
    for found in re.finditer(r"/api/customers/(" + _UUID.pattern + r")", text, re.IGNORECASE):
        yield plain(found[1])
