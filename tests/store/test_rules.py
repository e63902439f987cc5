"""The rules that need a world, through create and update: wording, order, and what is left unchanged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from creditkit.errors import Rejected, Violation
from creditkit.store import World

from .conftest import D, Grow, day, only_credit, staff_of

ONE_CREDIT = """
credits:
  - {customer: aurora, value: 500, end_date: month+2, expected_consumption: 80}
"""


@pytest.fixture
def world(grow: Grow) -> World:
    return grow(ONE_CREDIT)


@pytest.fixture
def ids(world: World) -> Callable[[str], UUID]:
    """The uuid of a customer or offering by the beginning of its name."""
    staff = staff_of(world)
    uuids = {customer.name: customer.uuid for customer in world.customers.listing(staff)}
    uuids |= {offering.name: offering.uuid for offering in world.offerings.listing(staff)}
    return lambda beginning: UUID(next(uuids[name] for name in uuids if name.startswith(beginning)))


def violations(action: Callable[[], object]) -> tuple[Violation, ...]:
    with pytest.raises(Rejected) as caught:
        action()
    return caught.value.violations


def messages(action: Callable[[], object]) -> list[tuple[str, str, str]]:
    return [(one.field, one.rule, one.message) for one in violations(action)]


NO_OBJECT = "Invalid hyperlink - Object does not exist."


def test_the_customer_must_exist(world: World) -> None:
    (broken,) = violations(lambda: world.credits.create({"customer": UUID(int=7)}))
    assert broken == Violation(
        "customer", "customer.exists", NO_OBJECT, "the hyperlink of an existing customer", str(UUID(int=7))
    )


def test_the_customer_must_have_no_credit(world: World, ids: Callable[[str], UUID]) -> None:
    assert messages(lambda: world.credits.create({"customer": ids("Aurora R")})) == [
        ("customer", "customer.unique", "customer credit with this customer already exists.")
    ]


def test_an_update_may_name_the_credits_own_customer_and_a_free_one(
    world: World, ids: Callable[[str], UUID]
) -> None:
    credit = only_credit(world)
    assert world.credits.update(credit, {"customer": ids("Aurora R")}).credit == credit
    moved = world.credits.update(credit, {"customer": ids("Nimbus")}).credit
    assert world.credits.view(moved).customer.name == "Nimbus"


def test_an_update_may_not_take_another_credits_customer(world: World, ids: Callable[[str], UUID]) -> None:
    other = world.credits.create({"customer": ids("Nimbus")}).credit
    assert messages(lambda: world.credits.update(other, {"customer": ids("Aurora R")})) == [
        ("customer", "customer.unique", "customer credit with this customer already exists.")
    ]


def test_every_offering_must_exist_and_the_first_that_does_not_is_told(
    world: World, ids: Callable[[str], UUID]
) -> None:
    sent = {"customer": ids("Nimbus"), "offerings": (ids("Aurora HPC"), UUID(int=1), UUID(int=2))}
    (broken,) = violations(lambda: world.credits.create(sent))
    assert (broken.field, broken.rule, broken.message) == ("offerings", "offerings.exist", NO_OBJECT)
    assert broken.got == str(UUID(int=1))


@pytest.mark.parametrize(
    ("end", "rule", "message"),
    [
        ("2026-11-01", "end_date.not-past", "The end date must be greater than today's date."),
        ("2026-11-21", "end_date.not-past", "The end date must be greater than today's date."),
        ("2026-11-22", "end_date.first-of-month", "End date must be the first day of the month."),
        ("2027-01-02", "end_date.first-of-month", "End date must be the first day of the month."),
    ],
)
def test_the_end_date_is_not_past_and_the_first_of_a_month(
    world: World, end: str, rule: str, message: str
) -> None:
    credit = only_credit(world)
    assert messages(lambda: world.credits.update(credit, {"end_date": day(end)})) == [
        ("end_date", rule, message)
    ]


def test_what_was_expected_of_an_end_date_is_said_in_dates(world: World) -> None:
    (broken,) = violations(lambda: world.credits.update(only_credit(world), {"end_date": day("2026-11-01")}))
    assert (broken.expected, broken.got) == ("a date not before 2026-11-22", "2026-11-01")


def test_today_is_no_past_end_date_on_the_first_of_a_month(grow: Grow) -> None:
    world = grow(ONE_CREDIT, now=day("2026-12-01"))
    changed = world.credits.update(only_credit(world), {"end_date": day("2026-12-01")}).credit
    assert changed.end_date == day("2026-12-01")


def test_an_end_date_can_be_taken_away(world: World) -> None:
    assert world.credits.update(only_credit(world), {"end_date": None}).credit.end_date is None


def test_all_broken_fields_are_told_at_once(world: World) -> None:
    found = [
        Violation("grace_coefficient", "decimal.number", "A valid number is required."),
        Violation("value", "decimal.minimum", "Ensure this value is greater than or equal to 0."),
    ]
    sent = {"end_date": day("2020-01-01"), "customer": uuid4(), "offerings": (uuid4(),)}
    broken = violations(lambda: world.credits.create(sent, found))
    assert [one.field for one in broken] == [
        "grace_coefficient",
        "value",
        "customer",
        "offerings",
        "end_date",
    ]


def test_violations_that_were_found_while_reading_are_enough_to_refuse(
    world: World, ids: Callable[[str], UUID]
) -> None:
    found = (Violation("value", "decimal.number", "A valid number is required."),)
    assert violations(lambda: world.credits.create({"customer": ids("Nimbus")}, found)) == found
    assert violations(lambda: world.credits.update(only_credit(world), {}, found)) == found


SMALLER = (
    "",
    "expected_consumption.smaller-than-value",
    "Expected consumption must be smaller than the credit.",
)
NO_END = (
    "",
    "linear.end_date-required",
    "End date is required if minimal consumption logic is linear.",
)
LATER = ("", "linear.end_date-later", "End date must be greater if minimal consumption logic is linear.")


@pytest.mark.parametrize(
    ("sent", "broken"),
    [
        ({"expected_consumption": D(500)}, SMALLER),
        ({"expected_consumption": D(501)}, SMALLER),
        ({"value": D(80)}, SMALLER),
        ({"value": D(0)}, SMALLER),
        ({"minimal_consumption_logic": "linear", "end_date": None}, NO_END),
    ],
)
def test_rules_over_several_fields_are_judged_on_stored_and_sent_values(
    world: World, sent: dict[str, Any], broken: tuple[str, str, str]
) -> None:
    credit = only_credit(world)
    assert messages(lambda: world.credits.update(credit, sent)) == [broken]
    assert only_credit(world) == credit


@pytest.mark.parametrize(
    "sent",
    [
        {"expected_consumption": D("499.99999")},
        {"expected_consumption": D(0), "value": D(0)},
        {"expected_consumption": D("-0"), "value": D(0)},
        {"minimal_consumption_logic": "linear"},
        {"minimal_consumption_logic": "linear", "end_date": day("2026-12-01")},
    ],
)
def test_what_keeps_the_rules_over_several_fields_is_stored(world: World, sent: dict[str, Any]) -> None:
    changed = world.credits.update(only_credit(world), sent).credit
    assert {name: getattr(changed, name) for name in sent} == sent
    assert only_credit(world) == changed


def test_linear_logic_may_not_end_in_the_current_month(grow: Grow) -> None:
    world = grow(ONE_CREDIT, now=day("2026-12-01"))
    sent = {"minimal_consumption_logic": "linear", "end_date": day("2026-12-01")}
    assert messages(lambda: world.credits.update(only_credit(world), sent)) == [LATER]


def test_an_absent_value_counts_as_0_at_creation(world: World, ids: Callable[[str], UUID]) -> None:
    sent = {"customer": ids("Nimbus"), "expected_consumption": D(1)}
    assert messages(lambda: world.credits.create(sent)) == [SMALLER]


def test_every_broken_rule_over_several_fields_is_told(world: World) -> None:
    sent = {"value": D(1), "minimal_consumption_logic": "linear", "end_date": None}
    assert messages(lambda: world.credits.update(only_credit(world), sent)) == [SMALLER, NO_END]


def test_rules_over_several_fields_wait_until_each_field_is_good(world: World) -> None:
    sent = {"value": D(1), "end_date": day("2027-01-02")}
    assert [one.field for one in violations(lambda: world.credits.update(only_credit(world), sent))] == [
        "end_date"
    ]
