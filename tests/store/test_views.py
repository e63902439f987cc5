"""A kept view is the one that would be made anew, whatever has happened in between."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from creditkit.errors import Rejected
from creditkit.store import Credit, CreditView, World, default_seed_path, load_seed
from creditkit.store.views import viewed

from .conftest import Grow, Hands

CREDIT = "credits: [{customer: aurora, value: 100, expected_consumption: 10, end_date: month+1}]"


def form(view: CreditView) -> bytes:
    """All that a view holds."""
    return repr(view).encode()


def fresh(world: World, credit: Credit) -> bytes:
    """What the form makes of the credit where nothing is kept."""
    return form(viewed(credit, world._database.content, world.today()))


def test_what_a_form_made_is_kept_as_long_as_nothing_changes(grow: Grow) -> None:
    world = grow(CREDIT)
    credit = world.credits.listing(world.users[0])[0]
    assert world.credits.show(credit, form) is world.credits.show(credit, form)
    assert world.credits.shown(world.users[0], form)[0] is world.credits.show(credit, form)


def test_each_form_makes_its_own(grow: Grow) -> None:
    world = grow(CREDIT)
    credit = world.credits.listing(world.users[0])[0]
    assert world.credits.show(credit, form) != world.credits.show(credit, lambda _: b"other")


def test_nothing_is_kept_in_a_world_that_shall_not_remember() -> None:
    with World.open(load_seed(default_seed_path()), remember=False) as world:
        credit = world.credits.listing(world.users[0])[0]
        for one in (world, world.fork()):
            assert one.credits.show(credit, form) == one.credits.show(credit, form)
            assert one.credits.show(credit, form) is not one.credits.show(credit, form)


def test_a_view_follows_the_credit(grow: Grow) -> None:
    world = grow(CREDIT)
    credit = world.credits.listing(world.users[0])[0]
    assert world.credits.view(credit).minimal_consumption == Decimal(10)
    changed = world.credits.update(credit, {"expected_consumption": Decimal(20)}).credit
    assert world.credits.view(changed).minimal_consumption == Decimal(20)
    assert world.credits.view(credit).minimal_consumption == Decimal(10)


def test_a_view_follows_the_month(grow: Grow, hands: Hands) -> None:
    world = grow(CREDIT + "\n" + "invoices: [{customer: aurora, month: month, state: pending}]")
    credit = world.credits.listing(world.users[0])[0]
    assert world.credits.view(credit).consumption_last_month is None
    hands.go(days=10)
    assert world.credits.view(credit).consumption_last_month == Decimal(0)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_shown_is_what_would_be_made_anew(seed: int) -> None:
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
            shown = world.credits.shown(staff, form)
            for credit, made in zip(world.credits.listing(staff), shown, strict=True):
                assert made == world.credits.show(credit, form) == fresh(world, credit)


def test_forks_share_what_is_kept_while_they_are_alike() -> None:
    with World.open(load_seed(default_seed_path())) as world:
        credit = world.credits.listing(world.users[0])[0]
        fork = world.fork()
        shown = world.credits.show(credit, form)
        assert fork.credits.show(credit, form) is shown
        fork.credits.update(credit, {"value": credit.value + 1})
        assert fork.credits.show(credit, form) != shown
        assert world.credits.show(credit, form) is shown


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with World.open(load_seed(default_seed_path())) as world:
        credit = world.credits.listing(world.users[0])[0]
        world.credits.show(credit, form)
        renderings = world._renderings
        most = 3 * renderings._bytes
        monkeypatch.setattr("creditkit.store.views.MOST_BYTES", most)
        for shown in world.credits.shown(world.users[0], form):
            ((_, kept),) = renderings._kept.values()
            assert shown in kept.values()
            assert sum(len(raw) + len(made) for raw, made in kept.items()) <= most
        monkeypatch.setattr("creditkit.store.views.MOST_GROUNDS", 3)
        for number in range(10):
            assert world.credits.show(credit, partial(_numbered, number)) == b"%d" % number
            assert len(renderings._kept) <= 3


def _numbered(number: int, _view: CreditView) -> bytes:
    return b"%d" % number
