"""Comparison: whether two spellings mean the same.

Amounts are compared as numbers, uuids without dashes and case, hyperlinks by the uuid at their end: a
deployment may spell them as it likes as far as semantics go, and how it spells them is judged apart.

    >>> same("value", "500.00000", 500)
    True
    >>> dict(differences({"value": "1", "customer_slug": "a"}, {"value": "1.0", "customer_slug": "b"}))
    {'customer_slug': ('a', 'b')}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

AMOUNTS = frozenset(
    [
        "value",
        "expected_consumption",
        "grace_coefficient",
        "minimal_consumption",
        "allocated_to_projects",
        "consumption_last_month",
        "price",
    ]
)
"""The fields that are numbers, whether they are written as texts or not."""

COMPUTED = frozenset(["minimal_consumption", "allocated_to_projects", "consumption_last_month"])
"""The fields that follow from others, or from invoices and projects."""

# The precision of a 64-bit number for an amount with 16 digits.
_TOLERANCE = Decimal("0.00002")


def plain(uuid: object) -> str:
    """A uuid, or a text with uuids in it, without dashes and in lower case: its spellings compare equal."""
    return str(uuid).replace("-", "").lower()


def last_segment(url: object) -> str:
    """The last segment of a hyperlink's path: the uuid of its target, plain."""
    return plain(urlsplit(str(url)).path.rstrip("/").rpartition("/")[2])


def path_of(url: object) -> str:
    """A hyperlink's path from `/api/` on."""
    path = urlsplit(str(url)).path
    return path[path.find("/api/") :] if "/api/" in path else path


def number(value: object) -> Decimal | None:
    """An amount as a number; None if it is not one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def uuids(offerings: object) -> list[str]:
    """The uuids of offerings, plain and sorted, whether they are hyperlinks or objects."""
    if not isinstance(offerings, list):
        return []
    return sorted(
        plain(entry.get("uuid")) if isinstance(entry, Mapping) else last_segment(entry) for entry in offerings
    )


def is_uuid(value: object) -> bool:
    """Whether it is a uuid in either documented spelling."""
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


def same(field: str, one: object, other: object) -> bool:
    """Whether two values of a field of a credit mean the same."""
    if field in ("url", "customer"):
        return last_segment(one) == last_segment(other)
    if field in ("uuid", "customer_uuid"):
        return plain(one) == plain(other)
    if field == "offerings":
        return uuids(one) == uuids(other)
    if field in AMOUNTS:
        return _same_amount(field, one, other)
    return one == other


def differences(
    one: Mapping[str, Any], other: Mapping[str, Any], leave: Collection[str] = ()
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The fields of `one` that `other` has otherwise or not at all, with both values; `leave` some out."""
    for field, value in one.items():
        if field not in leave and not same(field, value, other.get(field)):
            yield field, (value, other.get(field))


def _same_amount(field: str, one: object, other: object) -> bool:
    first, second = number(one), number(other)
    if first is None or second is None:
        return one == other
    # Computed amounts are numbers in JSON and lose digits; the others are texts and must not.
    return abs(first - second) <= _TOLERANCE if field in COMPUTED else first == second
