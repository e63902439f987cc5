"""The lab: operations of one deployment, and records of the check's own, for probes.

A probe is a generator function of a `Lab`. It sends requests, looks at the answers, and yields a `Failure`
for each way in which a requirement is broken; yielding nothing means that it holds. Where it cannot judge, it
raises `CannotJudge` with the reason: a requirement that was not looked at is never a pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

from creditkit.contract import Contract
from creditkit.errors import DeploymentError

from .client import Client
from .equality import plain
from .exchanges import Exchange
from .ownership_journal import OwnershipJournal
from .target import Target

CREDITS = "/api/customer-credits/"

_PAGE = 300
_SWEEPS = 3
_SETTLING = 1.0


class CannotJudge(Exception):  # noqa: N818 - an outcome, not a failure
    """A probe lacks something: the deployment does not have it, or refused a request that had to succeed."""


class Lab:
    """One deployment, the contract, and records of the check's own to work on.

    Credits made with `credit()` exist as long as the `with` block; their customers are free before and after.
    """

    def __init__(self, target: Target, contract: Contract, client: Client, journal: OwnershipJournal) -> None:
        self.target = target
        self.contract = contract
        self.client = client
        self._journal = journal
        self._customers: Sequence[dict[str, Any]] | None = None
        self._offerings: Sequence[dict[str, Any]] | None = None
        self._taken: set[str] = set()
        self._settled = 0

    # Requests

    def list(self, query: str = "", *, role: str = "staff", **more: Any) -> Exchange:
        """GET the collection."""
        return self.send("GET", CREDITS, "customer_credits_list", query=query, role=role, **more)

    def count(self, query: str = "", *, role: str = "staff", **more: Any) -> Exchange:
        """HEAD of the collection."""
        return self.send("HEAD", CREDITS, "customer_credits_count", query=query, role=role, **more)

    def create(self, body: Any, *, role: str = "staff", **more: Any) -> Exchange:
        """POST to the collection. The new credit belongs to the check and is deleted at the end."""
        if self._customers is None:
            self.free_customers()  # the guard must know every credit that existed before
        answer = self.send("POST", CREDITS, "customer_credits_create", role=role, json=body, **more)
        self._claim(answer)
        return answer

    def retrieve(self, uuid: str, *, role: str = "staff", **more: Any) -> Exchange:
        """GET one credit."""
        return self.send("GET", f"{CREDITS}{uuid}/", "customer_credits_retrieve", role=role, **more)

    def update(self, uuid: str, body: Any, *, role: str = "staff", **more: Any) -> Exchange:
        """PUT one credit."""
        return self.send("PUT", f"{CREDITS}{uuid}/", "customer_credits_update", role=role, json=body, **more)

    def patch(self, uuid: str, body: Any, *, role: str = "staff", **more: Any) -> Exchange:
        """PATCH one credit."""
        operation = "customer_credits_partial_update"
        return self.send("PATCH", f"{CREDITS}{uuid}/", operation, role=role, json=body, **more)

    def destroy(self, uuid: str, *, role: str = "staff", **more: Any) -> Exchange:
        """DELETE one credit."""
        answer = self.send("DELETE", f"{CREDITS}{uuid}/", "customer_credits_destroy", role=role, **more)
        if answer.status in (200, 202, 204) and uuid in self._journal.open_credits:
            self._journal.deleted(uuid)
        return answer

    def consumptions(self, uuid: str, query: str = "", *, role: str = "staff", **more: Any) -> Exchange:
        """GET what one credit paid, month by month."""
        operation = "customer_credits_consumptions_list"
        return self.send("GET", f"{CREDITS}{uuid}/consumptions/", operation, role=role, query=query, **more)

    def act(self, uuid: str, action: str, *, role: str = "staff", **more: Any) -> Exchange:
        """POST `apply_compensations` or `clear_compensations` of one credit."""
        return self.send(
            "POST", f"{CREDITS}{uuid}/{action}/", f"customer_credits_{action}", role=role, **more
        )

    def send(self, method: str, path: str, operation: str = "", **more: Any) -> Exchange:
        """Any request; `more` is as for `Client.send`."""
        return self.client.send(method, path, operation=operation, **more)

    # What the deployment has

    def credits(self, role: str = "staff") -> Sequence[dict[str, Any]]:
        """Every credit that the role sees, in the default order; CannotJudge if they cannot be read."""
        return self._pages(lambda query: self.list(query, role=role), CREDITS)

    def a_credit(self) -> dict[str, Any]:
        """Any credit that exists; CannotJudge if there is none."""
        for credit in self.credits():
            return credit
        raise CannotJudge("the deployment has no credit")

    def free_customers(self) -> Sequence[dict[str, Any]]:
        """The customers without a credit; if the target names customers, only those."""
        if self._customers is None:
            everybody = self._collection("/api/customers/")
            credits_ = self.credits()
            self._respect(credits_)
            taken = {plain(str(credit.get("customer_uuid", ""))) for credit in credits_}
            chosen = {plain(uuid) for uuid in self.target.customers}
            self._customers = [
                customer
                for customer in everybody
                if plain(str(customer.get("uuid", ""))) not in taken
                and (not chosen or plain(str(customer.get("uuid", ""))) in chosen)
            ]
        return [c for c in self._customers if str(c["uuid"]) not in self._taken]

    def offerings(self) -> Sequence[dict[str, Any]]:
        """The offerings that a credit can be limited to."""
        if self._offerings is None:
            self._offerings = self._collection("/api/marketplace-provider-offerings/")
        return self._offerings

    def absent_uuid(self) -> str:
        """A uuid that no record has; requests that change things may name it."""
        uuid = str(uuid4())
        self.client.guard.absent(uuid)
        return uuid

    # Records of our own

    @contextmanager
    def customer(self) -> Iterator[dict[str, Any]]:
        """A free customer, taken for the length of the block; CannotJudge if none is left."""
        # Look again: a credit that the list hid would be taken for one of ours.
        customer = next((c for c in self.free_customers() if not self._credits_of(str(c["uuid"]))), None)
        if customer is None:
            raise CannotJudge("no customer without a credit is left")
        uuid = str(customer["uuid"])
        self._taken.add(uuid)
        self.client.guard.own_customer(uuid)
        self._journal.take(uuid)
        try:
            yield customer
        finally:
            self.clear(uuid)
            self._taken.discard(uuid)

    @contextmanager
    def credit(self, **fields: Any) -> Iterator[dict[str, Any]]:
        """A new credit of our own, as the create returned it; CannotJudge if that failed."""
        with self.customer() as customer:
            answer = self.create({"customer": customer["url"], **fields})
            made = answer.json()
            if answer.status != 201 or not isinstance(made, dict) or "uuid" not in made:
                raise CannotJudge(f"no credit could be created (status {answer.status})")
            yield made

    def clear(self, customer: str) -> None:
        """Delete the credits of a taken customer, and release it; the journal keeps it if that fails."""
        found = self._credits_of(customer)
        gone = [self._delete(uuid) for uuid in found]
        # A create without an answer may still take effect: the sweep looks again.
        if all(gone) and (found or self.client.unanswered == self._settled):
            self._journal.released(customer)

    def sweep(self) -> None:
        """Delete every remaining credit of our own; one that cannot be deleted stays in the journal."""
        if self.client.unanswered > self._settled:
            time.sleep(_SETTLING)
            self._settled = self.client.unanswered
        for _ in range(_SWEEPS):
            for uuid in self._journal.open_credits:
                with suppress(CannotJudge, DeploymentError):
                    self._delete(uuid)
            for customer in self._journal.open_customers:
                with suppress(CannotJudge, DeploymentError):
                    self.clear(customer)
            if not self._journal.open_credits and not self._journal.open_customers:
                break
        with suppress(CannotJudge, DeploymentError):
            for credit in self.credits():
                uuid = str(credit.get("uuid"))
                if self.client.guard.owns(uuid) and uuid not in self._journal.open_credits:
                    self._journal.created(uuid)  # the deletion was confirmed and did not happen

    def _delete(self, uuid: str) -> bool:
        """Delete a credit of our own; whether it is gone."""
        self.client.guard.own_credit(uuid)
        if not self.client.guard.owns(uuid):
            return False
        status = self.destroy(uuid).status
        if status == 404 and uuid in self._journal.open_credits:
            self._journal.deleted(uuid)
        return status in (200, 202, 204, 404)

    def _credits_of(self, customer: str) -> Sequence[str]:
        """The credits of one customer; CannotJudge if they cannot be read."""
        answer = self.list(f"customer_uuid={customer}")
        found = answer.json()
        if answer.status != 200 or not isinstance(found, list):
            found = self.credits()
        # A filter that is broken must not lead to somebody else's record.
        return [
            str(credit["uuid"])
            for credit in found
            if isinstance(credit, dict)
            and plain(str(credit.get("customer_uuid"))) == plain(customer)
            and _is_uuid(credit.get("uuid"))
        ]

    def _claim(self, answer: Exchange) -> None:
        """Own the credit that a create made, even if it should have been refused."""
        made = answer.json()
        if 200 <= answer.status < 300 and isinstance(made, dict) and _is_uuid(made.get("uuid")):
            self.client.guard.own_credit(made["uuid"])
            if self.client.guard.owns(made["uuid"]):
                self._journal.created(made["uuid"])

    def _respect(self, credits_: Sequence[dict[str, Any]]) -> None:
        """Register the credits that existed before, except those that a killed check left over."""
        ours = {plain(uuid) for uuid in (*self._journal.open_credits, *self._journal.open_customers)}
        for credit in credits_:
            uuid, customer = plain(str(credit.get("uuid"))), plain(str(credit.get("customer_uuid")))
            if uuid not in ours and customer not in ours:
                self.client.guard.stranger(uuid)

    def _collection(self, path: str) -> Sequence[dict[str, Any]]:
        return self._pages(lambda query: self.send("GET", path, query=query), path)

    def _pages(self, get: Callable[[str], Exchange], path: str) -> Sequence[dict[str, Any]]:
        """All entries of a collection, up to its count, whatever the size of its pages."""
        found: list[dict[str, Any]] = []
        for page in range(1, 1000):
            answer = get(f"page_size={_PAGE}&page={page}")
            batch = answer.json()
            if answer.status != 200 or not isinstance(batch, list):
                if page > 1 and answer.status == 404:
                    break
                raise CannotJudge(f"{path} cannot be read (status {answer.status})")
            entries = [entry for entry in batch if isinstance(entry, dict)]
            if not entries or entries[0] in found:  # the end, or a server that knows one page only
                break
            found += entries
            count = answer.headers.get("x-result-count", "")
            if len(found) >= int(count) if count.isdecimal() else len(batch) < _PAGE:
                break
        return found


def _is_uuid(value: Any) -> bool:
    try:
        UUID(value)
    except (ValueError, TypeError, AttributeError):
        return False
    return True
