"""Applying and clearing compensations: what a credit pays on its customer's open invoice.

Both are pure functions from one `Ledger` to the next. Source: observed
behaviour (the check values of its section on the two actions) and the server's own monthly calculation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from msgspec import structs

from .figures import minimal_consumption, paid_by
from .model import Credit, Invoice, Item, Project, rounded


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the two actions read and change: a credit, the invoice it pays on, projects by uuid."""

    credit: Credit
    invoice: Invoice
    projects: Mapping[str, Project]


def clear(ledger: Ledger, today: date) -> Ledger:
    """The ledger with the credit's compensations taken off the invoice and given back.

    The credit gets back the larger of what was compensated and its minimal consumption. As on the server, the
    minimal consumption must be unchanged since the compensations were applied, and one that was taken where
    nothing was compensated is not given back.
    """
    credit, invoice = ledger.credit, ledger.invoice
    paid = paid_by(credit, invoice)
    if not paid:
        return ledger
    returned: defaultdict[str, Decimal] = defaultdict(Decimal)
    for item in paid:
        if item.project is not None:
            returned[item.project] -= item.price
    back = max(-sum(item.price for item in paid), minimal_consumption(credit, today))
    return Ledger(
        structs.replace(credit, value=rounded(credit.value + back)),
        replace(invoice, items=tuple(item for item in invoice.items if item not in paid)),
        {
            uuid: project if project.credit is None else _drawn(project, -returned[uuid])
            for uuid, project in ledger.projects.items()
        },
    )


def apply(ledger: Ledger, today: date) -> Ledger:
    """The ledger with the credit paying for the usage on the invoice, cheapest items first.

    Earlier compensations are cleared first, so applying twice leaves what applying once does, within what
    `clear` can give back. An item of a project that has a credit is paid no further than that credit goes.
    Where less is paid than the minimal consumption, the credit loses the difference too, as far as it goes.
    """
    ledger = clear(ledger, today)
    credit, projects = ledger.credit, dict(ledger.projects)
    left = credit.value
    paid: list[Item] = []
    for item in _usage(ledger):
        project = projects.get(item.project) if item.project else None
        amount = min(item.total, left)
        if project is not None and project.credit is not None:
            amount = min(amount, project.credit)
            projects[project.uuid] = _drawn(project, amount)
        if amount > 0:
            paid.append(_compensation(item, amount, credit))
            left -= amount
    shortfall = minimal_consumption(credit, today) - (credit.value - left)
    left -= min(left, max(shortfall, Decimal(0)))
    return Ledger(
        structs.replace(credit, value=rounded(left)),
        replace(ledger.invoice, items=ledger.invoice.items + tuple(paid)),
        projects,
    )


def _usage(ledger: Ledger) -> list[Item]:
    """The items that the credit may pay for, by price."""
    allowed = ledger.credit.offerings
    return sorted(
        (
            item
            for item in ledger.invoice.items
            if item.offering is not None and (not allowed or item.offering in allowed)
        ),
        key=lambda item: item.price,
    )


def _compensation(item: Item, amount: Decimal, credit: Credit) -> Item:
    """The invoice line that says `credit` paid `amount` of `item`; the amount has its tax in it already."""
    return Item(compensation_name(item.name), -amount, project=item.project, credit=credit.uuid)


def compensation_name(usage: str) -> str:
    """The name of the line that compensates the usage of that name."""
    return f"Compensation of {usage}"


def _drawn(project: Project, amount: Decimal) -> Project:
    """The project with `amount` less on its credit."""
    assert project.credit is not None
    return replace(project, credit=rounded(project.credit - amount))
