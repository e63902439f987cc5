"""Probes of identity: uuids, hyperlinks, and the customer and the offerings of a credit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from creditkit.conformance.asking import (
    CREDITS,
    CannotJudge,
    Exchange,
    Lab,
    NotAllowed,
    last_segment,
    path_of,
    plain,
    same,
)
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import (
    confirmed,
    credits_to_read,
    listed,
    pointer_to,
    populated,
    read,
    wrong_status,
)

_UNDASHED = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])")

Credit = Mapping[str, Any]
Judge = Callable[[Credit, Exchange], Iterator[Failure]]


def path(lab: Lab) -> Iterator[Failure]:
    """ID-PATH."""
    with credits_to_read(lab) as entries:
        for entry in entries:
            yield from _is_credit(lab, lab.retrieve(entry["uuid"]), entry["uuid"])


def spellings(lab: Lab) -> Iterator[Failure]:
    """ID-SPELLINGS."""
    with credits_to_read(lab) as entries:
        uuid = UUID(entries[0]["uuid"])
        for spelling in (str(uuid), uuid.hex):
            yield from _is_credit(lab, lab.retrieve(spelling), str(uuid))


def dashes(lab: Lab) -> Iterator[Failure]:
    """ID-DASHES. A field that holds no uuid at all is judged elsewhere."""

    def judge(credit: Credit, answer: Exchange) -> Iterator[Failure]:
        for field in ("uuid", "url", "customer", "customer_uuid"):
            text = str(credit.get(field))
            if _UNDASHED.search(text):
                yield Failure(
                    f"`{field}` is written without dashes", "dashes", text, answer, pointer_to(field)
                )

    yield from _shown_credits(lab, judge)


def capitals(lab: Lab) -> Iterator[Failure]:
    """ID-CASE."""
    with credits_to_read(lab) as entries:
        yield from _is_credit(lab, lab.retrieve(entries[0]["uuid"].upper()), entries[0]["uuid"])


def url(lab: Lab) -> Iterator[Failure]:
    """ID-URL."""
    yield from _shown_credits(lab, _own_url)


def url_leads(lab: Lab) -> Iterator[Failure]:
    """ID-URL-LEADS. Only the path is followed: the host is judged by ID-URL-HOST."""
    with credits_to_read(lab) as entries:
        for entry in entries[:2]:
            answer = lab.send("GET", path_of(entry["url"]), "customer_credits_retrieve")
            yield from _is_credit(lab, answer, entry["uuid"])


def url_host(lab: Lab) -> Iterator[Failure]:
    """ID-URL-HOST."""
    asked = urlsplit(lab.target.url)
    with credits_to_read(lab):
        answer = lab.list("page_size=5")
        for entry in listed(answer)[:1]:
            for field in ("url", "customer"):
                link = urlsplit(str(entry.get(field)))
                if (link.scheme, link.netloc) != (asked.scheme, asked.netloc):
                    expected, got = f"{asked.scheme}://{asked.netloc}", f"{link.scheme}://{link.netloc}"
                    yield Failure(f"`{field}` leads elsewhere", expected, got, answer, pointer_to(field))


def unique(lab: Lab) -> Iterator[Failure]:
    """ID-UNIQUE. Looked at twice, since a credit that is deleted meanwhile shifts the pages."""
    yield from _repeated(lab, "uuid", "is the uuid of several credits")


def one_each(lab: Lab) -> Iterator[Failure]:
    """ID-ONE-EACH."""
    yield from _repeated(lab, "customer_uuid", "has several credits")


def customer(lab: Lab) -> Iterator[Failure]:
    """ID-CUSTOMER."""
    yield from _shown_credits(lab, _own_customer)


@confirmed
def customer_fields(lab: Lab) -> Iterator[Failure]:
    """ID-CUSTOMER-FIELDS."""

    def judge(credit: Credit, answer: Exchange) -> Iterator[Failure]:
        found = read(lab.send("GET", f"/api/customers/{plain(credit['customer_uuid'])}/"))
        for field, name in (
            ("customer_name", "name"),
            ("customer_slug", "slug"),
            ("customer_uuid", "uuid"),
        ):
            if name in found and not same(field, found[name], credit.get(field)):
                message = f"`{field}` is not the customer's `{name}`"
                yield Failure(message, str(found[name]), str(credit.get(field)), answer, pointer_to(field))

    yield from _shown_credits(lab, judge)


def offerings(lab: Lab) -> Iterator[Failure]:
    """ID-OFFERINGS."""

    def judge(credit: Credit, answer: Exchange) -> Iterator[Failure]:
        for offering in credit["offerings"]:
            if last_segment(offering["url"]) != plain(offering["uuid"]):
                message = "an offering's `url` is not its own hyperlink"
                pointer = "#/components/schemas/NestedProviderOffering/properties/url"
                yield Failure(message, offering["uuid"], offering["url"], answer, pointer)

    with _with_offerings(lab) as query:
        yield from _shown_credits(lab, judge, query, having="offerings")


@confirmed
def offering_fields(lab: Lab) -> Iterator[Failure]:
    """ID-OFFERING-FIELDS."""

    def judge(credit: Credit, answer: Exchange) -> Iterator[Failure]:
        for offering in credit["offerings"][:3]:
            link = f"/api/marketplace-provider-offerings/{plain(offering['uuid'])}/"
            found = read(lab.send("GET", link))
            for field in ("name", "type"):
                if offering[field] != found[field]:
                    pointer = f"#/components/schemas/NestedProviderOffering/properties/{field}"
                    message = f"an offering's `{field}` is not that of the offering"
                    yield Failure(message, str(found[field]), str(offering[field]), answer, pointer)

    with _with_offerings(lab) as query:
        yield from _shown_credits(lab, judge, query, having="offerings")


def _is_credit(lab: Lab, answer: Exchange, uuid: str) -> Iterator[Failure]:
    """A failure unless an answer is the credit with this uuid."""
    found = answer.json()
    if answer.status != 200 or not isinstance(found, dict):
        yield from wrong_status(lab, answer, 200, "of a credit that exists")
    elif plain(found.get("uuid")) != plain(uuid):
        yield Failure("another credit is given", uuid, str(found.get("uuid")), answer, pointer_to("uuid"))


def _own_url(credit: Credit, answer: Exchange) -> Iterator[Failure]:
    link = path_of(credit.get("url"))
    if not link.startswith(CREDITS) or last_segment(link) != plain(credit.get("uuid")):
        expected = f"{CREDITS}{credit.get('uuid')}/"
        yield Failure("`url` is not the credit's own hyperlink", expected, link, answer, pointer_to("url"))


def _own_customer(credit: Credit, answer: Exchange) -> Iterator[Failure]:
    link = path_of(credit.get("customer"))
    if not link.startswith("/api/customers/") or last_segment(link) != plain(credit.get("customer_uuid")):
        message = "`customer` is not the hyperlink of `customer_uuid`"
        expected = f"/api/customers/{credit.get('customer_uuid')}/"
        yield Failure(message, expected, link, answer, pointer_to("customer"))


def _shown_credits(lab: Lab, judge: Judge, query: str = "page_size=5", having: str = "") -> Iterator[Failure]:
    """The failures of credits both as the list gives them and as they are read one by one.

    `having` names a field that must not be empty for a credit to be of use.
    """
    with credits_to_read(lab):
        answer = lab.list(query)
        entries = [entry for entry in listed(answer) if not having or entry.get(having)][:3]
        for entry in entries:
            yield from judge(entry, answer)
        for entry in entries:
            single = lab.retrieve(entry["uuid"])
            yield from judge(read(single), single)


def _repeated(lab: Lab, field: str, told: str) -> Iterator[Failure]:
    enough = "the deployment has fewer than two credits"
    with populated(lab, lambda entries: len(entries) > 1, enough, {}, {}) as entries:
        if _more_than_once(entries, field):
            for value in _more_than_once(lab.credits(), field):
                yield Failure(f"{value} {told}", "1", "more", lab.client.exchanges[-1], pointer_to(field))


def _more_than_once(entries: Sequence[Credit], field: str) -> list[str]:
    return [value for value, times in Counter(plain(e.get(field)) for e in entries).items() if times > 1]


@contextmanager
def _with_offerings(lab: Lab) -> Iterator[str]:
    """A query of the list for credits with offerings; one of our own is given some where none has."""
    if any(entry.get("offerings") for entry in listed(lab.list("page_size=100"))):
        yield "page_size=100"
        return
    known = [str(offering["url"]) for offering in lab.offerings()[:2]]
    if not known:
        raise CannotJudge("the deployment has no offering")
    try:
        with lab.credit(offerings=known) as made:
            yield f"customer_uuid={made['customer_uuid']}"
    except NotAllowed as reason:
        raise CannotJudge("no credit is limited to an offering") from reason
