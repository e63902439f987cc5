"""Probes of `o`: each key sorts its field, as numbers, dates or names, in both directions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from itertools import combinations, groupby
from typing import Any
from urllib.parse import quote

from creditkit.conformance.asking import CannotJudge, Exchange, Lab, number
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

_POINTER = "#/components/parameters/Ordering"


@confirmed
def customer_name(lab: Lab) -> Iterator[Failure]:
    """Names ascend and descend. Only pairs on which every collation agrees are judged."""
    with _distinct(lab, "customer_name", {}, {}):
        for key in ("customer_name", "-customer_name"):
            exchange, found = _sorted(lab, key)
            yield from answers(lab, exchange, 200, f"?o={key} is answered")
            names = [str(credit["customer_name"]) for credit in found]
            if key.startswith("-"):
                names.reverse()
            wrong = [(a, b) for a, b in combinations(names[:300], 2) if _surely_before(b, a)]
            if wrong:
                one, other = wrong[0]
                yield _unsorted(exchange, key, f"{other!r} before {one!r}", "the other way round")


@confirmed
def end_date(lab: Lab) -> Iterator[Failure]:
    """End dates ascend and descend; those without one are judged apart."""
    some = ({"end_date": "2097-01-01"}, {"end_date": "2098-01-01"})
    with _distinct(lab, "end_date", *some) as credits_:
        yield from _by_value(lab, "end_date", credits_, lambda credit: credit["end_date"])


@confirmed
def end_date_nulls(lab: Lab) -> Iterator[Failure]:
    """Credits without an end date come last, and first where the order is turned round."""

    def enough(credits_: Sequence[Credit]) -> bool:
        return len({credit["end_date"] is None for credit in credits_}) == 2

    reason = "all credits have an end date, or none has"
    with populated(lab, enough, reason, {}, {"end_date": "2097-01-01"}):
        for key, first in (("end_date", False), ("-end_date", True)):
            exchange, found = _sorted(lab, key)
            nulls = [credit["end_date"] is None for credit in found]
            if nulls != sorted(nulls, reverse=first):
                place = "first" if first else "last"
                yield _unsorted(exchange, key, f"credits without an end date {place}", "in another place")


@confirmed
def expected_consumption(lab: Lab) -> Iterator[Failure]:
    """Expected consumptions ascend and descend as numbers."""
    some = ({"value": "200", "expected_consumption": "9"}, {"value": "200", "expected_consumption": "100"})
    with _distinct(lab, "expected_consumption", *some) as credits_:
        yield from _by_value(
            lab, "expected_consumption", credits_, lambda c: number(c["expected_consumption"])
        )


@confirmed
def value(lab: Lab) -> Iterator[Failure]:
    """Values ascend and descend among those of one length; `as_numbers` judges the lengths."""
    with _distinct(lab, "value", {"value": "9"}, {"value": "100"}) as credits_:
        lengths = {_length(credit) for credit in credits_}
        for key in ("value", "-value"):
            exchange, found = _sorted(lab, key)
            yield from answers(lab, exchange, 200, f"?o={key} is answered")
            for length in sorted(lengths):
                alike = [number(c["value"]) or Decimal(0) for c in found if _length(c) == length]
                if alike != sorted(alike, reverse=key.startswith("-")):
                    yield _unsorted(exchange, key, first_few(sorted(alike)), first_few(alike))


@confirmed
def as_numbers(lab: Lab) -> Iterator[Failure]:
    """9 comes before 100, which as text it does not."""

    def enough(credits_: Sequence[Credit]) -> bool:
        values = sorted(number(credit["value"]) or Decimal(0) for credit in credits_)
        return [str(v) for v in values] != sorted(str(v) for v in values)

    reason = "the values sort as text like they do as numbers"
    with populated(lab, enough, reason, {"value": "9"}, {"value": "100"}):
        for key in ("value", "-value"):
            exchange, found = _sorted(lab, key)
            yield from answers(lab, exchange, 200, f"?o={key} is answered")
            lengths = [_length(credit) for credit in found]
            if lengths != sorted(lengths, reverse=key.startswith("-")):
                values = [str(credit["value"]) for credit in found]
                yield _unsorted(exchange, key, "longer numbers behind shorter ones", first_few(values))


@confirmed
def complete(lab: Lab) -> Iterator[Failure]:
    """Sorting neither loses nor repeats a credit."""
    everything = sorted(ids(lab.credits()))
    if not everything:
        raise CannotJudge("the deployment has no credit")
    for key in ("customer_name", "end_date", "expected_consumption", "value"):
        exchange = lab.list(f"o={key}&page_size=300")
        yield from answers(lab, exchange, 200, f"?o={key} is answered")
        # Equal values have no fixed order, so only a list on one page can be compared with the whole.
        found = sorted(ids(exchange.json() or []))
        if exchange.status == 200 and len(everything) <= 300 and found != everything:
            yield Failure(
                f"?o={key} holds every credit once",
                f"{len(everything)} credits",
                f"{len(found)}, {len(set(found))} of them different",
                exchange,
                _POINTER,
            )


@confirmed
def two_keys(lab: Lab) -> Iterator[Failure]:
    """With `o=end_date,-value`, the value decides where the end dates are equal."""

    def groups(credits_: Sequence[Credit]) -> list[list[Decimal]]:
        return [
            [number(credit["value"]) or Decimal(0) for credit in group]
            for _, group in groupby(credits_, key=lambda credit: credit["end_date"])
        ]

    def enough(credits_: Sequence[Credit]) -> bool:
        ordered = sorted(credits_, key=lambda credit: str(credit["end_date"]))
        return any(len(set(group)) > 1 for group in groups(ordered))

    reason = "no two credits have one end date and different values"
    with populated(lab, enough, reason, {"value": "9"}, {"value": "100"}):
        for first in ("end_date", "-end_date"):
            for second in ("value", "-value"):
                exchange, found = _sorted(lab, f"{first},{second}")
                yield from answers(lab, exchange, 200, f"?o={first},{second} is answered")
                if any(group != sorted(group, reverse=second == "-value") for group in groups(found)):
                    yield _unsorted(
                        exchange, f"{first},{second}", "equal end dates sorted by value", "not so"
                    )


@confirmed
def repeated(lab: Lab) -> Iterator[Failure]:
    """Of `o=-value&o=value` the last counts."""
    with _distinct(lab, "value", {"value": "9"}, {"value": "100"}):
        for first, last in (("-value", "value"), ("value", "-value")):
            exchange, found = read_all(lab, f"o={first}&o={last}")
            yield from answers(lab, exchange, 200, "a repeated o is answered")
            got = [number(credit["value"]) or Decimal(0) for credit in found]
            if got != sorted(got, reverse=last == "-value"):
                yield _unsorted(exchange, f"{first}&o={last}", f"sorted by {last}", first_few(got))


def unknown(lab: Lab) -> Iterator[Failure]:
    """A sort key that is not documented is refused, and the parameter named."""
    for key in ("nonsense", "-nonsense", "VALUE", "value,nonsense", "uuid"):
        exchange = lab.list(f"o={quote(key)}")
        yield from answers(lab, exchange, 400, f"o={key} is no sort key and is refused")
        if exchange.status == 400 and "o" not in (exchange.json() or ()):
            yield Failure(
                "the answer names the parameter", "o", str(exchange.json())[:200], exchange, _POINTER
            )


@confirmed
def empty(lab: Lab) -> Iterator[Failure]:
    """An `o` without a key leaves the default order."""
    _, usual = read_all(lab)
    for nothing in ("", ","):
        exchange, found = read_all(lab, f"o={quote(nothing)}")
        yield from answers(lab, exchange, 200, "an empty o is answered")
        if exchange.status == 200 and ids(found) != ids(usual):
            yield _unsorted(exchange, nothing, "the default order", "another one")


@confirmed
def default(lab: Lab) -> Iterator[Failure]:
    """Without `o` the oldest credit comes first: a second new one comes after the first."""
    with lab.credit(value="2") as first, lab.credit(value="1") as second:
        exchange, found = read_all(lab)
        order = ids(found)
        mine = [uuid for uuid in order if uuid in ids([first, second])]
        if mine != ids([first, second]) or order[-2:] != mine:
            yield _unsorted(
                exchange,
                "",
                "the two newest credits last, the newest at the end",
                first_few(mine) or "neither",
            )


def _length(credit: Credit) -> int:
    """How many digits a credit's value has before the point."""
    return len(str(abs(int(number(credit["value"]) or 0))))


def _sorted(lab: Lab, key: str) -> tuple[Exchange, list[Credit]]:
    return read_all(lab, f"o={key}")


def _distinct(lab: Lab, field: str, *some: dict[str, Any]) -> AbstractContextManager[list[Credit]]:
    """Every credit, at least two of them with different values of the field."""

    def enough(credits_: Sequence[Credit]) -> bool:
        return len({credit[field] for credit in credits_ if credit[field] is not None}) > 1

    return populated(lab, enough, f"all credits have the same {field}", *some)


def _by_value(
    lab: Lab, key: str, everything: Sequence[Credit], read: Callable[[Credit], Any]
) -> Iterator[Failure]:
    """The failures of a key and its opposite: the values that there are must come sorted."""
    values = sorted(value for value in map(read, everything) if value is not None)
    for asked, wanted in ((key, values), (f"-{key}", values[::-1])):
        exchange, found = _sorted(lab, asked)
        yield from answers(lab, exchange, 200, f"?o={asked} is answered")
        got = [value for value in map(read, found) if value is not None]
        if exchange.status == 200 and got != wanted:
            yield _unsorted(exchange, asked, first_few(wanted), first_few(got))


def _unsorted(exchange: Exchange, key: str, expected: str, got: str) -> Failure:
    return Failure(f"?o={key} sorts the list", expected, got, exchange, _POINTER)


def _surely_before(one: str, other: str) -> bool:
    """Whether a name comes before another by code points, by letters alone, and whatever the case.

    Collations differ in accents, blanks and letters beyond ASCII; what they all agree on can be asked of any.
    """
    left, right = _letters(one), _letters(other)
    for a, b in zip(left, right, strict=False):
        if a != b:
            return a.isascii() and b.isascii() and a < b and one < other and one.casefold() < other.casefold()
    return False


def _letters(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in folded if sign.isalnum())
