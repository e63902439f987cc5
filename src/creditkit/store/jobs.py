"""The jobs that the server runs as time passes: the daily one and the monthly one.

Both are pure functions from a content to the changes in it and to what each credit gains or loses. Neither
reads the clock: `since` is the last day on which a job ran, or None.

Source: observed behaviour, computed fields (the linear formula, the expiry), and, for what happens in which
order on the first of a month, the server's documented invoice finalization without a grace period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import uuid5

from msgspec import structs

from .domain import compensations
from .domain.clock import shift
from .domain.compensations import Ledger
from .domain.figures import linear_expected_consumption, paid_by
from .domain.model import Credit, Invoice, Item, rounded
from .domain.names import NAMESPACE
from .tables.content import Content
from .tinyjournal import Change


class Kind(StrEnum):
    """Why a job changed a credit's value, in the server's names for these events."""

    ROLLBACK = "rollback"
    COMPENSATION = "compensation"
    MINIMAL_CONSUMPTION = "minimal_consumption"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of a credit's value by a job: `amount` is what the value gained, mostly below 0.

    The movements of a credit sum up to the change of its value. `day` is the day on which the server would
    have made the change, even where the clock was advanced further in one step.
    """

    day: date
    credit: str
    kind: Kind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a job."""

    changes: tuple[Change, ...]
    movements: tuple[Movement, ...]


def daily_job(content: Content, today: date, since: date | None) -> Done:
    """Credits whose end is past lose their value (observed SRC).

    On the end date itself a credit is still valid: one that ends on the first of a month pays once more, for
    the month before.
    """
    overdue = [credit for credit in _ended(content, today) if credit.value]
    return Done(
        tuple(content.put_credit(_emptied(credit)) for credit in overdue), _expiries(overdue, today, since)
    )


def monthly_job(content: Content, first: date, since: date | None) -> Done:
    """What happens on the `first` of a month, in the server's order (documented invoice finalization).

    Overdue credits lose their value. Every open invoice of an earlier month is compensated again from its
    customer's credit and closed: `created`. A credit with linear logic gets its new expected consumption.
    Every customer without an invoice for the new month gets one.

    Minimal consumption is that of the new month, so a credit that ends on `first` is charged all of its
    expected consumption, without grace.
    """
    overdue = {credit.uuid: credit for credit in _ended(content, first) if credit.value}
    changed: dict[str, Credit] = {uuid: _emptied(credit) for uuid, credit in overdue.items()}
    changes: list[Change] = []
    movements: list[Movement] = list(_expiries(overdue.values(), first, since))
    for customer, invoices in _to_close(content, first).items():
        credit = content.credits.one("customer", customer)
        if credit is None:
            changes += (content.invoices.put(replace(invoice, state="created")) for invoice in invoices)
            continue
        known = {project.uuid: project for project in content.projects.find("customer", customer)}
        ledger = Ledger(changed.get(credit.uuid, credit), invoices[0], known)
        for invoice in invoices:
            ledger, moved = closed(replace(ledger, invoice=invoice), first)
            changes.append(content.invoices.put(ledger.invoice))
            movements += moved
        if ledger.credit != credit:
            changed[credit.uuid] = ledger.credit
        changes += (
            content.projects.put(project)
            for uuid, project in ledger.projects.items()
            if project != known[uuid]
        )
    changes += map(content.put_credit, changed.values())
    changes += _opened(content, first)
    return Done(tuple(changes), tuple(movements))


def closed(ledger: Ledger, today: date) -> tuple[Ledger, list[Movement]]:
    """The ledger with its invoice compensated and closed, and the movements of the credit."""
    before = ledger.credit
    cleared = compensations.clear(ledger, today).credit
    after = compensations.apply(ledger, today)
    credit = after.credit
    paid = -sum((item.price for item in paid_by(credit, after.invoice)), Decimal(0))
    charged = cleared.value - paid - credit.value
    amounts = {
        Kind.ROLLBACK: cleared.value - before.value,
        Kind.COMPENSATION: -paid,
        Kind.MINIMAL_CONSUMPTION: -charged,
    }
    if credit.minimal_consumption_logic == "linear" and credit.end_date is not None:
        expected = linear_expected_consumption(credit, paid + charged, today)
        credit = structs.replace(credit, expected_consumption=expected)
    return (
        Ledger(credit, replace(after.invoice, state="created"), after.projects),
        [Movement(today, credit.uuid, kind, amount) for kind, amount in amounts.items() if amount],
    )


def recurring(invoice: Invoice) -> tuple[Item, ...]:
    """The lines of an invoice that recur a month later: those that name an offering.

    A fee names no offering and is charged once. This is the mock's own rule: on a real server usage comes
    from what customers run.
    """
    return tuple(item for item in invoice.items if item.offering is not None)


def _to_close(content: Content, first: date) -> Mapping[str, list[Invoice]]:
    """The open invoices of months before `first`, oldest first, by customer."""
    found: defaultdict[str, list[Invoice]] = defaultdict(list)
    for invoice in content.invoices.find("state", "pending"):
        if invoice.month < first:
            found[invoice.customer].append(invoice)
    for invoices in found.values():
        invoices.sort(key=lambda invoice: invoice.month)
    return found


def _opened(content: Content, first: date) -> Iterator[Change]:
    """The invoices of the month that begins on `first`, for all customers that have none yet."""
    billed = {invoice.customer for invoice in content.invoices.find("month", first.isoformat())}
    last = {
        invoice.customer: recurring(invoice)
        for invoice in content.invoices.find("month", shift(first, -1).isoformat())
    }
    for customer in content.customers:
        if customer.uuid not in billed:
            uuid = uuid5(NAMESPACE, f"invoices/{customer.uuid}/{first}")
            yield content.invoices.put(
                Invoice(str(uuid), customer.uuid, first, "pending", last.get(customer.uuid, ()))
            )


def _ended(content: Content, today: date) -> Iterator[Credit]:
    """The credits whose end is past, by end."""
    table = content.credits
    for doc_id in table.ids("end_date"):
        credit = table.read(doc_id)
        if credit.end_date is None or credit.end_date >= today:
            return
        yield credit


def _emptied(credit: Credit) -> Credit:
    return structs.replace(credit, value=rounded(Decimal(0)))


def _expiries(credits_: Iterable[Credit], today: date, since: date | None) -> tuple[Movement, ...]:
    """The lost values, dated on the day after the end or, if later, on the first day that a job looked."""
    earliest = today if since is None else since + timedelta(days=1)
    return tuple(
        Movement(max(credit.end_date + timedelta(days=1), earliest), credit.uuid, Kind.EXPIRY, -credit.value)
        for credit in credits_
        if credit.end_date is not None
    )
