"""A listing costs what is read of it, and shows one state of the world whole."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from creditkit.store import Credit, User, World
from creditkit.store.domain.clock import shift
from creditkit.store.domain.model import CreditView
from creditkit.store.domain.names import collated

from .conftest import TODAY, D, Hands, Sow, staff_of

MANY = 40

USERS = """\
users:
  - {username: staff, staff: true, token: c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00}
  - {username: owner, owner_of: [k1, k5, k6, k7, k30], token: facade01facade01facade01facade01facade01}
  - {username: nobody, token: feed0000feed0000feed0000feed0000feed0000}
"""


@pytest.fixture(scope="module")
def seed_text() -> str:
    """Forty customers in no order, and credits in which names, values and ends repeat; a few have none."""
    names = [f"{'áAbB'[n % 4]} {n * 7 % 5}" for n in range(MANY)]
    customers = [f"  - {{key: k{n}, name: {name}}}" for n, name in enumerate(names)]
    ends = [f", end_date: month+{n % 4}" if n % 4 else "" for n in range(MANY)]
    credits_ = [
        f"  - {{customer: k{n}, value: {n * 3 % 5}, expected_consumption: 0.{n % 3}{ends[n]}}}"
        for n in range(MANY)
        if n % 9
    ]
    return "\n".join([USERS + "customers:", *customers, "credits:", *credits_, ""])


@pytest.fixture
def world(sow: Sow, hands: Hands, seed_text: str) -> World:
    return World.open(sow(seed_text), real=hands)


KEYS: dict[str, Any] = {
    "customer_name": lambda view: collated(view.customer.name),
    "end_date": lambda view: view.credit.end_date or shift(TODAY, 999),
    "expected_consumption": lambda view: view.credit.expected_consumption,
    "value": lambda view: view.credit.value,
}
ORDERS = [
    (),
    *((sign + key,) for sign, key in product(("", "-"), KEYS)),
    ("value", "-end_date"),
    ("-end_date", "customer_name", "-value"),
    ("-customer_name", "expected_consumption"),
    ("value", "value"),
    ("value", "-value"),
]
FILTERS: list[dict[str, str]] = [
    {},
    {"customer_name": "A"},
    {"customer_name": "B 1"},
    {"customer_slug": "k7"},
]


def by_hand(world: World, user: User, order: tuple[str, ...], filters: dict[str, str]) -> list[Credit]:
    """What a listing must hold, from nothing but the views of all credits."""
    views = [world.credits.view(credit) for credit in world.credits.listing(staff_of(world))]

    def passes(view: CreditView) -> bool:
        customer = view.customer
        return (
            (user.sees_all or customer.uuid in user.owner_of)
            and filters.get("customer_name", "").casefold() in customer.name.casefold()
            and filters.get("customer_slug", customer.slug) == customer.slug
        )

    found = [view for view in views if passes(view)]
    for key in reversed(order):
        found.sort(key=KEYS[key.lstrip("-")], reverse=key.startswith("-"))
    return [view.credit for view in found]


def test_every_order_and_filter_gives_what_sorting_by_hand_gives(world: World) -> None:
    for user, order, filters in product(world.users, ORDERS, FILTERS):
        expected = by_hand(world, user, order, filters)
        listing = world.credits.listing(user, order=order, **filters)  # type: ignore[arg-type]
        assert list(listing) == expected, (user.username, order, filters)
        assert len(listing) == len(expected)
        assert list(listing[3:7]) == expected[3:7]


def test_orders_hold_after_changes(world: World) -> None:
    staff = staff_of(world)
    everything = list(world.credits.listing(staff))
    for number, credit in enumerate(everything):
        if number % 3 == 0:
            world.credits.update(credit, {"value": D(number % 7 + 1), "end_date": None})
        elif number % 3 == 1:
            world.credits.delete(credit)
    for order in ORDERS:
        assert list(world.credits.listing(staff, order=order)) == by_hand(world, staff, order, {}), order


def test_a_listing_shows_the_state_in_which_it_was_asked_for(world: World) -> None:
    staff = staff_of(world)
    listings = [world.credits.listing(staff, order=order) for order in ORDERS]
    before = [list(listing) for listing in listings]
    for credit in world.credits.listing(staff):
        world.credits.delete(credit)
    assert [list(listing) for listing in listings] == before
    assert len(world.credits.listing(staff)) == 0


def test_the_credit_of_a_customer_is_found_from_the_customer(world: World) -> None:
    staff = staff_of(world)
    free, taken = world.customers.listing(staff)[0], None
    for customer in world.customers.listing(staff):
        credit = world.credits.of(customer)
        assert (credit is None) == (int(customer.slug[1:]) % 9 == 0)
        if credit is not None:
            taken = credit
            assert credit.customer == customer.uuid
    assert taken is not None
    world.credits.delete(taken)
    assert world.credits.of(world.credits.view(taken).customer) is None
    assert free.name.startswith(("á", "A"))
