"""Which credits a listing holds, and in which order.

Source: observed behaviour, filters, ordering and permissions (D24).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

from .model import Credit, Customer, User
from .names import collated, contains


class Filters(TypedDict, total=False):
    """What a listing can be narrowed by; what is absent or empty lets everything pass.

    The name is searched for a part in any case, the slug is exact.
    """

    customer_name: str
    customer_slug: str
    customer_uuid: UUID | None


Key = Decimal | tuple[bool, date] | tuple[str, str]

KEYS: Mapping[str, Callable[[Credit, Customer], Key]] = {
    "customer_name": lambda _, customer: collated(customer.name),
    "end_date": lambda credit, _: (credit.end_date is None, credit.end_date or date.max),
    "expected_consumption": lambda credit, _: credit.expected_consumption,
    "value": lambda credit, _: credit.value,
}
"""What each documented ordering key compares. A missing end date is later than any, as in PostgreSQL."""


def may_see(user: User, customer: str) -> bool:
    """Whether `user` may read what belongs to the customer with that uuid."""
    return user.sees_all or customer in user.owner_of


def passes(customer: Customer, filters: Filters) -> bool:
    """Whether a customer's credit passes the filters."""
    uuid, slug = filters.get("customer_uuid"), filters.get("customer_slug")
    return (
        (uuid is None or customer.uuid == str(uuid))
        and (not slug or customer.slug == slug)
        and contains(customer.name, filters.get("customer_name", ""))
    )


def ordered(
    credits_: Sequence[Credit], customers: Callable[[str], Customer], order: Sequence[str]
) -> list[Credit]:
    """The credits by the keys in `order`, `-` in front for descending; equals keep the order they came in."""
    found = list(credits_)
    for name in reversed(order):
        key = KEYS[name.removeprefix("-")]
        found.sort(
            key=lambda credit: key(credit, customers(credit.customer)),
            reverse=name.startswith("-"),
        )
    return found
