"""The default world: worth looking at, adds up, and keeps what the contract's examples name."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from uuid import UUID

import pytest

from creditkit.errors import NotAuthenticated
from creditkit.store import CreditView, World, default_seed_path, load_seed

from .conftest import TODAY, D, Hands, day, staff_of


@pytest.fixture
def views(default: World) -> dict[str, CreditView]:
    """Every credit of the default world by its customer's slug."""
    credits_ = default.credits.listing(staff_of(default))
    shown = [default.credits.view(credit) for credit in credits_]
    return {view.customer.slug: view for view in shown}


def test_it_is_large_enough_to_page_filter_and_create_in(
    default: World, views: dict[str, CreditView]
) -> None:
    staff = staff_of(default)
    customers = default.customers.listing(staff)
    free = [customer for customer in customers if customer.slug not in views]
    assert (len(customers), len(views), len(free)) == (22, 14, 8)
    assert len(default.offerings.listing(staff)) == 7
    assert any(not customer.name.isascii() for customer in free)


def test_the_objects_of_the_contracts_examples_are_there(
    default: World, views: dict[str, CreditView]
) -> None:
    staff = staff_of(default)
    aurora = views["aurora-research-labs"]
    assert aurora.customer.name == "Aurora Research Labs"
    assert aurora.customer.uuid == "5a1c0de0-0000-4000-8000-000000000001"
    assert aurora.credit.uuid == "c4ed1700-0000-4000-8000-000000000001"
    nimbus = default.customers.get(staff, UUID("5a1c0de0-0000-4000-8000-0000000000f1"))
    assert (nimbus.name, nimbus.slug in views) == ("Nimbus Analytics", False)
    offerings = {
        offering.uuid: (offering.name, offering.type) for offering in default.offerings.listing(staff)
    }
    assert offerings["0ffe4000-0000-4000-8000-000000000001"] == ("Aurora HPC", "Marketplace.Basic")
    assert offerings["0ffe4000-0000-4000-8000-000000000002"] == ("Nordic Cloud VM", "OpenStack.Tenant")


def test_its_users_are_of_every_kind(default: World) -> None:
    seen = {
        user.username: len(default.credits.listing(user))
        for user in default.users
        if user.username != "expired"
    }
    assert seen == {
        "staff": 14,
        "support": 14,
        "owner": 1,
        "owner-of-two": 1,
        "project-admin": 0,
        "nobody": 0,
    }
    assert default.users[0].is_staff
    expired = next(user for user in default.users if user.username == "expired")
    with pytest.raises(NotAuthenticated, match=r"^Token has expired\.$"):
        default.authenticate(expired.token)


def test_its_credits_are_in_every_state(default: World, views: dict[str, CreditView]) -> None:
    credits_ = [view.credit for view in views.values()]
    ends = [credit.end_date for credit in credits_ if credit.end_date]
    assert min(ends) < day("2026-11-01")
    assert {day("2026-11-01"), day("2026-12-01")} <= set(ends)
    assert Counter(credit.minimal_consumption_logic for credit in credits_) == {"fixed": 12, "linear": 2}
    assert {credit.grace_coefficient for credit in credits_} >= {0, 10, 100}
    assert {credit.apply_as_minimal_consumption for credit in credits_} == {True, False}
    assert {0, D("99999999999.99999")} <= {credit.value for credit in credits_}
    assert sorted({len(credit.offerings) for credit in credits_}) == [0, 1, 2, 3]
    assert sum(1 for view in views.values() if view.allocated_to_projects) == 2
    assert sum(1 for view in views.values() if view.consumption_last_month is None) == 3
    assert sum(1 for view in views.values() if view.consumption_last_month == 0) == 2


def test_three_credits_have_a_year_of_history(default: World, views: dict[str, CreditView]) -> None:
    for slug in ("aurora-research-labs", "fjord-genomics", "cafe-sao-joao"):
        months = [month.date for month in default.credits.consumptions(views[slug].credit)]
        assert (months[0], len([month for month in months if month < day("2026-11-01")])) == (
            day("2025-11-01"),
            12,
        )


GRANTED = {
    "aurora-research-labs": 12000,
    "cafe-sao-joao": 3000,
    "toravere-observatory": 5000,
    "mueller-soehne": 500,
    "lodz-polytechnic": 1000,
    "ocean-weather": 10000,
    "copper-valley": 900,
    "nordlys-media": 50,
}


def test_value_and_consumption_add_up_to_what_was_granted(
    default: World, views: dict[str, CreditView]
) -> None:
    sums = {}
    for slug in GRANTED:
        credit = views[slug].credit
        paid = sum((month.price for month in default.credits.consumptions(credit)), Decimal(0))
        sums[slug] = credit.value + paid
    assert sums == GRANTED


def test_project_credits_stay_within_the_value(views: dict[str, CreditView]) -> None:
    assert [slug for slug, view in views.items() if view.allocated_to_projects > view.credit.value] == []


def test_applying_changes_most_credits_and_applying_again_none(default: World) -> None:
    changed = 0
    for credit in default.credits.listing(staff_of(default)):
        applied = default.credits.apply_compensations(credit)
        changed += applied != credit
        assert default.credits.apply_compensations(applied) == applied
    assert changed == 8


def test_the_credit_of_the_check_values_shows_them(default: World, views: dict[str, CreditView]) -> None:
    credit = views["kyoto-data"].credit
    assert (credit.value, views["kyoto-data"].minimal_consumption) == (D(101), D(72))
    assert default.credits.apply_compensations(credit).value == 29
    assert default.credits.clear_compensations(credit).value == 101


def test_a_credit_already_compensated_this_month_stays_as_it_is(
    default: World, views: dict[str, CreditView]
) -> None:
    credit = views["fjord-genomics"].credit
    assert default.credits.apply_compensations(credit) == credit
    assert default.credits.clear_compensations(credit).value == 7230


def test_a_credit_for_a_free_customer_has_something_to_pay(default: World) -> None:
    customer = UUID("5a1c0de0-0000-4000-8000-0000000000f1")
    credit = default.credits.create({"customer": customer, "value": D(101)}).credit
    assert default.credits.view(credit).consumption_last_month == 0
    assert default.credits.apply_compensations(credit).value == 51


@pytest.mark.parametrize("start", ["2026-12-31", "2027-01-01", "2028-02-29", "2030-06-01"])
def test_it_is_of_today_on_any_day(hands: Hands, start: str) -> None:
    world = World.open(load_seed(default_seed_path()), now=day(start), real=hands)
    world.begin()
    staff = staff_of(world)
    aurora = world.credits.view(world.credits.listing(staff)[0])
    assert aurora.consumption_last_month == D("511.05")
    assert aurora.credit.end_date is not None
    assert aurora.credit.end_date > world.today()


def test_credits_are_listed_in_the_order_of_their_creation(default: World) -> None:
    created = [credit.created for credit in default.credits.listing(staff_of(default))]
    assert created == sorted(created)
    assert created[0].date() < TODAY
