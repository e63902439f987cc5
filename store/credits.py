"""The credits of a world: who sees which, and what may be done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Unpack, cast
from uuid import UUID, uuid4

from creditkit.errors import NotFound, Rejected, Violation

from . import compensations, figures
from .clock import month_of, shift
from .compensations import Ledger
from .database import Database
from .model import WHOLE, Consumption, Credit, CreditValues, CreditView, Invoice, User, rounded
from .rules import Surroundings, credit_violations, field_violations
from .selection import Filters, may_see, ordered, passes
from .table import Change


class Credits:
    """The credits of one world, oldest first."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def listing(
        self, user: User, *, order: Sequence[str] = (), **filters: Unpack[Filters]
    ) -> Sequence[Credit]:
        """The credits that `user` sees and that pass the filters, oldest first or in the given `order`.

        `order` holds names of the documented ordering keys, with `-` in front for descending.
        """
        everything, customers = self._database.credits, self._database.customers
        if user.sees_all and not order and not any(filters.values()):
            return everything.all()
        found = [
            credit
            for credit in everything
            if may_see(user, credit.customer) and passes(customers[credit.customer], filters)
        ]
        return ordered(found, customers.__getitem__, order)

    def get(self, user: User, uuid: UUID, *, order: Sequence[str] = (), **filters: Unpack[Filters]) -> Credit:
        """The credit with that uuid.

        Raises `NotFound` if there is none, it is hidden from `user`, or it does not pass the filters of the
        list, which run on one credit too (D24). `order` is taken and has no effect.
        """
        del order
        credit = self._current(str(uuid))
        if not (
            may_see(user, credit.customer) and passes(self._database.customers[credit.customer], filters)
        ):
            raise _not_found()
        return credit

    def create(self, values: Mapping[str, object], violations: Sequence[Violation] = ()) -> Credit:
        """Store a new credit. Raises `Rejected` with `violations` and every further rule that is broken.

        `values` are the fields of `CreditValues` that were sent and could be read; `violations` is what was
        found while reading the others, a missing customer among it.
        """
        sent = cast(CreditValues, values)
        self._check_fields(sent, violations)
        blank = Credit(str(uuid4()), str(sent["customer"]), self._now())
        return self._store(_merged(blank, sent))

    def update(
        self, credit: Credit, values: Mapping[str, object], violations: Sequence[Violation] = ()
    ) -> Credit:
        """Change the fields in `values` and no others.

        Raises `Rejected` like `create`, and `NotFound` if the credit is gone.
        """
        sent = cast(CreditValues, values)
        current = self._current(credit.uuid)
        self._check_fields(sent, violations, current)
        return self._store(_merged(current, sent))

    def delete(self, credit: Credit) -> None:
        """Remove the credit. What it paid stays on the invoices and belongs to no credit any more."""
        current = self._current(credit.uuid)
        invoices = [_disowned(invoice, current) for invoice in self._paid_on(current)]
        self._database.commit(
            self._database.credits.remove(current.uuid), *map(self._database.invoices.put, invoices)
        )

    def consumptions(self, credit: Credit) -> tuple[Consumption, ...]:
        """What the credit paid month by month, oldest first."""
        return figures.consumptions(credit, self._paid_on(credit))

    def apply_compensations(self, credit: Credit) -> Credit:
        """Pay for the usage on the customer's newest open invoice; without one nothing happens."""
        return self._settle(credit, compensations.apply)

    def clear_compensations(self, credit: Credit) -> Credit:
        """Take back what was paid on the customer's newest open invoice; without one nothing happens."""
        return self._settle(credit, compensations.clear)

    def view(self, credit: Credit) -> CreditView:
        """The credit with its customer, its offerings and the computed figures."""
        database, today = self._database, self._now().date()
        last_month = shift(month_of(today), -1)
        invoices = database.invoices.find("customer", credit.customer)
        return CreditView(
            credit=credit,
            customer=database.customers[credit.customer],
            offerings=tuple(database.offerings[uuid] for uuid in credit.offerings),
            minimal_consumption=figures.minimal_consumption(credit, today),
            allocated_to_projects=figures.allocated_to_projects(
                database.projects.find("customer", credit.customer)
            ),
            consumption_last_month=figures.consumption_last_month(
                credit, next((invoice for invoice in invoices if invoice.month == last_month), None)
            ),
        )

    def _current(self, uuid: str) -> Credit:
        if uuid not in self._database.credits:
            raise _not_found()
        return self._database.credits[uuid]

    def _check_fields(
        self, sent: CreditValues, found: Sequence[Violation], credit: Credit | None = None
    ) -> None:
        database = self._database
        surroundings = Surroundings(
            today=self._now().date(),
            customers=database.customers,
            offerings=database.offerings,
            credit_of=lambda uuid: next(iter(database.credits.find("customer", uuid)), None),
            credit=credit,
        )
        broken = field_violations(sent, surroundings, found)
        if broken:
            raise Rejected(broken)

    def _store(self, credit: Credit) -> Credit:
        broken = credit_violations(credit, self._now().date())
        if broken:
            raise Rejected(broken)
        self._database.commit(self._database.credits.put(credit))
        return credit

    def _paid_on(self, credit: Credit) -> list[Invoice]:
        """The invoices on which the credit paid something."""
        return self._database.invoices.find("credit", credit.uuid)

    def _settle(self, credit: Credit, action: Callable[[Ledger, date], Ledger]) -> Credit:
        """Run `action` on the newest open invoice, and store what it changed in one write."""
        database, current = self._database, self._current(credit.uuid)
        invoices = database.invoices.find("customer", current.customer)
        newest = max(
            (invoice for invoice in invoices if invoice.state == "pending"),
            key=lambda invoice: invoice.month,
            default=None,
        )
        if newest is None:
            return current
        projects = {project.uuid: project for project in database.projects.find("customer", current.customer)}
        before = Ledger(current, newest, projects)
        after = action(before, self._now().date())
        database.commit(*self._changes(before, after))
        return after.credit

    def _changes(self, before: Ledger, after: Ledger) -> Iterator[Change]:
        if after.credit != before.credit:
            yield self._database.credits.put(after.credit)
        if after.invoice != before.invoice:
            yield self._database.invoices.put(after.invoice)
        for uuid, project in after.projects.items():
            if project != before.projects[uuid]:
                yield self._database.projects.put(project)


def _merged(credit: Credit, sent: CreditValues) -> Credit:
    """The credit with the fields that were sent, at the scale in which they are stored."""
    return replace(
        credit,
        value=rounded(sent.get("value", credit.value)),
        customer=str(sent.get("customer", credit.customer)),
        offerings=tuple(dict.fromkeys(map(str, sent.get("offerings", credit.offerings)))),
        end_date=sent.get("end_date", credit.end_date),
        expected_consumption=rounded(sent.get("expected_consumption", credit.expected_consumption)),
        minimal_consumption_logic=sent.get("minimal_consumption_logic", credit.minimal_consumption_logic),
        grace_coefficient=rounded(sent.get("grace_coefficient", credit.grace_coefficient), WHOLE),
        apply_as_minimal_consumption=sent.get(
            "apply_as_minimal_consumption", credit.apply_as_minimal_consumption
        ),
    )


def _disowned(invoice: Invoice, credit: Credit) -> Invoice:
    """The invoice with the credit struck from its compensations."""
    return replace(
        invoice,
        items=tuple(
            replace(item, credit=None) if item.credit == credit.uuid else item for item in invoice.items
        ),
    )


def _not_found() -> NotFound:
    return NotFound("No CustomerCredit matches the given query.")
