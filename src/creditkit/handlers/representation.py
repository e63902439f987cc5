"""Representations: how a credit, a customer and an offering look in JSON.

The field names and types are the contract's. Decimals are text with a fixed number of places, amounts
that the contract documents as numbers are numbers, uuids have dashes.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from creditkit.store import AMOUNT, WHOLE, Consumption, CreditView, Customer, Offering

from .links import Links


class CreditForm(Struct):
    """A credit as JSON has it, field by field. A struct is made and written in less time than a dictionary.

    Decimals and dates are written as texts.
    """

    uuid: str
    url: str
    value: Decimal | str
    customer: str
    customer_name: str
    customer_uuid: str
    customer_slug: str
    offerings: list[Any]
    end_date: date | None
    expected_consumption: Decimal | str
    minimal_consumption: int | float
    minimal_consumption_logic: str
    grace_coefficient: Decimal | str
    apply_as_minimal_consumption: bool
    allocated_to_projects: int | float
    consumption_last_month: int | float | None


def read_form(view: CreditView, links: Links) -> CreditForm:
    """A credit as list, retrieve and the two actions show it: offerings are objects."""
    offerings = [
        {"uuid": o.uuid, "url": links.offering(o.uuid), "type": o.type, "name": o.name}
        for o in view.offerings
    ]
    return _credit(view, links, offerings)


def write_form(view: CreditView, links: Links) -> CreditForm:
    """A credit as create, update and partial update answer it: offerings are hyperlinks."""
    return _credit(view, links, [links.offering(o.uuid) for o in view.offerings])


def _credit(view: CreditView, links: Links, offerings: list[Any]) -> CreditForm:
    credit, customer = view.credit, view.customer
    last_month = view.consumption_last_month
    return CreditForm(
        credit.uuid,
        links.credit(credit.uuid),
        amount(credit.value),
        links.customer(customer.uuid),
        customer.name,
        customer.uuid,
        customer.slug,
        offerings,
        credit.end_date,
        amount(credit.expected_consumption),
        number(view.minimal_consumption),
        credit.minimal_consumption_logic,
        percent(credit.grace_coefficient),
        credit.apply_as_minimal_consumption,
        number(view.allocated_to_projects),
        None if last_month is None else number(last_month),
    )


def amount(value: Decimal) -> Decimal | str:
    """What is written with five places; negative zero keeps its sign, as observed (D24)."""
    # As it is stored an amount has them already; to format it takes longer.
    return value if value.same_quantum(AMOUNT) else f"{value:.5f}"


def percent(value: Decimal) -> Decimal | str:
    """What is written without places, for a share in percent."""
    return value if value.same_quantum(WHOLE) else f"{value:.0f}"  # as with an amount


def number(value: Decimal) -> int | float:
    """An amount as a JSON number: whole amounts without a fraction."""
    if not value:
        return 0
    near = float(value)
    if not near.is_integer():
        return near  # of a whole amount it would be an integer, however large
    whole = int(value)
    return whole if whole == value else near


def consumption(month: Consumption) -> dict[str, Any]:
    """What one month drew from a credit: the month's first day and the price, net of tax."""
    return {"date": month.date.isoformat(), "price": f"{month.price:.2f}"}


def customer_form(customer: Customer, links: Links) -> dict[str, Any]:
    """A customer, with what a client needs to pick it for a credit."""
    return {
        "uuid": str(customer.uuid),
        "url": links.customer(customer.uuid),
        "name": customer.name,
        "slug": customer.slug,
        "created": customer.created.isoformat().replace("+00:00", "Z"),
    }


def offering_form(offering: Offering, links: Links) -> dict[str, Any]:
    """A provider's offering, with what a client needs to pick it for a credit."""
    return {
        "uuid": str(offering.uuid),
        "url": links.offering(offering.uuid),
        "name": offering.name,
        "type": offering.type,
    }
