"""The credits of a world: who sees which, and what may be done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Unpack, cast
from uuid import UUID

from creditkit.errors import NotFound, Rejected, Violation

from .domain import compensations, figures
from .domain.compensations import Ledger
from .domain.fields import settled
from .domain.model import NEW, Consumption, Credit, CreditValues, CreditView, Customer, Invoice, User
from .domain.names import new_uuid
from .domain.rules import Surroundings, credit_violations, field_violations
from .selection import Filters, may_see, passes, selected
from .tables.content import Content
from .tables.database import Database
from .tables.table import Listing
from .tinyjournal import Change
from .views import Form, Renderings, viewed


class Credits:
    """The credits of one world, oldest first.

    What changes them is one transaction each: what it reads nobody else changes before it has written.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], renderings: Renderings) -> None:
        self._database = database
        self._now = now
        self._renderings = renderings

    def listing(
        self, user: User, *, order: Sequence[str] = (), **filters: Unpack[Filters]
    ) -> Sequence[Credit]:
        """The credits that `user` sees and that pass the filters, oldest first or in the given `order`.

        `order` holds names of the documented ordering keys, with `-` in front for descending.
        """
        content = self._database.content
        return content.credits.listing(selected(content, user, filters, order))

    def get(self, user: User, uuid: UUID, *, order: Sequence[str] = (), **filters: Unpack[Filters]) -> Credit:
        """The credit with that uuid.

        Raises `NotFound` if there is none, it is hidden from `user`, or it does not pass the filters of the
        list, which run on one credit too (D24). `order` is taken and has no effect.
        """
        del order
        content = self._database.content
        credit = _current(content, str(uuid))
        if not may_see(user, credit.customer):
            raise _not_found()
        if filters and not passes(content.customers[credit.customer], filters):
            raise _not_found()
        return credit

    def shown(
        self, user: User, form: Form, *, order: Sequence[str] = (), **filters: Unpack[Filters]
    ) -> Sequence[bytes]:
        """What `form` makes of the credits of a `listing`."""
        content = self._database.content
        ids = selected(content, user, filters, order)
        return Listing(ids, self._renderings.of(form, content, self._now().date()))

    def show(self, credit: Credit, form: Form) -> bytes:
        """What `form` makes of a credit that is in the world now."""
        content = self._database.content
        doc_id = content.credits.first("uuid", credit.uuid)
        assert doc_id is not None
        return self._renderings.of(form, content, self._now().date())(doc_id)

    def of(self, customer: Customer) -> Credit | None:
        """The credit of a customer, None if it has none."""
        return self._database.content.credits.one("customer", customer.uuid)

    def create(self, values: Mapping[str, object], violations: Sequence[Violation] = ()) -> CreditView:
        """Store a new credit. Raises `Rejected` with `violations` and every further rule that is broken.

        `values` are the fields of `CreditValues` that were sent and could be read; `violations` is what was
        found while reading the others, a missing customer among it.
        """
        sent, now = cast(CreditValues, values), self._now()
        today = now.date()
        if violations:  # it comes to nothing in any case, and nobody need wait for that
            self._check_fields(self._database.content, sent, violations, today)
        credit = _created(sent, now)
        view: CreditView

        def changes() -> Iterable[Change]:
            nonlocal view
            content = self._database.content
            self._check_fields(content, sent, violations, today)
            self._check(credit, today)
            view = viewed(credit, content, today)
            return (content.add_credit(credit, view.customer),)

        self._database.decide(changes)
        return view

    def update(
        self, credit: Credit, values: Mapping[str, object], violations: Sequence[Violation] = ()
    ) -> CreditView:
        """Change the fields in `values` and no others.

        Raises `Rejected` like `create`, and `NotFound` if the credit is gone.
        """
        sent, today = cast(CreditValues, values), self._now().date()
        view: CreditView

        def changes() -> Iterable[Change]:
            nonlocal view
            content = self._database.content
            current = _current(content, credit.uuid)
            self._check_fields(content, sent, violations, today, current)
            changed = _merged(current, sent, current.uuid, current.created)
            self._check(changed, today)
            view = viewed(changed, content, today)
            return (content.put_credit(changed),)

        self._database.decide(changes)
        return view

    def delete(self, credit: Credit) -> None:
        """Remove the credit. What it paid stays on the invoices and belongs to no credit any more."""
        with self._database.transaction() as content:
            current = _current(content, credit.uuid)
            invoices = [_disowned(invoice, current) for invoice in _paid_on(content, current)]
            self._database.commit(content.credits.remove(current.uuid), *map(content.invoices.put, invoices))

    def consumptions(self, credit: Credit) -> tuple[Consumption, ...]:
        """What the credit paid month by month, oldest first."""
        return figures.consumptions(credit, _paid_on(self._database.content, credit))

    def apply_compensations(self, credit: Credit) -> Credit:
        """Pay for the usage on the customer's newest open invoice; without one nothing happens."""
        return self._settle(credit, compensations.apply)

    def clear_compensations(self, credit: Credit) -> Credit:
        """Take back what was paid on the customer's newest open invoice; without one nothing happens."""
        return self._settle(credit, compensations.clear)

    def view(self, credit: Credit) -> CreditView:
        """The credit with its customer, its offerings and the computed figures."""
        return viewed(credit, self._database.content, self._now().date())

    def _check_fields(
        self,
        content: Content,
        sent: CreditValues,
        found: Sequence[Violation],
        today: date,
        credit: Credit | None = None,
    ) -> None:
        customer = str(sent["customer"]) if "customer" in sent else ""
        held = content.credits.one("customer", customer) if customer else None
        surroundings = Surroundings(today, customer, content.customers, content.offerings, held, credit)
        broken = field_violations(sent, surroundings, found)
        if broken:
            raise Rejected(broken)

    def _check(self, credit: Credit, today: date) -> None:
        broken = credit_violations(credit, today)
        if broken:
            raise Rejected(broken)

    def _settle(self, credit: Credit, action: Callable[[Ledger, date], Ledger]) -> Credit:
        """Run `action` on the newest open invoice, and store what it changed in one write."""
        with self._database.transaction() as content:
            current = _current(content, credit.uuid)
            newest = max(
                (
                    invoice
                    for invoice in content.invoices.find("customer", current.customer)
                    if invoice.state == "pending"
                ),
                key=lambda invoice: invoice.month,
                default=None,
            )
            if newest is None:
                return current
            projects = content.projects.find("customer", current.customer)
            before = Ledger(current, newest, {project.uuid: project for project in projects})
            after = action(before, self._now().date())
            self._database.commit(*_changes(content, before, after))
            return after.credit


def _current(content: Content, uuid: str) -> Credit:
    try:
        return content.credits[uuid]
    except KeyError:
        raise _not_found() from None


def _paid_on(content: Content, credit: Credit) -> list[Invoice]:
    """The invoices on which the credit paid something."""
    return content.invoices.find("credit", credit.uuid)


def _changes(content: Content, before: Ledger, after: Ledger) -> Iterator[Change]:
    if after.credit != before.credit:
        yield content.put_credit(after.credit)
    if after.invoice != before.invoice:
        yield content.invoices.put(after.invoice)
    for uuid, project in after.projects.items():
        if project != before.projects[uuid]:
            yield content.projects.put(project)


def _created(sent: CreditValues, now: datetime) -> Credit:
    """The new credit of the fields that were sent, with the defaults for the others."""
    return _merged(NEW, sent, new_uuid(), now)


def _merged(credit: Credit, sent: CreditValues, uuid: str, created: datetime) -> Credit:
    """The credit with the fields that were sent, at the scale in which they are stored."""
    customer, offerings = sent.get("customer"), sent.get("offerings", credit.offerings)
    return Credit(
        uuid=uuid,
        customer=credit.customer if customer is None else str(customer),
        created=created,
        offerings=tuple(dict.fromkeys(map(str, offerings))) if offerings else (),
        **settled(sent, credit),
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
    return NotFound.of("CustomerCredit")
