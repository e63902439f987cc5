"""Which credits a listing holds, and in which order.

Source: observed behaviour, filters, ordering and permissions (D24).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypedDict
from uuid import UUID

from .domain.model import Customer, User
from .domain.names import contains
from .tables.content import Content
from .tables.indexes import ORDERS, Key
from .tables.rows import Row

MOST = 2
"""Above 1/MOST of all credits, filter the ordered index; below, sort the selection."""


class Filters(TypedDict, total=False):
    """The filters of a listing; an absent or empty one lets every credit pass.

    `customer_name` matches any part of the name in any case; `customer_slug` must be equal.
    """

    customer_name: str
    customer_slug: str
    customer_uuid: UUID | None


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


def selected(content: Content, user: User, filters: Filters, order: Sequence[str]) -> Sequence[int]:
    """The ids of the credits that `user` sees and that pass the filters, in order.

    Without a filter the cost is that of a page; with one, that of what the narrowest filter leaves.
    """
    customers = _customers(content, user, filters)
    if customers is None:
        return content.credits.ids(*order)
    found = (content.credits.first("customer", uuid) for uuid in customers)
    return _ordered(content, sorted(doc_id for doc_id in found if doc_id is not None), order)


def _customers(content: Content, user: User, filters: Filters) -> Iterable[str] | None:
    """The uuids of the customers that `user` sees and that pass the filters; None stands for all."""
    name, slug = filters.get("customer_name"), filters.get("customer_slug")
    uuid = filters.get("customer_uuid")
    if uuid is not None:
        near: Iterable[str] = (str(uuid),)
    elif slug:
        near = [customer.uuid for customer in content.customers.find("slug", slug)]
    elif not user.sees_all:
        near = user.owner_of
    elif name:
        return [customer.uuid for customer in content.customers_named(name)]
    else:
        return None
    found = (content.customers[uuid] for uuid in near if uuid in content.customers and may_see(user, uuid))
    return [customer.uuid for customer in found if passes(customer, filters)]


def _ordered(content: Content, ids: Sequence[int], order: Sequence[str]) -> Sequence[int]:
    """The credits with these ids, which ascend, by the keys in `order`; equals stay oldest first."""
    credits_ = content.credits
    if not order:
        return ids
    if len(ids) * MOST > len(credits_):
        chosen = frozenset(ids)
        return [doc_id for doc_id in credits_.ids(*order)[:] if doc_id in chosen]
    found = {doc_id: credits_.row(doc_id) for doc_id in ids}
    ordered = list(ids)
    for name in reversed(order):
        ordered.sort(key=partial(_place, found, ORDERS[name.removeprefix("-")]), reverse=name.startswith("-"))
    return ordered


def _place(rows: Mapping[int, Row], key: Callable[[Row], Key], doc_id: int) -> Key:
    return key(rows[doc_id])
