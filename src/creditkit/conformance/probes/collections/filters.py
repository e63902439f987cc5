"""Probes of filters: each gives all matching credits and no other, compared with the whole list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from urllib.parse import urlencode

from creditkit.conformance.asking import CannotJudge, Lab, plain
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import (
    Credit,
    answers,
    confirmed,
    first_few,
    ids,
    populated,
    read_all,
)

_SAMPLES = 3


@confirmed
def customer_name(lab: Lab) -> Iterator[Failure]:
    """The whole name of a customer finds every credit whose customer's name has it in it."""
    with _two(lab) as credits_:
        for name in _samples([str(credit["customer_name"]) for credit in credits_]):
            yield from _filtered(lab, credits_, {"customer_name": name}, _named(name))


@confirmed
def customer_name_part(lab: Lab) -> Iterator[Failure]:
    """So does a part from within the name."""
    with _two(lab) as credits_:
        for word in _samples(_words(credits_)):
            yield from _filtered(lab, credits_, {"customer_name": word[1:]}, _named(word[1:]))


@confirmed
def customer_name_case(lab: Lab) -> Iterator[Failure]:
    """Case is of no account; only letters of ASCII are turned, as databases differ on others."""
    with _two(lab) as credits_:
        for word in _samples(_words(credits_)):
            yield from _filtered(lab, credits_, {"customer_name": word.swapcase()}, _named(word))


@confirmed
def customer_name_literal(lab: Lab) -> Iterator[Failure]:
    """`%` and `_`, wildcards of SQL, are literal."""
    with _two(lab) as credits_:
        for sign in "%_":
            yield from _filtered(lab, credits_, {"customer_name": sign}, _named(sign))


@confirmed
def customer_slug(lab: Lab) -> Iterator[Failure]:
    """A slug finds the credit of that customer alone."""
    with _two(lab) as credits_:
        for slug in _samples([str(credit["customer_slug"]) for credit in credits_]):
            yield from _filtered(lab, credits_, {"customer_slug": slug}, _slugged(slug))


@confirmed
def customer_slug_exact(lab: Lab) -> Iterator[Failure]:
    """A part of a slug, or one in capitals, is another slug."""
    with _two(lab) as credits_:
        for slug in _samples([str(credit["customer_slug"]) for credit in credits_]):
            for other in (slug[:-1], slug.upper()):
                if other and other != slug:
                    yield from _filtered(lab, credits_, {"customer_slug": other}, _slugged(other))


@confirmed
def customer_uuid(lab: Lab) -> Iterator[Failure]:
    """A customer's uuid, as the list spells it, finds the credit of that customer alone."""
    with _two(lab) as credits_:
        for uuid in _samples([str(credit["customer_uuid"]) for credit in credits_]):
            yield from _filtered(lab, credits_, {"customer_uuid": uuid}, _of(uuid))


@confirmed
def customer_uuid_spelling(lab: Lab) -> Iterator[Failure]:
    """The uuid finds the same with and without dashes, in lower case and in capitals."""
    with _two(lab) as credits_:
        bare = plain(credits_[0]["customer_uuid"])
        dashed = "-".join([bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]])
        for uuid in (bare, dashed, bare.upper(), dashed.upper()):
            yield from _filtered(lab, credits_, {"customer_uuid": uuid}, _of(uuid))


@confirmed
def together(lab: Lab) -> Iterator[Failure]:
    """Of several filters, all must match."""
    with _two(lab) as credits_:
        one, other = credits_[0], credits_[-1]
        for first, second in ((one, one), (one, other)):
            uuid, slug = str(first["customer_uuid"]), str(second["customer_slug"])
            query = {"customer_uuid": uuid, "customer_slug": slug}
            yield from _filtered(lab, credits_, query, _both(_of(uuid), _slugged(slug)))


def no_match(lab: Lab) -> Iterator[Failure]:
    """What matches nothing gives an empty list, counted as 0."""
    uuid = lab.absent_uuid()
    for name, value in (("customer_name", uuid), ("customer_slug", uuid), ("customer_uuid", uuid)):
        exchange = lab.list(urlencode({name: value}))
        yield from answers(lab, exchange, 200, f"a {name} that matches nothing is no error")
        if exchange.status == 200 and exchange.json() != []:
            yield Failure(
                f"nothing matches this {name}", "[]", f"{len(exchange.json() or ())} credits", exchange
            )
        if exchange.status == 200 and exchange.headers.get("x-result-count", "0") != "0":
            yield Failure("X-Result-Count is 0", "0", exchange.headers["x-result-count"], exchange)


def bad_uuid(lab: Lab) -> Iterator[Failure]:
    """A customer_uuid that is none is refused, and named."""
    for value in ("zzz", "123", "5a1c0de0-0000-4000-8000-00000000000g"):
        for exchange in (
            lab.list(urlencode({"customer_uuid": value})),
            lab.count(urlencode({"customer_uuid": value})),
        ):
            yield from answers(lab, exchange, 400, f"customer_uuid={value} is no uuid and is refused")
            body = exchange.json()
            if exchange.method == "GET" and exchange.status == 400 and "customer_uuid" not in (body or ()):
                yield Failure("the answer names the parameter", "customer_uuid", str(body)[:200], exchange)


@confirmed
def empty(lab: Lab) -> Iterator[Failure]:
    """A filter with an empty value is no filter."""
    with _two(lab) as credits_:
        for name in ("customer_name", "customer_slug", "customer_uuid"):
            yield from _filtered(lab, credits_, {name: ""}, lambda _: True)


@confirmed
def unknown_parameter(lab: Lab) -> Iterator[Failure]:
    """A parameter that is not documented changes nothing."""
    with _two(lab) as credits_:
        yield from _filtered(lab, credits_, {"creditkit_unknown": "1"}, lambda _: True)
        yield from _filtered(lab, credits_, {"uuid": str(credits_[0]["uuid"])}, lambda _: True)
        # Later releases search by this one.
        yield from _filtered(lab, credits_, {"query": str(credits_[0]["customer_slug"])}, lambda _: True)


def _two(lab: Lab) -> AbstractContextManager[list[Credit]]:
    """Every credit, two at least: with one alone a filter that does nothing looks like one that works."""
    return populated(lab, lambda credits_: len(credits_) > 1, "a filter shows only among two credits", {}, {})


def _filtered(
    lab: Lab, everything: Sequence[Credit], query: dict[str, str], matches: Callable[[Credit], bool]
) -> Iterator[Failure]:
    """The failures of one query: credits that it gives wrongly, and credits that it misses."""
    asked = urlencode(query)
    exchange, found = read_all(lab, asked)
    if exchange.status != 200:
        yield from answers(lab, exchange, 200, f"?{asked} is answered")
        return
    wrong = [credit for credit in found if not matches(credit)]
    if wrong:
        yield Failure(
            f"?{asked} gives only what matches",
            "no other credit",
            f"{len(wrong)} that do not match: {first_few(ids(wrong))}",
            exchange,
            _pointer(query),
        )
    given = set(ids(found))
    missing = [
        uuid for uuid in ids([credit for credit in everything if matches(credit)]) if uuid not in given
    ]
    if missing:
        yield Failure(
            f"?{asked} gives all that matches",
            "every credit of the list that matches",
            f"without {first_few(missing)}",
            exchange,
            _pointer(query),
        )


def _pointer(query: dict[str, str]) -> str:
    """The JSON Pointer of the first parameter of a query."""
    names = {
        "customer_name": "CustomerName",
        "customer_slug": "CustomerSlug",
        "customer_uuid": "CustomerUuid",
    }
    name = names.get(next(iter(query)))
    return f"#/components/parameters/{name}" if name else ""


def _named(text: str) -> Callable[[Credit], bool]:
    return lambda credit: text.casefold() in str(credit["customer_name"]).casefold()


def _slugged(slug: str) -> Callable[[Credit], bool]:
    return lambda credit: credit["customer_slug"] == slug


def _of(uuid: str) -> Callable[[Credit], bool]:
    return lambda credit: plain(credit["customer_uuid"]) == plain(uuid)


def _both(one: Callable[[Credit], bool], other: Callable[[Credit], bool]) -> Callable[[Credit], bool]:
    return lambda credit: one(credit) and other(credit)


def _samples(values: Sequence[str]) -> Sequence[str]:
    """The first, the middle and the last value, each once."""
    some = [value for value in values if value]
    if not some:
        raise CannotJudge("no credit has a value to filter by")
    return list(dict.fromkeys([some[0], some[len(some) // 2], some[-1]]))[:_SAMPLES]


def _words(credits_: Sequence[Credit]) -> Sequence[str]:
    """A word of ASCII letters from each name that has one."""
    found = [re.search("[A-Za-z]{3,}", str(credit["customer_name"])) for credit in credits_]
    return [word[0] for word in found if word]
