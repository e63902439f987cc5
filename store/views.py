"""Views: credits with everything around them, kept for as long as nothing that they rest on has changed.

A view rests on its credit, on four tables, and on the month. All of these are immutable, and another one
takes their place when something changes; so it is enough to compare which they are, and a kept view is never
out of date. `tests/store/test_views.py` holds it to one that is made anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import is_

from . import figures
from .clock import month_of, shift
from .content import Content
from .model import Credit, CreditView

MOST = 4096
"""How many views are kept; when there are more, all go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A view and what it rests on."""

    credit: Credit
    month: date
    beside: tuple[object, ...]
    view: CreditView


class Views:
    """The views of one world's credits."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    def of(self, credit: Credit, content: Content, today: date) -> CreditView:
        """The view of a credit in this content, on this day."""
        month, beside = month_of(today), content.beside_credits
        kept = self._kept.get(credit.uuid)
        if (
            kept is not None
            and kept.credit is credit
            and kept.month == month
            and all(map(is_, kept.beside, beside))
        ):
            return kept.view
        view = viewed(credit, content, today)
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[credit.uuid] = Kept(credit, month, beside, view)
        return view


def viewed(credit: Credit, content: Content, today: date) -> CreditView:
    """The credit with its customer, its offerings and the computed figures."""
    last_month = shift(month_of(today), -1)
    invoices = content.invoices.find("customer", credit.customer)
    return CreditView(
        credit=credit,
        customer=content.customers[credit.customer],
        offerings=tuple(content.offerings[uuid] for uuid in credit.offerings),
        minimal_consumption=figures.minimal_consumption(credit, today),
        allocated_to_projects=figures.allocated_to_projects(
            content.projects.find("customer", credit.customer)
        ),
        consumption_last_month=figures.consumption_last_month(
            credit, next((invoice for invoice in invoices if invoice.month == last_month), None)
        ),
    )
