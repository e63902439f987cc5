"""Checks the documents of a world: the form of each, and that references lead somewhere.

A world's own operations keep all of this. It is checked for documents from elsewhere: files of other
programs, of earlier releases, and spreadsheets.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from decimal import Decimal

from creditkit.store.domain.model import AMOUNT, WHOLE, Credit, rounded

from .content import Content
from .csv_fields import COLUMNS, LATER_FIELDS
from .rows import TABLES, Row

LOGICS = ("fixed", "linear")
STATES = ("pending", "created", "paid")

LIMITS = (
    ("value", Decimal(10) ** 11, AMOUNT),
    ("expected_consumption", Decimal(10) ** 11, AMOUNT),
    ("grace_coefficient", Decimal(10) ** 3, WHOLE),
)
"""The exclusive limit and the scale of each amount of a credit (schema 7.9.1)."""


def unreadable(table: str, documents: Mapping[int, Row]) -> Iterator[tuple[int, str]]:
    """The id of every document that is not of the table's kind, and what is wrong with it."""
    (codec,) = (codec for codec in TABLES if codec.table == table)
    for doc_id, row in documents.items():
        fault = next(_wrong_fields(table, row), None)
        if fault is None:
            try:
                codec.read(row)
            except ValueError as error:
                fault = str(error)
            except (KeyError, TypeError, AttributeError) as error:
                fault = repr(error)
        if fault is not None:
            yield doc_id, f"document {doc_id} of {table} is damaged: {fault}"


def faults(content: Content) -> Iterator[str]:
    """Every document that cannot be read; where all can be, everything that does not hold among them."""
    damaged = [fault for codec in TABLES for _, fault in unreadable(codec.table, content.table(codec).rows())]
    yield from damaged
    if not damaged:
        for check in CHECKS:
            yield from check(content)


def _wrong_fields(table: str, row: Row) -> Iterator[str]:
    """The fields that a document has, or should have, and whose value is not of their kind."""
    columns = COLUMNS[table]
    for name in columns.keys() - row.keys() - LATER_FIELDS:
        yield f"{name} is missing"
    for name in columns.keys() & row.keys():
        if not isinstance(row[name], columns[name].types):
            yield f"{name} is {row[name]!r}, which is not {columns[name].words}"


def _users(content: Content) -> Iterator[str]:
    customers, projects = content.customers, content.projects
    for user in content.users:
        yield from _missing(f"user {user.username}", "customer", user.owner_of, customers)
        yield from _missing(f"user {user.username}", "project", user.project_admin_of, projects)


def _projects(content: Content) -> Iterator[str]:
    customers = content.customers
    for project in content.projects:
        yield from _missing(f"project {project.uuid}", "customer", [project.customer], customers)


def _credits(content: Content) -> Iterator[str]:
    customers, offerings = content.customers, content.offerings
    for credit in content.credits:
        yield from _unfit(credit)
        yield from _missing(f"credit {credit.uuid}", "customer", [credit.customer], customers)
        yield from _missing(f"credit {credit.uuid}", "offering", credit.offerings, offerings)


def _invoices(content: Content) -> Iterator[str]:
    customers, offerings = content.customers, content.offerings
    projects, credits_ = content.projects, content.credits
    for invoice in content.invoices:
        who = f"invoice {invoice.uuid}"
        if invoice.state not in STATES:
            yield f"{who} is {invoice.state!r}, which is none of {', '.join(STATES)}"
        yield from _missing(who, "customer", [invoice.customer], customers)
        for item in invoice.items:
            yield from _missing(who, "offering", _given(item.offering), offerings)
            yield from _missing(who, "project", _given(item.project), projects)
            yield from _missing(who, "credit", _given(item.credit), credits_)


CHECKS: tuple[Callable[[Content], Iterator[str]], ...] = (_users, _projects, _credits, _invoices)


def _unfit(credit: Credit) -> Iterator[str]:
    """The values of a credit that the contract cannot show."""
    for field, limit, scale in LIMITS:
        number: Decimal = getattr(credit, field)
        if abs(number) >= limit or rounded(number, scale) != number:
            yield f"credit {credit.uuid} has {number} as {field}, which has too many digits"
    if credit.minimal_consumption_logic not in LOGICS:
        yield f"credit {credit.uuid} has a logic that is none of {', '.join(LOGICS)}"


def _given(uuid: str | None) -> list[str]:
    return [] if uuid is None else [uuid]


def _missing(who: str, kind: str, uuids: Iterable[str], table: Container[str]) -> Iterator[str]:
    for uuid in uuids:
        if uuid not in table:
            yield f"{who} names the {kind} {uuid}, which is not there"
