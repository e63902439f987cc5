"""Probes of reading: the list, one credit, and their headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

from creditkit.conformance.asking import CREDITS, Lab, number, same
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import (
    confirmed,
    credits_to_read,
    listed,
    pointer_to,
    read,
    wrong_answer,
    wrong_fields,
    wrong_status,
)

HISTORIES = 20
"""How many credits are looked at for one that has paid something."""


def status(lab: Lab) -> Iterator[Failure]:
    """READ-STATUS. Histories are read until one has rows, so that their fields are seen as well."""
    yield from wrong_status(lab, lab.list(), 200)
    yield from wrong_status(lab, lab.count(), 200)
    with credits_to_read(lab):
        entries = listed(lab.list("page_size=100"))[:HISTORIES]
        for entry in entries[:1]:
            yield from wrong_status(lab, lab.retrieve(entry["uuid"]), 200, "of a credit that exists")
        for entry in entries:
            answer = lab.consumptions(entry["uuid"])
            yield from wrong_status(lab, answer, 200, "of a history that exists")
            if answer.status != 200 or answer.json():
                break


@confirmed
def same_as_listed(lab: Lab) -> Iterator[Failure]:
    """READ-SAME."""
    with credits_to_read(lab) as entries:
        for entry in entries:
            answer = lab.retrieve(entry["uuid"])
            yield from wrong_fields(answer, entry, read(answer), "is otherwise in the list")


@confirmed
def head(lab: Lab) -> Iterator[Failure]:
    """READ-HEAD."""
    for query in ("", "page_size=1", "page_size=1&page=2", "customer_slug=no-such-customer", "page=0"):
        whole, alone = lab.list(query), lab.count(query)
        if whole.status != alone.status:
            told = "HEAD has another status than GET"
            yield Failure(told, str(whole.status), str(alone.status), alone)
            continue
        for name in ("x-result-count", "link", "content-type"):
            expected, got = whole.headers.get(name, "absent"), alone.headers.get(name, "absent")
            # RFC 9110 lets a server omit from HEAD headers that it could only know from the body.
            if expected != got and not (name == "content-type" and got == "absent"):
                yield Failure(f"HEAD has another {name.title()} than GET", expected, got, alone)


def minimum(lab: Lab) -> Iterator[Failure]:
    """READ-MINIMUM, for up to 100 credits."""
    with credits_to_read(lab):
        answer = lab.list("page_size=100")
        for credit in listed(answer):
            wanted = _minima(credit)
            got = credit.get("minimal_consumption")
            if wanted and not any(same("minimal_consumption", str(least), got) for least in wanted):
                told = f"`minimal_consumption` of {credit.get('uuid')} does not follow from its fields"
                expected = " or ".join(f"{least:f}" for least in wanted)
                yield Failure(told, expected, str(got), answer, pointer_to("minimal_consumption"))


def _minima(credit: Mapping[str, Any]) -> set[Decimal]:
    """The possible minimums; none if the fields cannot be read.

    In the month in which a credit ends it is all that is expected. The deployment's clock may stand elsewhere
    than ours, so that an end leaves both open.
    """
    expected, grace = number(credit.get("expected_consumption")), number(credit.get("grace_coefficient"))
    if expected is None or grace is None:
        return set()
    if credit.get("apply_as_minimal_consumption") is False:
        return {Decimal(0)}
    least = (100 - grace) / 100 * expected
    return {least} if credit.get("end_date") is None else {least, expected}


def amounts(lab: Lab) -> Iterator[Failure]:
    """READ-AMOUNTS, for up to 100 credits."""
    fields = ("value", "expected_consumption", "allocated_to_projects", "consumption_last_month")
    with credits_to_read(lab):
        answer = lab.list("page_size=100")
        for credit in listed(answer):
            for field in fields:
                amount = number(credit.get(field))
                if amount is not None and amount < 0:
                    told = f"`{field}` of {credit.get('uuid')} is negative"
                    yield Failure(told, "0 or more", str(credit[field]), answer, pointer_to(field))


def any_media_type(lab: Lab) -> Iterator[Failure]:
    """READ-ANY-MEDIA-TYPE."""
    with credits_to_read(lab) as entries:
        for accept in ("*/*", "application/*", "text/html;q=0.1, application/json"):
            headers = {"Accept": accept}
            for answer in (lab.list(headers=headers), lab.retrieve(entries[0]["uuid"], headers=headers)):
                if answer.status != 200:
                    yield from wrong_status(lab, answer, 200, f"with Accept {accept}")
                elif answer.media_type != "application/json":
                    told = f"Accept {accept} is not answered with JSON"
                    yield Failure(told, "application/json", answer.media_type, answer)


def not_acceptable(lab: Lab) -> Iterator[Failure]:
    """READ-NOT-ACCEPTABLE."""
    headers = {"Accept": "application/xml"}
    with credits_to_read(lab) as entries:
        uuid = entries[0]["uuid"]
        for answer in (
            lab.list(headers=headers),
            lab.count(headers=headers),
            lab.retrieve(uuid, headers=headers),
            lab.consumptions(uuid, headers=headers),
        ):
            yield from wrong_status(lab, answer, 406, "with Accept application/xml")


@confirmed
def unknown_parameter(lab: Lab) -> Iterator[Failure]:
    """READ-UNKNOWN-PARAMETER."""
    with credits_to_read(lab) as entries:
        uuid = entries[0]["uuid"]
        before = read(lab.retrieve(uuid))
        answer = lab.retrieve(uuid, query="_=1700000000&no_such_parameter=x")
        yield from wrong_answer(
            lab, answer, 200, "with an unknown parameter", before, "depends on an unknown parameter"
        )


def filtered(lab: Lab) -> Iterator[Failure]:
    """READ-FILTERED."""
    with credits_to_read(lab) as entries:
        uuid = entries[0]["uuid"]
        fitting = urlencode({"customer_uuid": entries[0]["customer_uuid"]})
        other = urlencode({"customer_uuid": lab.absent_uuid()})
        for query, expected in ((fitting, 200), (other, 404), ("customer_uuid=no-uuid", 400)):
            answer = lab.retrieve(uuid, query=query)
            yield from wrong_status(lab, answer, expected, f"of a credit with ?{query}")


def slash(lab: Lab) -> Iterator[Failure]:
    """READ-SLASH."""
    with credits_to_read(lab) as entries:
        paths = {
            "customer_credits_list": CREDITS,
            "customer_credits_retrieve": f"{CREDITS}{entries[0]['uuid']}/",
        }
        for operation, path in paths.items():
            answer = lab.send("GET", path.rstrip("/"), operation)
            to = urlsplit(answer.headers.get("location", "")).path
            if answer.status not in (301, 302, 307, 308) or not to.endswith(path):
                got = f"{answer.status} {to}".strip()
                yield Failure("a path without its slash is not redirected", f"301 {path}", got, answer)
