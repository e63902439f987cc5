"""By what the documents of a world are found, and in which orders they are listed.

An index files a document by its own fields alone, so what is true of one document stays true wherever
its state goes: into a snapshot, into a fork, back from either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from creditkit.store.domain.fields import amount
from creditkit.store.domain.names import collated
from creditkit.store.tinyjournal import Hash, Index, Sorted, Unique

from . import rows

Key = Decimal | tuple[bool, str] | tuple[str, str]


def by_name(row: Mapping[str, Any]) -> Key:
    """The place of a customer or an offering in a list by name."""
    return collated(row["name"])


def by_customer_name(row: Mapping[str, Any]) -> Key:
    """The place of a credit in a list by its customer's name, which format 1 did not keep in it."""
    return collated(row.get("customer_name", ""))


def by_end_date(row: Mapping[str, Any]) -> Key:
    """The place of a credit in a list by end: a missing end is later than any, as in PostgreSQL."""
    end: str | None = row["end_date"]
    return (True, "") if end is None else (False, end)


def by_expected_consumption(row: Mapping[str, Any]) -> Key:
    """The place of a credit in a list by expected consumption."""
    return amount(row["expected_consumption"])


def by_value(row: Mapping[str, Any]) -> Key:
    """The place of a credit in a list by value."""
    return amount(row["value"])


ORDERS = {
    "customer_name": by_customer_name,
    "end_date": by_end_date,
    "expected_consumption": by_expected_consumption,
    "value": by_value,
}
"""What each documented ordering key of the list of credits compares."""


def payers(row: Mapping[str, Any]) -> list[str]:
    """The credits that paid something on an invoice."""
    return [item["credit"] for item in row["items"] if item["credit"]]


def pending(row: Mapping[str, Any]) -> list[str]:
    """The state of an invoice that is still open, and nothing for one that is not."""
    return [row["state"]] if row["state"] == "pending" else []


INDEXES: Mapping[str, Sequence[Index]] = {
    rows.META.table: (Unique("kind"),),
    rows.USERS.table: (Unique("uuid"), Unique("token")),
    rows.CUSTOMERS.table: (Unique("uuid"), Hash("slug"), Sorted("name", by_name)),
    rows.OFFERINGS.table: (Unique("uuid"), Sorted("name", by_name)),
    rows.PROJECTS.table: (Unique("uuid"), Hash("customer")),
    rows.INVOICES.table: (
        Unique("uuid"),
        Hash("customer"),
        Hash("credit", payers),
        Hash("month"),
        Hash("state", pending),
    ),
    # The rules know that a customer has one credit at most; the index holds it whatever they think. What gets
    # here was written by a codec, or read by one before: each order has a key for it.
    rows.CREDITS.table: (
        Unique("uuid"),
        Unique("customer"),
        *(Sorted(name, key, sure=True) for name, key in ORDERS.items()),
    ),
}
"""The indexes of each table, by its name."""
