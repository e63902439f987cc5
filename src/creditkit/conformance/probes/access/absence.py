"""Probes of requests about credits that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from creditkit.conformance.asking import CREDITS, Exchange, Lab, plain
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import credits_to_read, wrong_status

MALFORMED = (
    "no-uuid",
    "123",
    "c4ed1700-0000-4000-8000-00000000000",
    "c4ed1700-0000-4000-8000-00000000000g",
    "%20",
    "%C3%A9",
    "0",
    "-1",
    "null",
)
"""Path segments that are no uuids."""


def read_absent(lab: Lab) -> Iterator[Failure]:
    """ABSENT-READ."""
    yield from _unread(lab, lab.absent_uuid(), "of a credit that does not exist")


def write_absent(lab: Lab) -> Iterator[Failure]:
    """ABSENT-WRITE."""
    uuid = lab.absent_uuid()
    for answer in _writes(lab, uuid):
        yield from wrong_status(lab, answer, 404, "of a credit that does not exist")


def not_created(lab: Lab) -> Iterator[Failure]:
    """ABSENT-NOT-CREATED."""
    with lab.customer() as customer:
        body = {"customer": customer["url"], "value": "5"}
        for send in (lab.update, lab.patch):
            uuid = lab.absent_uuid()
            answer = send(uuid, body)
            found = [
                entry
                for entry in lab.list(f"customer_uuid={customer['uuid']}").json([])
                if plain(entry.get("customer_uuid")) == plain(customer["uuid"])
            ]
            if found or lab.retrieve(uuid).status == 200:
                told = f"a {answer.method} of a credit that does not exist creates it"
                yield Failure(told, "nothing is created", "a credit is there", answer)


def before_body(lab: Lab) -> Iterator[Failure]:
    """ABSENT-BEFORE-BODY."""
    uuid = lab.absent_uuid()
    text = {"Content-Type": "text/plain"}
    for send in (lab.update, lab.patch):
        bad = (
            send(uuid, {"value": "a lot"}),
            send(uuid, None, content=b"{", headers={"Content-Type": "application/json"}),
            send(uuid, None, content=b"hello", headers=text),
        )
        for answer in bad:
            yield from wrong_status(lab, answer, 404, "with a bad body of a credit that does not exist")


def nil(lab: Lab) -> Iterator[Failure]:
    """ABSENT-NIL."""
    for digit in "0f":
        yield from _unread(lab, digit * 32, "of a uuid that stands for nothing")


def malformed(lab: Lab) -> Iterator[Failure]:
    """ABSENT-MALFORMED."""
    for text in MALFORMED:
        yield from _unread(lab, text, "of what is not a uuid")


def malformed_write(lab: Lab) -> Iterator[Failure]:
    """ABSENT-MALFORMED-WRITE. Only texts that no server could take for a uuid, or for the list."""
    for text in ("no-uuid", "123", f"{uuid4()}-0"):
        lab.client.guard.absent(text)
        for answer in _writes(lab, text):
            yield from wrong_status(lab, answer, 404, "of what is not a uuid")


def customer(lab: Lab) -> Iterator[Failure]:
    """ABSENT-CUSTOMER."""
    with credits_to_read(lab) as entries:
        yield from _unread(lab, entries[0]["customer_uuid"], "of a customer's uuid")


def path(lab: Lab) -> Iterator[Failure]:
    """ABSENT-PATH."""
    with credits_to_read(lab) as entries:
        for below in ("no_such_action", "apply", "consumptions/1"):
            below = f"{CREDITS}{entries[0]['uuid']}/{below}/"
            yield from wrong_status(
                lab, lab.send("GET", below, "customer_credits_retrieve"), 404, f"of {below}"
            )


def _unread(lab: Lab, uuid: str, when: str) -> Iterator[Failure]:
    for answer in (lab.retrieve(uuid), lab.consumptions(uuid)):
        yield from wrong_status(lab, answer, 404, when)


def _writes(lab: Lab, uuid: str) -> Iterator[Exchange]:
    """Every request that changes one credit."""
    yield lab.update(uuid, {"value": "5"})
    yield lab.patch(uuid, {"value": "5"})
    yield lab.act(uuid, "apply_compensations")
    yield lab.act(uuid, "clear_compensations")
    yield lab.destroy(uuid)
