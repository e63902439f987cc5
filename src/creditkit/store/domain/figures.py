"""The figures a credit shows that are computed and never stored.

Source of every formula: observed behaviour, computed fields.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from .clock import in_one_month, month_of
from .model import CENT, Consumption, Credit, Invoice, Item, Project, rounded

_NOTHING = Decimal(0)
_ALL = Decimal(100)
"""In percent."""


def minimal_consumption(credit: Credit, today: date) -> Decimal:
    """The amount that the credit loses in a month even if less is used.

    0 where the expected consumption is not applied; all of it in the month the credit ends; otherwise
    without the share that `grace_coefficient` forgives (percent, and not limited to 0..100).
    """
    if not credit.apply_as_minimal_consumption:
        return _NOTHING
    if credit.end_date is not None and in_one_month(credit.end_date, today):
        return credit.expected_consumption
    return (_ALL - credit.grace_coefficient) / _ALL * credit.expected_consumption


def linear_expected_consumption(credit: Credit, compensated: Decimal, today: date) -> Decimal:
    """What a credit with linear logic is expected to lose in a month, so that nothing is left at its end.

    `compensated` is what the credit lost in the month before, already taken off its value. The nearer the
    end, the larger the share; from the month before the end on, all of the value.
    """
    assert credit.end_date is not None, "linear logic has an end"
    days = (month_of(credit.end_date) - today).days
    share = Decimal(1)
    if days > 0:
        share = min(share, Decimal(monthrange(today.year, today.month)[1]) / days)
    unspent = max(credit.expected_consumption - compensated, Decimal(0))
    return rounded(unspent * (1 - share) + credit.value * share)


def allocated_to_projects(projects: Collection[Project]) -> Decimal:
    """The sum of the project credits of one customer, 0 if there are none."""
    if not projects:
        return _NOTHING
    return sum((project.credit for project in projects if project.credit is not None), Decimal(0))


def consumption_last_month(credit: Credit, invoice: Invoice | None) -> Decimal | None:
    """What the credit paid on the customer's invoice of last month, with tax; None without an invoice."""
    if invoice is None:
        return None
    return sum((-item.total for item in paid_by(credit, invoice)), Decimal(0))


def consumptions(credit: Credit, invoices: Iterable[Invoice]) -> tuple[Consumption, ...]:
    """What the credit paid month by month, net of tax, oldest first; months without any are left out."""
    months: defaultdict[date, Decimal] = defaultdict(Decimal)
    for invoice in invoices:
        for item in paid_by(credit, invoice):
            months[invoice.month] -= item.price
    return tuple(Consumption(month, rounded(months[month], CENT)) for month in sorted(months))


def paid_by(credit: Credit, invoice: Invoice) -> tuple[Item, ...]:
    """The compensations of `credit` on `invoice`."""
    return tuple(item for item in invoice.items if item.credit == credit.uuid and item.price < 0)
