"""The rules of a credit that need a world to judge them, worded as on the real server.

A rule returns a violation or None. Rules that need only the request (is it a number, are there too many
digits) are in the reader of the request (`mock/reading/fields.py`).
Source: observed behaviour, body errors.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

from msgspec import Struct

from creditkit.errors import Violation

from .clock import in_one_month
from .model import Credit, CreditValues


class Surroundings(Struct, frozen=True):
    """What the rules of fields look at: the date, what exists, and which credit a customer already has.

    `customer` is the uuid of the customer that was sent, empty without one, and `held` is that customer's
    credit. `credit` is the credit under update, None at creation.
    """

    today: date
    customer: str
    customers: Container[str]
    offerings: Container[str]
    held: Credit | None = None
    credit: Credit | None = None


def customer_exists(_sent: CreditValues, world: Surroundings) -> Violation | None:
    """The hyperlink names an existing customer."""
    if world.customer and world.customer not in world.customers:
        return Violation(
            "customer",
            "customer.exists",
            "Invalid hyperlink - Object does not exist.",
            "the hyperlink of an existing customer",
            world.customer,
        )
    return None


def customer_is_free(_sent: CreditValues, world: Surroundings) -> Violation | None:
    """No other credit belongs to the customer."""
    held = world.held
    if held is not None and (world.credit is None or held.uuid != world.credit.uuid):
        return Violation(
            "customer",
            "customer.unique",
            "customer credit with this customer already exists.",
            "a customer without a credit",
            world.customer,
        )
    return None


def offerings_exist(sent: CreditValues, world: Surroundings) -> Violation | None:
    """Every hyperlink names an existing offering; as on the server, only the first fault is reported."""
    for offering in sent.get("offerings", ()):
        uuid = str(offering)
        if uuid not in world.offerings:
            return Violation(
                "offerings",
                "offerings.exist",
                "Invalid hyperlink - Object does not exist.",
                "hyperlinks of existing offerings",
                uuid,
            )
    return None


def end_date_is_open(sent: CreditValues, world: Surroundings) -> Violation | None:
    """The end is not past, and is the first day of a month; only the first fault is reported."""
    end = sent.get("end_date")
    if end is None:
        return None
    if end < world.today:
        return Violation(
            "end_date",
            "end_date.not-past",
            "The end date must be greater than today's date.",
            f"a date not before {world.today}",
            end.isoformat(),
        )
    if end.day != 1:
        return Violation(
            "end_date",
            "end_date.first-of-month",
            "End date must be the first day of the month.",
            "the first day of a month",
            end.isoformat(),
        )
    return None


FIELD_RULES = (customer_exists, customer_is_free, offerings_exist, end_date_is_open)
"""The rules that look at one field of the request."""


def expected_is_smaller(credit: Credit, _today: date) -> Violation | None:
    """An expected consumption other than 0 is below the value."""
    if credit.expected_consumption and credit.expected_consumption >= credit.value:
        return Violation(
            "",
            "expected_consumption.smaller-than-value",
            "Expected consumption must be smaller than the credit.",
            f"an expected consumption below {credit.value}",
            str(credit.expected_consumption),
        )
    return None


def linear_has_end(credit: Credit, _today: date) -> Violation | None:
    """Linear logic needs an end date."""
    if credit.minimal_consumption_logic == "linear" and credit.end_date is None:
        return Violation(
            "",
            "linear.end_date-required",
            "End date is required if minimal consumption logic is linear.",
            "an end date",
        )
    return None


def linear_ends_later(credit: Credit, today: date) -> Violation | None:
    """Linear logic does not end in the current month."""
    if (
        credit.minimal_consumption_logic == "linear"
        and credit.end_date is not None
        and in_one_month(credit.end_date, today)
    ):
        return Violation(
            "",
            "linear.end_date-later",
            "End date must be greater if minimal consumption logic is linear.",
            f"an end date after {today:%Y-%m}",
            credit.end_date.isoformat(),
        )
    return None


CREDIT_RULES = (expected_is_smaller, linear_has_end, linear_ends_later)
"""The rules over several fields, judged on what would be stored, in the server's order."""


def field_violations(
    sent: CreditValues, world: Surroundings, found: Sequence[Violation]
) -> tuple[Violation, ...]:
    """Every violation `found` while reading, and every rule of a single field that is broken."""
    for rule in FIELD_RULES:
        broken = rule(sent, world)
        if broken is not None:
            found = (*found, broken)
    return tuple(found)


def credit_violations(credit: Credit, today: date) -> tuple[Violation, ...]:
    """Every rule over several fields that is broken."""
    found: tuple[Violation, ...] = ()
    for rule in CREDIT_RULES:
        broken = rule(credit, today)
        if broken is not None:
            found = (*found, broken)
    return found
