"""The rules of a credit that need a world to judge them, in the words of the real server.

Rules that need only the request (is it a number, are there too many digits) belong to whoever reads it.
Source: observed behaviour, body errors.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from creditkit.errors import Violation

from .clock import month_of
from .model import Credit, CreditValues


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rules of fields look at: the date, what exists, and which credit a customer already has.

    `customer` is the uuid of the customer that was sent, empty without one. `credit` is the credit under
    update, None at creation.
    """

    today: date
    customer: str
    customers: Container[str]
    offerings: Container[str]
    credit_of: Callable[[str], Credit | None]
    credit: Credit | None = None


def customer_exists(_sent: CreditValues, world: Surroundings) -> Iterator[Violation]:
    """The hyperlink names an existing customer."""
    if world.customer and world.customer not in world.customers:
        yield Violation(
            "customer",
            "customer.exists",
            "Invalid hyperlink - Object does not exist.",
            "the hyperlink of an existing customer",
            world.customer,
        )


def customer_is_free(_sent: CreditValues, world: Surroundings) -> Iterator[Violation]:
    """No other credit belongs to the customer."""
    holder = world.credit_of(world.customer) if world.customer else None
    if holder is not None and (world.credit is None or holder.uuid != world.credit.uuid):
        yield Violation(
            "customer",
            "customer.unique",
            "customer credit with this customer already exists.",
            "a customer without a credit",
            world.customer,
        )


def offerings_exist(sent: CreditValues, world: Surroundings) -> Iterator[Violation]:
    """Every hyperlink names an existing offering; like the server, only the first that does not is told."""
    missing = [str(uuid) for uuid in sent.get("offerings", ()) if str(uuid) not in world.offerings]
    if missing:
        yield Violation(
            "offerings",
            "offerings.exist",
            "Invalid hyperlink - Object does not exist.",
            "hyperlinks of existing offerings",
            missing[0],
        )


def end_date_is_open(sent: CreditValues, world: Surroundings) -> Iterator[Violation]:
    """The end is not past, and is the first day of a month; like the server, the first broken one is told."""
    end = sent.get("end_date")
    if end is None:
        return
    if end < world.today:
        yield Violation(
            "end_date",
            "end_date.not-past",
            "The end date must be greater than today's date.",
            f"a date not before {world.today}",
            end.isoformat(),
        )
    elif end.day != 1:
        yield Violation(
            "end_date",
            "end_date.first-of-month",
            "End date must be the first day of the month.",
            "the first day of a month",
            end.isoformat(),
        )


FIELD_RULES = (customer_exists, customer_is_free, offerings_exist, end_date_is_open)
"""The rules that look at one field of the request."""


def expected_is_smaller(credit: Credit, _today: date) -> Iterator[Violation]:
    """An expected consumption other than 0 is below the value."""
    if credit.expected_consumption and credit.expected_consumption >= credit.value:
        yield Violation(
            "",
            "expected_consumption.smaller-than-value",
            "Expected consumption must be smaller than the credit.",
            f"an expected consumption below {credit.value}",
            str(credit.expected_consumption),
        )


def linear_has_end(credit: Credit, _today: date) -> Iterator[Violation]:
    """Linear logic has a month to end in."""
    if credit.minimal_consumption_logic == "linear" and credit.end_date is None:
        yield Violation(
            "",
            "linear.end_date-required",
            "End date is required if minimal consumption logic is linear.",
            "an end date",
        )


def linear_ends_later(credit: Credit, today: date) -> Iterator[Violation]:
    """Linear logic does not end in the current month."""
    if (
        credit.minimal_consumption_logic == "linear"
        and credit.end_date is not None
        and month_of(credit.end_date) == month_of(today)
    ):
        yield Violation(
            "",
            "linear.end_date-later",
            "End date must be greater if minimal consumption logic is linear.",
            f"an end date after {today:%Y-%m}",
            credit.end_date.isoformat(),
        )


CREDIT_RULES = (expected_is_smaller, linear_has_end, linear_ends_later)
"""The rules over several fields, judged on what would be stored, in the server's order."""


def field_violations(
    sent: CreditValues, world: Surroundings, found: Sequence[Violation]
) -> tuple[Violation, ...]:
    """Every violation `found` while reading, and every rule of a single field that is broken."""
    return (*found, *(violation for rule in FIELD_RULES for violation in rule(sent, world)))


def credit_violations(credit: Credit, today: date) -> tuple[Violation, ...]:
    """Every rule over several fields that is broken."""
    return tuple(violation for rule in CREDIT_RULES for violation in rule(credit, today))
