"""Probes of create: the answer to POST, and the new credit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from creditkit.conformance.asking import CREDITS, Exchange, Lab, is_uuid, last_segment, path_of, plain, same
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import (
    forged,
    full,
    listed,
    pointer_to,
    read,
    wrong_answer,
    wrong_fields,
    wrong_status,
)

DEFAULTS: Mapping[str, Any] = {
    "value": "0",
    "offerings": [],
    "end_date": None,
    "expected_consumption": "0",
    "minimal_consumption": 0,
    "minimal_consumption_logic": "fixed",
    "grace_coefficient": "0",
    "apply_as_minimal_consumption": True,
}


def status(lab: Lab) -> Iterator[Failure]:
    """CREATE-STATUS: with the least that is needed, and with every field."""
    for fields in ({}, full(lab)):
        with lab.customer() as customer:
            answer = lab.create({"customer": customer["url"], **fields})
            yield from wrong_status(lab, answer, 201)


def location(lab: Lab) -> Iterator[Failure]:
    """CREATE-LOCATION."""
    with lab.customer() as customer:
        answer = lab.create({"customer": customer["url"]})
        made = read(answer)
        got = answer.headers.get("location", "")
        if not path_of(got).startswith(CREDITS) or last_segment(got) != plain(made["uuid"]):
            pointer = "#/components/headers/Location"
            yield Failure(
                "Location is not the new credit's hyperlink", str(made["url"]), got, answer, pointer
            )


def echo(lab: Lab) -> Iterator[Failure]:
    """CREATE-ECHO."""
    fields = full(lab)
    with lab.customer() as customer:
        answer = lab.create({"customer": customer["url"], **fields})
        sent = {"customer": customer["url"], **fields}
        yield from wrong_fields(answer, sent, read(answer), "is not what was sent")


def then_read(lab: Lab) -> Iterator[Failure]:
    """CREATE-READ."""
    for fields in ({}, full(lab)):
        with lab.customer() as customer:
            made = read(lab.create({"customer": customer["url"], **fields}))
            answer = lab.retrieve(made["uuid"])
            yield from wrong_answer(
                lab, answer, 200, "of a new credit", made, "is not what the create answered"
            )


def then_listed(lab: Lab) -> Iterator[Failure]:
    """CREATE-LISTED."""
    with lab.customer() as customer:
        created = lab.create({"customer": customer["url"], **full(lab)})
        uuid = read(created)["uuid"]
        entries = [entry for entry in lab.credits() if plain(entry.get("uuid")) == plain(uuid)]
        answer = lab.client.exchanges[-1]
        if len(entries) != 1:
            yield Failure("a new credit is not in the list once", "1", str(len(entries)), answer)
            return
        single = read(lab.retrieve(uuid))
        yield from wrong_fields(answer, single, entries[0], "is otherwise in the list")


def then_counted(lab: Lab) -> Iterator[Failure]:
    """CREATE-COUNTED. By the customer's uuid, since strangers may create credits meanwhile."""
    with lab.customer() as customer:
        query = f"customer_uuid={customer['uuid']}"
        yield from _counted(lab.count(query), "0")
        read(lab.create({"customer": customer["url"]}))
        yield from _counted(lab.count(query), "1")


def _counted(answer: Exchange, expected: str) -> Iterator[Failure]:
    got = answer.headers.get("x-result-count", "absent")
    if got != expected:
        pointer = "#/components/headers/ResultCount"
        yield Failure("the count of the customer's credits is wrong", expected, got, answer, pointer)


def defaults(lab: Lab) -> Iterator[Failure]:
    """CREATE-DEFAULTS."""
    with lab.customer() as customer:
        answer = lab.create({"customer": customer["url"]})
        yield from wrong_fields(answer, DEFAULTS, read(answer), "has another default")


def customer_fields(lab: Lab) -> Iterator[Failure]:
    """CREATE-CUSTOMER-FIELDS."""
    with lab.customer() as customer:
        answer = lab.create({"customer": customer["url"]})
        names = {"name": "customer_name", "slug": "customer_slug", "uuid": "customer_uuid"}
        expected = {field: customer[name] for name, field in names.items() if name in customer}
        expected["customer"] = customer["url"]
        yield from wrong_fields(answer, expected, read(answer), "is not the customer's")


def own_uuid(lab: Lab) -> Iterator[Failure]:
    """CREATE-OWN-UUID."""
    seen = {plain(credit.get("uuid")) for credit in lab.credits()}
    for _ in range(3):
        with lab.customer() as customer:
            answer = lab.create({"customer": customer["url"]})
            uuid = plain(read(answer).get("uuid"))
            if uuid in seen or not is_uuid(uuid):
                yield Failure("a uuid is used again", "a new one", uuid, answer, pointer_to("uuid", "POST"))
            seen.add(uuid)


def read_only(lab: Lab) -> Iterator[Failure]:
    """CREATE-READ-ONLY."""
    with lab.customer() as customer:
        lies = forged(lab.absent_uuid())
        answer = lab.create({"customer": customer["url"], **lies})
        if answer.status != 201:
            yield from wrong_status(lab, answer, 201, "with read-only fields")
            return
        made = read(answer)
        for field, lie in lies.items():
            if field in made and same(field, lie, made[field]):
                pointer = pointer_to(field, "POST")
                yield Failure(f"`{field}` can be set", "ignored", str(made[field]), answer, pointer)


def unknown_field(lab: Lab) -> Iterator[Failure]:
    """CREATE-UNKNOWN-FIELD."""
    with lab.customer() as customer:
        answer = lab.create({"customer": customer["url"], "comment": "hello", "value": "7"})
        if answer.status != 201:
            yield from wrong_status(lab, answer, 201, "with an unknown field")
            return
        made = read(answer)
        if "comment" in made or not same("value", made.get("value"), "7"):
            yield Failure("an unknown field has an effect", "ignored", str(made), answer)


def alone(lab: Lab) -> Iterator[Failure]:
    """CREATE-ALONE. The other credit is our own as well: strangers' credits change by themselves."""
    with lab.credit(**full(lab)) as other:
        before = read(lab.retrieve(other["uuid"]))
        with lab.credit(value="77"):
            answer = lab.retrieve(other["uuid"])
            yield from wrong_answer(
                lab,
                answer,
                200,
                "of another credit after a create",
                before,
                "of another credit was changed by a create",
            )


def link_spellings(lab: Lab) -> Iterator[Failure]:
    """CREATE-LINK-SPELLINGS."""
    with lab.customer() as customer:
        uuid = UUID(str(customer["uuid"]))
        links = (
            f"/api/customers/{uuid.hex}/",
            f"/api/customers/{uuid}/",
            f"https://elsewhere.example/api/customers/{uuid.hex}/",
        )
        for link in links:
            answer = lab.create({"customer": link})
            if answer.status != 201:
                yield from wrong_status(lab, answer, 201, f"with the customer {link}")
                continue
            made = read(answer)
            yield from wrong_fields(answer, {"customer": customer["url"]}, made, "is another customer")
            lab.destroy(made["uuid"])


def unknown_format(lab: Lab) -> Iterator[Failure]:
    """CREATE-FORMAT."""
    with lab.customer() as customer:
        answer = lab.create({"customer": customer["url"]}, query="format=xml")
        yield from wrong_status(lab, answer, 404, "with a format that there is not")
        found = listed(lab.list(f"customer_uuid={customer['uuid']}"))
        if any(plain(entry.get("customer_uuid")) == plain(customer["uuid"]) for entry in found):
            yield Failure("what cannot be answered is created", "no credit", "a credit is there", answer)


def form(lab: Lab) -> Iterator[Failure]:
    """CREATE-FORM. In a form an absent boolean means false, so it is sent."""
    fields = {"value": "500.25", "grace_coefficient": "10", "apply_as_minimal_consumption": "true"}
    with lab.customer() as customer:
        body = urlencode({"customer": customer["url"], **fields}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = lab.create(None, content=body, headers=headers)
        if answer.status != 201:
            yield from wrong_status(lab, answer, 201, "of a form")
            return
        expected = {**fields, "apply_as_minimal_consumption": True}
        yield from wrong_fields(answer, expected, read(answer), "is not what the form said")
