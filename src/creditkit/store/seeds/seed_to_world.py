"""Turns a seed into the first values of a world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from creditkit.store.domain.clock import moment, month_of, shift
from creditkit.store.domain.compensations import compensation_name
from creditkit.store.domain.fields import PLAIN, settled
from creditkit.store.domain.model import (
    NEW,
    Credit,
    Customer,
    Invoice,
    Item,
    Offering,
    Project,
    User,
    rounded,
)
from creditkit.store.domain.names import NAMESPACE
from creditkit.store.tables.content import Content
from creditkit.store.tables.rows import FiledCredit
from creditkit.store.tinyjournal import Change

from .consistency import Entry, instant, slug
from .seed import Seed

CUSTOMERS_SINCE = -24
CREDITS_SINCE = -13
"""The month, counted from the start, in which customers and credits without `created` were made."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The uuid of each key; a credit is named by its customer's key."""

    customers: dict[str, str]
    offerings: dict[str, str]
    projects: dict[str, str]
    credits: dict[str, str]


def plant(seed: Seed, start: datetime, empty: Content) -> Iterator[Change]:
    """The changes that fill the `empty` content with `seed` when the world's clock starts at `start`."""
    sections = seed.sections
    names = _Names(
        customers=_uuids(seed, "customers", "key"),
        offerings=_uuids(seed, "offerings", "key"),
        projects=_uuids(seed, "projects", "key"),
        credits=_uuids(seed, "credits", "customer"),
    )
    customers = [_customer(entry, names, start, place) for place, entry in enumerate(sections["customers"])]
    granted = [_credit(entry, names, start, place) for place, entry in enumerate(sections["credits"])]
    yield from map(empty.users.put, (_user(entry, names, start) for entry in sections["users"]))
    yield from map(empty.customers.put, sorted(customers, key=lambda customer: customer.created))
    yield from map(empty.offerings.put, (_offering(entry, names) for entry in sections["offerings"]))
    yield from map(empty.projects.put, (_project(entry, names) for entry in sections["projects"]))
    called = {customer.uuid: customer.name for customer in customers}
    for credit in sorted(granted, key=lambda credit: credit.created):
        yield empty.credits.put(FiledCredit.of(credit, called[credit.customer]))
    yield from map(empty.invoices.put, (_invoice(entry, names, start) for entry in sections["invoices"]))


def _uuids(seed: Seed, section: str, key: str) -> dict[str, str]:
    return {entry[key]: _uuid(section, entry, key) for entry in seed.sections[section]}


def _uuid(kind: str, entry: Entry, *keys: str) -> str:
    """The uuid that an entry gives, or the one that follows from its kind and what identifies it."""
    if "uuid" in entry:
        return str(UUID(entry["uuid"]))
    return str(uuid5(NAMESPACE, "/".join((kind, *(entry[key] for key in keys)))))


def _user(entry: Entry, names: _Names, start: datetime) -> User:
    return User(
        uuid=_uuid("users", entry, "username"),
        username=entry["username"],
        full_name=entry.get("full_name", entry["username"]),
        token=entry["token"],
        token_expires=instant(entry["token_expires"], start) if "token_expires" in entry else None,
        is_staff=entry.get("staff", False),
        is_support=entry.get("support", False),
        owner_of=frozenset(names.customers[key] for key in entry.get("owner_of", ())),
        project_admin_of=frozenset(names.projects[key] for key in entry.get("project_admin_of", ())),
    )


def _customer(entry: Entry, names: _Names, start: datetime, place: int) -> Customer:
    created = _created(entry, start, CUSTOMERS_SINCE, place)
    return Customer(names.customers[entry["key"]], entry["name"], slug(entry), created)


def _offering(entry: Entry, names: _Names) -> Offering:
    return Offering(names.offerings[entry["key"]], entry["name"], entry["type"])


def _project(entry: Entry, names: _Names) -> Project:
    credit = rounded(Decimal(entry["credit"])) if "credit" in entry else None
    customer = names.customers[entry["customer"]]
    return Project(names.projects[entry["key"]], customer, entry["name"], credit)


def _credit(entry: Entry, names: _Names, start: datetime, place: int) -> Credit:
    given = dict(entry)
    if given.get("end_date") is not None:
        given["end_date"] = instant(given["end_date"], start).date().isoformat()
    return Credit(
        uuid=names.credits[entry["customer"]],
        customer=names.customers[entry["customer"]],
        created=_created(entry, start, CREDITS_SINCE, place),
        offerings=tuple(dict.fromkeys(names.offerings[key] for key in entry.get("offerings", ()))),
        **settled({name: kind.read(given[name]) for name, kind in PLAIN.items() if name in given}, NEW),
    )


def _invoice(entry: Entry, names: _Names, start: datetime) -> Invoice:
    tax = Decimal(entry.get("tax_percent", "0"))
    usage = [
        Item(
            name=item["name"],
            price=Decimal(item["price"]),
            tax_percent=tax,
            offering=names.offerings[item["offering"]] if "offering" in item else None,
            project=names.projects[item["project"]] if "project" in item else None,
        )
        for item in entry.get("items", ())
    ]
    projects = {item.name: item.project for item in usage}
    paid = [
        Item(
            name=compensation_name(item.get("of", "usage")),
            price=-Decimal(item["price"]),
            tax_percent=Decimal(item.get("tax_percent", "0")),
            project=names.projects[item["project"]]
            if "project" in item
            else projects.get(item.get("of", "")),
            credit=names.credits[entry["customer"]],
        )
        for item in entry.get("compensations", ())
    ]
    return Invoice(
        uuid=_uuid("invoices", entry, "customer", "month"),
        customer=names.customers[entry["customer"]],
        month=instant(entry["month"], start).date(),
        state=entry["state"],
        items=(*usage, *paid),
    )


def _created(entry: Entry, start: datetime, since: int, place: int) -> datetime:
    """When an entry was made: its `created`, or one hour after the entry before it."""
    if "created" in entry:
        return instant(entry["created"], start)
    return moment(shift(month_of(start), since)) + timedelta(hours=place)
