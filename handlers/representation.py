"""Representations: how a credit, a customer and an offering look in JSON.

The field names and types are the contract's. Decimals are text with a fixed number of places, amounts
that the contract documents as numbers are numbers, uuids have dashes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from creditkit.store import Consumption, CreditView, Customer, Offering, iso

from .links import Links


def read_form(view: CreditView, links: Links) -> dict[str, Any]:
    """A credit as list, retrieve and the two actions show it: offerings are objects."""
    offerings = [
        {"uuid": o.uuid, "url": links.offering(o.uuid), "type": o.type, "name": o.name}
        for o in view.offerings
    ]
    return _credit(view, links, offerings)


def write_form(view: CreditView, links: Links) -> dict[str, Any]:
    """A credit as create, update and partial update answer it: offerings are hyperlinks."""
    return _credit(view, links, [links.offering(o.uuid) for o in view.offerings])


def _credit(view: CreditView, links: Links, offerings: list[Any]) -> dict[str, Any]:
    credit, customer = view.credit, view.customer
    last_month = view.consumption_last_month
    return {
        "uuid": credit.uuid,
        "url": links.credit(credit.uuid),
        "value": amount(credit.value),
        "customer": links.customer(customer.uuid),
        "customer_name": customer.name,
        "customer_uuid": customer.uuid,
        "customer_slug": customer.slug,
        "offerings": offerings,
        "end_date": credit.end_date and iso(credit.end_date),
        "expected_consumption": amount(credit.expected_consumption),
        "minimal_consumption": number(view.minimal_consumption),
        "minimal_consumption_logic": credit.minimal_consumption_logic,
        "grace_coefficient": percent(credit.grace_coefficient),
        "apply_as_minimal_consumption": credit.apply_as_minimal_consumption,
        "allocated_to_projects": number(view.allocated_to_projects),
        "consumption_last_month": None if last_month is None else number(last_month),
    }


def amount(value: Decimal) -> str:
    """An amount as text with five places; negative zero keeps its sign, as observed (D24)."""
    text = str(value)
    # As it is stored it has them already; to format it takes three times as long.
    return text if text[-6:-5] == "." and text[-5:].isdigit() else f"{value:.5f}"


def percent(value: Decimal) -> str:
    """A share in percent as text without places."""
    text = str(value)
    return text if text.isdigit() else f"{value:.0f}"  # as with an amount


def number(value: Decimal) -> int | float:
    """An amount as a JSON number: whole amounts without a fraction."""
    if not value:
        return 0
    whole = int(value)
    return whole if whole == value else float(value)


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
