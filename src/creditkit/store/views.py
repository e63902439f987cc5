"""Views: credits with their customer, offerings and figures, and the cache of their renderings for answers.

A rendering depends on the credit's document, on four tables and on the month, all of them immutable. The
cache is keyed by these, so an entry is never out of date, and forks of a world share it while they are alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from .domain import figures
from .domain.clock import month_of, shift
from .domain.model import Credit, CreditView
from .tables.content import Content

MOST_BYTES = 8_000_000
"""The size of the cache, documents and renderings together; above it the cache is emptied."""

MOST_GROUNDS = 64
"""The number of combinations of form, month and tables in the cache; above it the cache is emptied."""

Form = Callable[[CreditView], bytes]
"""Renders a view as the bytes of an answer. Equal forms render alike."""


class Renderings:
    """The cached renderings of a world and its forks. Without `remember` nothing is cached."""

    def __init__(self, *, remember: bool = True) -> None:
        self._remember = remember
        self._kept: dict[tuple[object, ...], tuple[object, dict[bytes, bytes]]] = {}
        self._bytes = 0

    def of(self, form: Form, content: Content, today: date) -> Callable[[int], bytes]:
        """A function from the id of a credit's document to its rendering, in this content on this day."""
        raw_of, value_of = content.credits.raws.__getitem__, content.credits.values.__getitem__
        kept = self._kept_by(form, month_of(today), content.beside_credits)

        def rendered(doc_id: int) -> bytes:
            raw = raw_of(doc_id)
            found = kept.get(raw)
            if found is None:
                found = form(viewed(value_of(raw), content, today))
                if self._remember:
                    self._keep(kept, raw, found)
            return found

        return rendered

    def _kept_by(self, form: Form, month: date, beside: tuple[object, ...]) -> dict[bytes, bytes]:
        """The cache for this form, month and these tables, by the credit's document."""
        grounds = (form, month, *map(id, beside))
        known = self._kept.get(grounds)
        if known is None:
            if len(self._kept) >= MOST_GROUNDS:
                self._kept, self._bytes = {}, 0
            # Keep the tables alive with the entry: no other table can get the same `id` meanwhile.
            known = self._kept[grounds] = (beside, {})
        return known[1]

    def _keep(self, kept: dict[bytes, bytes], raw: bytes, rendered: bytes) -> None:
        size = len(raw) + len(rendered)
        self._bytes += size
        if self._bytes > MOST_BYTES:
            for _, some in self._kept.values():
                some.clear()
            self._bytes = size
        kept[raw] = rendered


def viewed(credit: Credit, content: Content, today: date) -> CreditView:
    """The credit with its customer, its offerings and the computed figures."""
    invoices = content.invoices.find("customer", credit.customer)
    last = None
    if invoices:
        last_month = shift(month_of(today), -1)
        last = next((invoice for invoice in invoices if invoice.month == last_month), None)
    offerings = content.offerings
    return CreditView(
        credit=credit,
        customer=content.customers[credit.customer],
        offerings=tuple([offerings[uuid] for uuid in credit.offerings]) if credit.offerings else (),
        minimal_consumption=figures.minimal_consumption(credit, today),
        allocated_to_projects=figures.allocated_to_projects(
            content.projects.find("customer", credit.customer)
        ),
        consumption_last_month=figures.consumption_last_month(credit, last),
    )
