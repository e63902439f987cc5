"""Probes of the history: what a credit has paid, month by month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from creditkit.conformance.asking import CannotJudge, Exchange, Lab, number
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import Credit, answers, body_of, confirmed, first_few

_TRIED_CREDITS = 20
_ROW = "#/components/schemas/CustomerCreditConsumption"


def first_of_month(lab: Lab) -> Iterator[Failure]:
    """Each row is dated to the first day of its month."""
    for _, exchange, rows in _histories(lab):
        wrong = [row["date"] for row in rows if date.fromisoformat(row["date"]).day != 1]
        if wrong:
            yield Failure(
                "a month is named by its first day",
                "YYYY-MM-01",
                first_few(wrong),
                exchange,
                f"{_ROW}/properties/date",
            )


def ascending(lab: Lab) -> Iterator[Failure]:
    """The oldest month comes first."""
    longest = 0
    for _, exchange, rows in _histories(lab):
        dates = [row["date"] for row in rows]
        longest = max(longest, len(set(dates)))
        if dates != sorted(dates):
            yield Failure(
                "the oldest month comes first", first_few(sorted(dates)), first_few(dates), exchange
            )
    if longest < 2:
        raise CannotJudge("no credit was found that paid in two months")


def one_row_a_month(lab: Lab) -> Iterator[Failure]:
    """No month is there twice."""
    for _, exchange, rows in _histories(lab):
        months = [row["date"][:7] for row in rows]
        twice = sorted({month for month in months if months.count(month) > 1})
        if twice:
            yield Failure("each month has one row", "different months", f"twice {first_few(twice)}", exchange)


def positive(lab: Lab) -> Iterator[Failure]:
    """Prices are positive."""
    for _, exchange, rows in _histories(lab):
        wrong = [row["price"] for row in rows if (number(row["price"]) or 0) <= 0]
        if wrong:
            yield Failure(
                "a price is above 0", "more than 0", first_few(wrong), exchange, f"{_ROW}/properties/price"
            )


@confirmed
def repeatable(lab: Lab) -> Iterator[Failure]:
    """Read again, it is the same."""
    for uuid, exchange, rows in _histories(lab):
        again = lab.consumptions(uuid)
        if body_of(again) != rows:
            yield Failure(
                "the history is the same when read again",
                first_few(exchange.json()),
                first_few(again.json()),
                again,
            )


@confirmed
def parameters_ignored(lab: Lab) -> Iterator[Failure]:
    """The documented parameters have no effect and are never refused."""
    queries: Sequence[dict[str, str]] = (
        {"page": "2"},
        {"page": "none"},
        {"page_size": "1"},
        {"o": "-value"},
        {"o": "nonsense"},
        {"customer_name": "no such name"},
        {"customer_slug": "no-such-slug"},
        {"customer_uuid": lab.absent_uuid()},
        {"customer_uuid": "no-uuid"},
    )
    for uuid, _, rows in _histories(lab):
        for query in map(urlencode, queries):
            exchange = lab.consumptions(uuid, query)
            yield from answers(lab, exchange, 200, f"?{query} has no effect on a history")
            if exchange.status == 200 and exchange.json() != rows:
                yield Failure(
                    f"?{query} has no effect on a history",
                    first_few(rows, 2),
                    first_few(exchange.json(), 2),
                    exchange,
                )
        break


def fresh(lab: Lab) -> Iterator[Failure]:
    """A new credit has paid nothing yet."""
    with lab.credit(value="5") as credit:
        exchange = lab.consumptions(str(credit["uuid"]))
        yield from answers(lab, exchange, 200, "a new credit has a history, an empty one")
        if exchange.status == 200 and exchange.json() != []:
            yield Failure("a new credit has paid nothing", "[]", str(exchange.json())[:200], exchange)


def _histories(lab: Lab) -> Iterator[tuple[str, Exchange, list[dict[str, Any]]]]:
    """Credits that have paid something, three at most; CannotJudge if none of those looked at has."""
    found = 0
    # Those that paid last month are looked at first: among many credits most have no history.
    likely = sorted(lab.credits(), key=_unlikely)
    for credit in likely[:_TRIED_CREDITS]:
        exchange = lab.consumptions(str(credit["uuid"]))
        rows = body_of(exchange)
        if isinstance(rows, list) and rows:
            yield str(credit["uuid"]), exchange, rows
            found += 1
        if found == 3:
            return
    if not found:
        raise CannotJudge(f"none of {min(len(likely), _TRIED_CREDITS)} credits has a history")


def _unlikely(credit: Credit) -> bool:
    return not number(credit.get("consumption_last_month"))
