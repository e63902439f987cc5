"""A kept view is the one that would be made anew, whatever has happened in between."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest

from creditkit.errors import Rejected
from creditkit.store import Credit, CreditView, World, default_seed_path, load_seed
from creditkit.store.views import MOST, viewed

from .conftest import Grow, Hands  # noqa: TID251 - the tests' own folder

CREDIT = "credits: [{customer: aurora, value: 100, expected_consumption: 10, end_date: month+1}]"


def fresh(world: World, credit: Credit) -> CreditView:
    """The view as it is made where nothing is kept."""
    return viewed(credit, world._database.content, world.today())


def test_a_view_is_kept_as_long_as_nothing_changes(grow: Grow) -> None:
    world = grow(CREDIT)
    credit = world.credits.listing(world.users[0])[0]
    assert world.credits.view(credit) is world.credits.view(credit)


def test_a_view_follows_the_credit(grow: Grow) -> None:
    world = grow(CREDIT)
    credit = world.credits.listing(world.users[0])[0]
    assert world.credits.view(credit).minimal_consumption == Decimal(10)
    changed = world.credits.update(credit, {"expected_consumption": Decimal(20)})
    assert world.credits.view(changed).minimal_consumption == Decimal(20)
    assert world.credits.view(credit).minimal_consumption == Decimal(10)


def test_a_view_follows_the_month(grow: Grow, hands: Hands) -> None:
    world = grow(CREDIT + "\n" + "invoices: [{customer: aurora, month: month, state: pending}]")
    credit = world.credits.listing(world.users[0])[0]
    assert world.credits.view(credit).consumption_last_month is None
    hands.go(days=10)
    assert world.credits.view(credit).consumption_last_month == Decimal(0)


@pytest.mark.parametrize("seed", range(5))
def test_every_view_is_the_one_made_anew(seed: int) -> None:
    choose = random.Random(seed)
    with World.open(load_seed(default_seed_path()), now=date(2026, 11, 22)) as world:
        staff = world.users[0]
        world.snapshot("before")
        steps: tuple[Callable[[Credit], object], ...] = (
            world.credits.apply_compensations,
            world.credits.clear_compensations,
            lambda credit: world.credits.update(credit, {"value": credit.value + choose.randrange(1, 10)}),
            lambda _: world.restore("before"),
            lambda _: world.reset(),
        )
        for _ in range(100):
            with suppress(Rejected):  # a credit whose end is past takes no change
                choose.choice(steps)(choose.choice(world.credits.listing(staff)))
            for credit in world.credits.listing(staff):
                assert world.credits.view(credit) == fresh(world, credit)


def test_what_is_kept_is_bounded(grow: Grow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creditkit.store.views.MOST", 2)
    assert MOST == 4096
    with World.open(load_seed(default_seed_path())) as world:
        for credit in world.credits.listing(world.users[0]):
            world.credits.view(credit)
        assert len(world.credits._views._kept) <= 2
