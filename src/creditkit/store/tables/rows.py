"""The documents that TinyDB holds: plain JSON objects, one kind for each kind of value.

Decimals are strings, dates and times ISO 8601, uuids dashed. A value that is a struct is written field by
field, as its class says (`model`); for the others, and for all that this module reads, it says how. That is
the whole definition of the data file's format: a change that old files do not survive needs a new number,
and a step in `upgrade` that leads there.

    1    one file, replaced whole by each write
    2    journals beside the file; a credit's document names its customer, for the sake of the order by name
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from msgspec import structs

from creditkit.store.domain.fields import PLAIN, amount
from creditkit.store.domain.model import Credit, Customer, Invoice, Item, Offering, Project, User

from .decode_cache import DecodeCache

FORMAT = 2
"""The format of the data file that this module describes."""

KIND = "creditkit world"
"""What the single document of table `meta` says the file is."""

Row = dict[str, Any]
"""A document as JSON has it."""

V = TypeVar("V")


class Codec(Generic[V]):
    """How the values of one table become documents and come back. `key` names the identifying field.

    `write` makes a document of a value; one of a `struct` is one as it is. `values` are those of documents
    as the store keeps them, in bytes, of which it remembers the latest: they are frozen, and the same bytes
    always mean the same value.
    """

    def __init__(
        self,
        table: str,
        read: Callable[[Mapping[str, Any]], V],
        write: Callable[[V], Row] | None = None,
        *,
        key: str = "uuid",
        struct: type[V] | None = None,
    ) -> None:
        self.table = table
        self.write: Callable[[V], Any] = write or _as_it_is
        self.read = read
        self.key = key
        self.values: DecodeCache[V] = DecodeCache(read, struct)


@dataclass(frozen=True, slots=True)
class Meta:
    """What a world knows about itself: its clock, and the day of its last daily job.

    The clock is `clock_offset` away from real time, or stands at `frozen`.
    """

    clock_offset: timedelta
    day: date | None = None
    frozen: datetime | None = None
    kind: str = KIND
    format: int = FORMAT


def _meta_row(meta: Meta) -> Row:
    return {
        "kind": meta.kind,
        "format": meta.format,
        "clock_offset": meta.clock_offset.total_seconds(),
        "day": meta.day and meta.day.isoformat(),
        "frozen": meta.frozen and meta.frozen.isoformat(),
    }


def _meta(row: Mapping[str, Any]) -> Meta:
    return Meta(
        timedelta(seconds=row["clock_offset"]),
        _optional(date.fromisoformat, row["day"]),
        _optional(datetime.fromisoformat, row.get("frozen")),
    )


def _user_row(user: User) -> Row:
    return {
        "uuid": user.uuid,
        "username": user.username,
        "full_name": user.full_name,
        "token": user.token,
        "token_expires": user.token_expires and user.token_expires.isoformat(),
        "is_staff": user.is_staff,
        "is_support": user.is_support,
        "owner_of": sorted(user.owner_of),
        "project_admin_of": sorted(user.project_admin_of),
    }


def _user(row: Mapping[str, Any]) -> User:
    return User(
        uuid=row["uuid"],
        username=row["username"],
        full_name=row["full_name"],
        token=row["token"],
        token_expires=_optional(datetime.fromisoformat, row["token_expires"]),
        is_staff=row["is_staff"],
        is_support=row["is_support"],
        owner_of=frozenset(row["owner_of"]),
        project_admin_of=frozenset(row["project_admin_of"]),
    )


def _customer(row: Mapping[str, Any]) -> Customer:
    return Customer(row["uuid"], row["name"], row["slug"], datetime.fromisoformat(row["created"]))


def _offering_row(offering: Offering) -> Row:
    return {"uuid": offering.uuid, "name": offering.name, "type": offering.type}


def _offering(row: Mapping[str, Any]) -> Offering:
    return Offering(row["uuid"], row["name"], row["type"])


def _project_row(project: Project) -> Row:
    return {
        "uuid": project.uuid,
        "customer": project.customer,
        "name": project.name,
        "credit": None if project.credit is None else str(project.credit),
    }


def _project(row: Mapping[str, Any]) -> Project:
    return Project(row["uuid"], row["customer"], row["name"], _optional(amount, row["credit"]))


def _item_row(item: Item) -> Row:
    return {
        "name": item.name,
        "price": str(item.price),
        "tax_percent": str(item.tax_percent),
        "offering": item.offering,
        "project": item.project,
        "credit": item.credit,
    }


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        name=row["name"],
        price=amount(row["price"]),
        tax_percent=amount(row["tax_percent"]),
        offering=row["offering"],
        project=row["project"],
        credit=row["credit"],
    )


def _invoice_row(invoice: Invoice) -> Row:
    return {
        "uuid": invoice.uuid,
        "customer": invoice.customer,
        "month": invoice.month.isoformat(),
        "state": invoice.state,
        "items": [_item_row(item) for item in invoice.items],
    }


def _invoice(row: Mapping[str, Any]) -> Invoice:
    return Invoice(
        uuid=row["uuid"],
        customer=row["customer"],
        month=date.fromisoformat(row["month"]),
        state=row["state"],
        items=tuple(map(_item, row["items"])),
    )


class FiledCredit(Credit, frozen=True):
    """The document of a credit: with its customer's name, for the sake of the order by name."""

    customer_name: str = ""

    @classmethod
    def of(cls, credit: Credit, customer_name: str) -> FiledCredit:
        """The document of a credit whose customer has that name."""
        return cls(*structs.astuple(credit), customer_name)  # type: ignore[call-arg]


def _credit(row: Mapping[str, Any]) -> Credit:
    return Credit(
        uuid=row["uuid"],
        customer=row["customer"],
        created=datetime.fromisoformat(row["created"]),
        offerings=tuple(row["offerings"]),
        **{name: kind.read(row[name]) for name, kind in PLAIN.items()},
    )


def _as_it_is(value: V) -> V:
    return value


def _optional(read: Callable[[str], V], text: str | None) -> V | None:
    return None if text is None else read(text)


USERS = Codec("users", _user, _user_row)
CUSTOMERS = Codec("customers", _customer, struct=Customer)
OFFERINGS = Codec("offerings", _offering, _offering_row)
PROJECTS = Codec("projects", _project, _project_row)
INVOICES = Codec("invoices", _invoice, _invoice_row)
CREDITS = Codec("credits", _credit, struct=Credit)
META = Codec("meta", _meta, _meta_row, key="kind")

TABLES: tuple[Codec[Any], ...] = (META, USERS, CUSTOMERS, OFFERINGS, PROJECTS, INVOICES, CREDITS)
"""All kinds of documents."""
