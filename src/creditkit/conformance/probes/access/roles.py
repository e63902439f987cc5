"""Probes of roles: what support, the owner of a customer, and a user without a role may read and write."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from creditkit.conformance.asking import CannotJudge, Lab, plain
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import (
    Credit,
    a_credit,
    answers,
    body_of,
    changed,
    confirmed,
    first_few,
    ids,
    read_all,
)

from .credentials import denied_writes, same_credits

_STRANGERS = 3


@confirmed
def support_lists(lab: Lab) -> Iterator[Failure]:
    """Support lists and counts what staff does."""
    everything = lab.credits()
    exchange, found = read_all(lab, role="support")
    yield from answers(lab, exchange, 200, "support reads the list")
    if exchange.status == 200 and not same_credits(found, everything):
        yield Failure("support sees every credit", f"{len(everything)} credits", str(len(found)), exchange)
    counted = lab.count(role="support")
    yield from answers(lab, counted, 200, "support counts credits")
    if counted.status == 200 and counted.headers.get("x-result-count") != str(len(everything)):
        got = counted.headers.get("x-result-count", "no X-Result-Count")
        yield Failure("support counts every credit", str(len(everything)), got, counted)


@confirmed
def support_retrieves(lab: Lab) -> Iterator[Failure]:
    """Support reads a credit and its history as staff does."""
    with a_credit(lab) as credit:
        for read in (lab.retrieve, lab.consumptions):
            wanted = body_of(read(str(credit["uuid"])))
            exchange = read(str(credit["uuid"]), role="support")
            yield from answers(lab, exchange, 200, "support reads every credit")
            if exchange.status == 200 and exchange.json() != wanted:
                told = "support reads what staff reads"
                yield Failure(told, str(wanted)[:200], str(exchange.json())[:200], exchange)


def support_writes(lab: Lab) -> Iterator[Failure]:
    """Support may not write."""
    yield from denied_writes(lab, "support")


@confirmed
def owner_lists(lab: Lab) -> Iterator[Failure]:
    """An owner's list holds credits of customers that the owner may see, and not all there are."""
    everything, own = _of_owner(lab)
    exchange, _ = read_all(lab, role="owner")
    answer = lab.send("GET", "/api/customers/", query="page_size=300", role="owner")
    visible = {plain(customer["uuid"]) for customer in body_of(answer)}
    strangers = [credit for credit in own if plain(credit["customer_uuid"]) not in visible]
    # A page of 300 customers may not be all of them, and none says that this list is not for owners.
    if strangers and 0 < len(visible) < 300:
        yield Failure(
            "an owner sees the own credits alone", "no stranger's", first_few(ids(strangers)), exchange
        )
    if len(everything) > 1 and same_credits(own, everything):
        yield Failure("an owner sees the own credits alone", "not all credits", f"all {len(own)}", exchange)


@confirmed
def owner_counts(lab: Lab) -> Iterator[Failure]:
    """To an owner, only the own credits are counted."""
    _, own = _of_owner(lab)
    for exchange in (lab.list(role="owner"), lab.count(role="owner")):
        got = exchange.headers.get("x-result-count", "no X-Result-Count")
        if got != str(len(own)):
            yield Failure("an owner's credits are counted alone", str(len(own)), got, exchange)


@confirmed
def owner_retrieves(lab: Lab) -> Iterator[Failure]:
    """An owner reads the own credit and its history as staff does."""
    _, own = _of_owner(lab)
    if not own:
        raise CannotJudge("the owner's customers have no credit")
    uuid = str(own[0]["uuid"])
    exchange = lab.retrieve(uuid, role="owner")
    yield from answers(lab, exchange, 200, "an owner reads the own credit")
    different = changed(body_of(lab.retrieve(uuid)), exchange.json()) if exchange.status == 200 else []
    if different:
        yield Failure(
            "an owner reads what staff reads", "the same", f"differs in {first_few(different)}", exchange
        )
    exchange = lab.consumptions(uuid, role="owner")
    yield from answers(lab, exchange, 200, "an owner reads the own history")
    if exchange.status == 200 and exchange.json() != body_of(lab.consumptions(uuid)):
        yield Failure(
            "an owner reads what staff reads", "the same history", str(exchange.json())[:200], exchange
        )


def owner_of_others(lab: Lab) -> Iterator[Failure]:
    """A stranger's credit is not found by an owner."""
    for credit in _strangers(lab):
        uuid = str(credit["uuid"])
        for exchange in (lab.retrieve(uuid, role="owner"), lab.consumptions(uuid, role="owner")):
            yield from answers(lab, exchange, 404, "an owner does not find a stranger's credit")


def owner_filters(lab: Lab) -> Iterator[Failure]:
    """No filter shows an owner a stranger's credit, or counts it."""
    for credit in _strangers(lab):
        for name in ("customer_uuid", "customer_slug"):
            query = urlencode({name: str(credit[name])})
            exchange = lab.list(query, role="owner")
            if plain(credit["uuid"]) in ids(body_of(exchange)):
                yield Failure("no filter shows a stranger's credit", "[]", plain(credit["uuid"]), exchange)
            counted = lab.count(query, role="owner")
            if counted.headers.get("x-result-count") != exchange.headers.get("x-result-count"):
                yield Failure(
                    "no filter counts a stranger's credit", "0", counted.headers["x-result-count"], counted
                )


def owner_writes(lab: Lab) -> Iterator[Failure]:
    """An owner may not write: 403 also for what the owner cannot see."""
    yield from denied_writes(lab, "owner")


def nobody_lists(lab: Lab) -> Iterator[Failure]:
    """For a user without a role the list is empty, counted as 0."""
    exchange = lab.list(role="nobody")
    yield from answers(lab, exchange, 200, "a list of nothing is no error")
    if exchange.status == 200 and exchange.json() != []:
        yield Failure(
            "a user without a role sees no credit", "[]", f"{len(exchange.json())} credits", exchange
        )
    for answer in (exchange, lab.count(role="nobody")):
        if answer.headers.get("x-result-count") != "0":
            got = answer.headers.get("x-result-count", "no X-Result-Count")
            yield Failure("for a user without a role nothing is counted", "0", got, answer)


def nobody_retrieves(lab: Lab) -> Iterator[Failure]:
    """Nor is a single credit found, or its history."""
    with a_credit(lab) as credit:
        for read in (lab.retrieve, lab.consumptions):
            exchange = read(str(credit["uuid"]), role="nobody")
            yield from answers(lab, exchange, 404, "a user without a role finds no credit")


def nobody_writes(lab: Lab) -> Iterator[Failure]:
    """A user without a role may not write."""
    yield from denied_writes(lab, "nobody")


def _of_owner(lab: Lab) -> tuple[list[Credit], list[Credit]]:
    """Every credit, and those that the owner lists."""
    exchange, own = read_all(lab, role="owner")
    body_of(exchange)
    return list(lab.credits()), own


def _strangers(lab: Lab) -> list[Credit]:
    """Credits that the owner does not list, a few; CannotJudge if there is none."""
    everything, own = _of_owner(lab)
    mine = set(ids(own))
    found = [credit for credit in everything if plain(credit["uuid"]) not in mine]
    if not found:
        raise CannotJudge("the owner sees every credit")
    return found[:: max(1, len(found) // _STRANGERS)][:_STRANGERS]
