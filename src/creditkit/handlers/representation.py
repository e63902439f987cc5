"""Representations: how a credit, a customer and an offering look in JSON.

The field names and types are the contract's. Decimals are text with a fixed number of places, amounts
that the contract documents as numbers are numbers, uuids have dashes.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any

from msgspec import Struct, defstruct
from msgspec.json import Encoder

from creditkit.store import COMPUTED, PLAIN, Consumption, CreditView, Customer, FieldKind, Offering

from .call import Links

Show = Callable[[CreditView, Links, list[Any]], Any]
"""What an answer has in one field of a credit; the list are its offerings in the form that is asked for."""


def _plain(name: str, kind: FieldKind) -> Show:
    get, show = attrgetter(name), kind.show
    return lambda view, _links, _offerings: show(get(view.credit))


def _figure(name: str) -> Show:
    get = attrgetter(name)
    return lambda view, _links, _offerings: None if (value := get(view)) is None else number(value)


_FIELDS: dict[str, Show] = {name: _plain(name, kind) for name, kind in PLAIN.items()}
_BESIDE: dict[str, dict[str, Show]] = {
    "": {
        "uuid": lambda view, _links, _offerings: view.credit.uuid,
        "url": lambda view, links, _offerings: links.credit(view.credit.uuid),
    },
    "value": {
        "customer": lambda view, links, _offerings: links.customer(view.customer.uuid),
        "customer_name": lambda view, _links, _offerings: view.customer.name,
        "customer_uuid": lambda view, _links, _offerings: view.customer.uuid,
        "customer_slug": lambda view, _links, _offerings: view.customer.slug,
        "offerings": lambda _view, _links, offerings: offerings,
    },
    "expected_consumption": {"minimal_consumption": _figure("minimal_consumption")},
}
"""The fields that are not plain, each behind the plain one that it follows in the contract."""

_SHOWN: dict[str, Show] = dict(_BESIDE[""])
for _name, _show in _FIELDS.items():
    _SHOWN |= {_name: _show, **_BESIDE.get(_name, {})}
_SHOWN |= {name: _figure(name) for name in COMPUTED if name not in _SHOWN}
_SHOWS = tuple(_SHOWN.values())

CreditForm = defstruct("CreditForm", list(_SHOWN))
"""A credit as JSON has it. A struct is made and written in less time than a dictionary."""


def read_form(view: CreditView, links: Links) -> Struct:
    """A credit as list, retrieve and the two actions show it: offerings are objects."""
    return _credit(view, links, [offering_form(offering, links) for offering in view.offerings])


def write_form(view: CreditView, links: Links) -> Struct:
    """A credit as create, update and partial update answer it: offerings are hyperlinks."""
    return _credit(view, links, [links.offering(offering.uuid) for offering in view.offerings])


def _credit(view: CreditView, links: Links, offerings: list[Any]) -> Struct:
    return CreditForm(*[show(view, links, offerings) for show in _SHOWS])


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
        "uuid": offering.uuid,
        "url": links.offering(offering.uuid),
        "type": offering.type,
        "name": offering.name,
    }


_encode = Encoder().encode


class Reading(Struct, frozen=True):
    """A credit as list, retrieve and the two actions show it. The world keeps what it makes."""

    links: Links

    def __call__(self, view: CreditView) -> bytes:
        """The credit as JSON."""
        return _bytes(read_form(view, self.links))


def written(view: CreditView, links: Links) -> bytes:
    """A credit as create, update and partial update answer it."""
    return _bytes(write_form(view, links))


def _bytes(form: Struct) -> bytes:
    # What an encoder makes holds on to more than its length, so those who keep it get a copy.
    return bytes(memoryview(_encode(form)))
