"""The values a world is made of: frozen, comparable, and free of HTTP.

Objects refer to each other by uuid, written dashed and in lower case. Amounts are `Decimal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from msgspec import Struct

AMOUNT = Decimal("0.00001")
"""The scale of `value`, `expected_consumption` and every amount computed from them (schema 7.9.1)."""

WHOLE = Decimal("1")
"""The scale of `grace_coefficient` (schema 7.9.1)."""

CENT = Decimal("0.01")
"""The scale of a month's consumption (schema 7.9.1)."""


def rounded(number: Decimal, scale: Decimal = AMOUNT) -> Decimal:
    """`number` at the given scale, halves away from zero as PostgreSQL rounds; the sign of zero is kept."""
    return number.quantize(scale, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can call the API with `token`; `owner_of` holds uuids of customers."""

    uuid: str
    username: str
    full_name: str
    token: str = field(repr=False)
    token_expires: datetime | None = None
    is_staff: bool = False
    is_support: bool = False
    owner_of: frozenset[str] = frozenset()
    project_admin_of: frozenset[str] = frozenset()

    @property
    def sees_all(self) -> bool:
        """Whether the user may read every customer and credit: staff and global support."""
        return self.is_staff or self.is_support


class Customer(Struct, frozen=True):
    """An organisation that can hold one credit."""

    uuid: str
    name: str
    slug: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Offering:
    """Something a provider sells, to which a credit may be limited."""

    uuid: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project of a customer; `credit` is its share of the customer's credit, None where it has none."""

    uuid: str
    customer: str
    name: str
    credit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an invoice, net of tax.

    A usage item has an `offering`. A compensation has none, a negative price, and the `credit` that paid
    (None once that credit is deleted).
    """

    name: str
    price: Decimal
    tax_percent: Decimal = Decimal(0)
    offering: str | None = None
    project: str | None = None
    credit: str | None = None

    @property
    def total(self) -> Decimal:
        """The price including tax."""
        return rounded(self.price * (1 + self.tax_percent / 100))


@dataclass(frozen=True, slots=True)
class Invoice:
    """A customer's bill for the month that begins on `month`; state `pending` means still open."""

    uuid: str
    customer: str
    month: date
    state: str
    items: tuple[Item, ...] = ()


class Credit(Struct, frozen=True):
    """The credit of one customer, with the defaults of a new one.

    A struct, as is its view: each request that writes makes one, and a frozen dataclass takes long.
    """

    uuid: str
    customer: str
    created: datetime
    value: Decimal = Decimal(0)
    offerings: tuple[str, ...] = ()
    end_date: date | None = None
    expected_consumption: Decimal = Decimal(0)
    minimal_consumption_logic: str = "fixed"
    grace_coefficient: Annotated[Decimal, WHOLE] = Decimal(0)
    apply_as_minimal_consumption: bool = True


NEW = Credit("", "", datetime.min)
"""A credit with the defaults of a new one."""


@dataclass(frozen=True, slots=True)
class Consumption:
    """What a credit paid in one month: `date` is its first day, `price` positive and net of tax."""

    date: date
    price: Decimal


class CreditView(Struct, frozen=True):
    """A credit with everything around it that an answer shows."""

    credit: Credit
    customer: Customer
    offerings: tuple[Offering, ...]
    minimal_consumption: Decimal
    allocated_to_projects: Decimal
    consumption_last_month: Decimal | None


COMPUTED = ("minimal_consumption", "allocated_to_projects", "consumption_last_month")
"""The figures of a `CreditView`: amounts, or None."""

CreditValues = Mapping[str, Any]
"""The fields of a request that were sent and could be read, as values; hyperlinks are uuids."""
