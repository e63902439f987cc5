"""A world: where it comes from, its clock, its daily job, its users, and what a data file keeps of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from creditkit.errors import DataFileError, NotAuthenticated, NotFound, UsageError
from creditkit.store import World, default_seed_path, load_seed

from .conftest import (
    FULL,
    OWNER,
    STAFF,
    TODAY,
    D,
    Grow,
    Hands,
    day,
    only_credit,
    staff_of,
    state,
)

ENDING = "credits: [{customer: aurora, value: 100, end_date: month+1, expected_consumption: 10}]"


def test_the_clock_starts_where_now_says_else_the_seed_else_in_real_time(grow: Grow) -> None:
    assert grow().today() == TODAY
    assert grow("clock: 2025-03-04").today() == day("2025-03-04")
    assert grow("clock: 2025-03-04T23:30:00-01:00").now() == datetime(2025, 3, 5, 0, 30, tzinfo=UTC)
    assert grow("clock: 2025-03-04", now=day("2024-02-29")).today() == day("2024-02-29")


def test_relative_months_follow_the_clock(grow: Grow) -> None:
    assert only_credit(grow(ENDING)).end_date == day("2026-12-01")
    assert only_credit(grow(ENDING, now=day("2027-12-31"))).end_date == day("2028-01-01")


@pytest.mark.parametrize("year", [1, 1899, 9000, 9999])
def test_a_clock_at_the_ends_of_the_calendar_is_refused(grow: Grow, year: int) -> None:
    with pytest.raises(UsageError, match=f"^a world's clock cannot show the year {year}$"):
        grow(ENDING, now=date(year, 12, 31))


@pytest.mark.parametrize("year", [1900, 8999])
def test_any_other_clock_is_fine(grow: Grow, year: int) -> None:
    far = "credits: [{customer: aurora, created: month-999, end_date: month+999}]"
    world = grow(far, now=date(year, 12, 31))
    world.begin()
    assert world.credits.view(only_credit(world)).consumption_last_month is None


def test_the_daily_job_takes_the_value_of_credits_whose_end_is_past(grow: Grow, hands: Hands) -> None:
    world = grow(ENDING)
    world.begin()
    hands.go(days=9)
    assert world.today() == day("2026-12-01")
    world.begin()
    assert only_credit(world).value == 100
    hands.go(days=1)
    assert only_credit(world).value == 100
    world.begin()
    assert str(only_credit(world).value) == "0.00000"
    assert only_credit(world).expected_consumption == 10


def test_the_daily_job_runs_once_a_day(grow: Grow, hands: Hands) -> None:
    world = grow("credits: [{customer: aurora, value: 100, end_date: month-1}]")
    world.begin()
    assert only_credit(world).value == 0
    world.credits.update(only_credit(world), {"value": D(7)})
    world.begin()
    assert only_credit(world).value == 7
    hands.go(days=1)
    world.begin()
    assert only_credit(world).value == 0


def test_a_token_names_its_user(grow: Grow) -> None:
    world = grow()
    staff, owner = world.authenticate(STAFF), world.authenticate(OWNER)
    assert (staff.username, staff.is_staff, staff.sees_all) == ("staff", True, True)
    assert (owner.username, owner.is_staff, owner.sees_all) == ("owner", False, False)
    assert owner.owner_of == {world.customers.listing(staff, "Aurora")[0].uuid}
    assert [user.username for user in world.users] == ["staff", "support", "owner", "admin"]
    assert [user.sees_all for user in world.users] == [True, True, False, False]


@pytest.mark.parametrize("token", ["", "c0ffee", STAFF.upper(), STAFF + "0"])
def test_a_token_that_is_nobodys_is_refused(grow: Grow, token: str) -> None:
    with pytest.raises(NotAuthenticated, match=r"^Invalid token\.$"):
        grow().authenticate(token)


def test_a_token_expires(grow: Grow, hands: Hands) -> None:
    world = grow(
        users="  - {username: guest, token: " + "ab" * 20 + ", token_expires: 2026-11-22T12:30:00Z}\n"
    )
    assert world.authenticate("ab" * 20).username == "guest"
    hands.go(minutes=30)
    with pytest.raises(NotAuthenticated, match=r"^Token has expired\.$"):
        world.authenticate("ab" * 20)


def test_a_token_is_not_shown_where_a_user_is_printed(grow: Grow) -> None:
    assert STAFF not in repr(grow().authenticate(STAFF))


def test_customers_are_listed_by_name_to_those_who_see_them(grow: Grow) -> None:
    world = grow()
    names = {
        user.username: [customer.name for customer in world.customers.listing(user)] for user in world.users
    }
    everybody = ["Aurora Research Labs", "Café Boréal", "Nimbus"]
    assert names == {
        "staff": everybody,
        "support": everybody,
        "owner": ["Aurora Research Labs"],
        "admin": [],
    }
    assert [customer.slug for customer in world.customers.listing(staff_of(world), "BORÉ")] == ["borealis"]


def test_a_customer_is_found_by_those_who_see_it(grow: Grow) -> None:
    world = grow()
    aurora, borealis, _ = world.customers.listing(staff_of(world))
    owner = world.authenticate(OWNER)
    assert world.customers.get(owner, UUID(aurora.uuid)) == aurora
    for uuid in (borealis.uuid, str(UUID(int=1))):
        with pytest.raises(NotFound, match=r"^No Customer matches the given query\.$"):
            world.customers.get(owner, UUID(uuid))


def test_offerings_are_shown_to_everybody(grow: Grow) -> None:
    world = grow()
    for user in world.users:
        assert [offering.name for offering in world.offerings.listing(user)] == ["Aurora HPC", "Nordic VM"]
    (vm,) = world.offerings.listing(user, "vm")
    assert world.offerings.get(user, UUID(vm.uuid)) == vm
    with pytest.raises(NotFound, match=r"^No Offering matches the given query\.$"):
        world.offerings.get(user, UUID(int=1))


def test_a_world_in_a_file_is_the_same_when_it_is_opened_again(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with grow(FULL, data=data) as world:
        world.begin()
        aurora, borealis = world.credits.listing(staff_of(world))
        world.credits.apply_compensations(aurora)
        world.credits.update(aurora, {"grace_coefficient": D(12)})
        world.credits.delete(borealis)
        nimbus = world.customers.listing(staff_of(world), "nimbus")[0]
        world.credits.create({"customer": UUID(nimbus.uuid), "value": D("0.00001")})
        before = state(world)
    with grow(data=data) as again:
        assert state(again) == before
        again.credits.create({"customer": UUID(borealis.customer)})
        assert len(again.credits.listing(staff_of(again))) == 3
    with grow(data=data) as third:
        assert third.credits.listing(staff_of(third))[-1].customer == borealis.customer


def test_a_world_in_memory_and_one_in_a_file_are_alike(grow: Grow, tmp_path: Path) -> None:
    with grow(FULL, data=tmp_path / "world.json") as kept:
        assert state(kept) == state(grow(FULL))


def test_an_existing_file_wins_over_the_seed(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    grow(ENDING, data=data).close()
    with grow("clock: 2020-01-01\ncredits: [{customer: nimbus}]", data=data) as again:
        assert again.credits.view(only_credit(again)).customer.slug == "aurora"
        assert again.today() == TODAY


def test_a_file_goes_on_as_far_from_real_time_as_it_was_unless_now_is_given(
    grow: Grow, hands: Hands, tmp_path: Path
) -> None:
    data = tmp_path / "world.json"
    with grow(ENDING, data=data, now=day("2030-01-01")) as world:
        world.begin()
    hands.go(days=3)
    with grow(data=data) as again:
        assert again.today() == day("2030-01-04")
        again.begin()
    with grow(data=data, now=day("2030-03-01")) as later:
        assert only_credit(later).value == 100
        later.begin()
        assert only_credit(later).value == 0
    with grow(data=data) as last:
        assert last.today() == day("2030-03-01")


def test_a_second_world_cannot_open_the_file_until_the_first_is_closed(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with grow(data=data), pytest.raises(DataFileError, match="in use by process"):
        grow(data=data)
    grow(data=data).close()


def test_a_world_that_cannot_be_opened_leaves_no_lock(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with pytest.raises(UsageError):
        grow(data=data, now=date(9999, 1, 1))
    grow(data=data).close()
    assert json.loads(data.read_text("utf-8"))["users"]["1"]["username"] == "staff"


def test_another_seed_is_the_beginning_also_of_a_world_in_a_file(tmp_path: Path) -> None:
    first, second = load_seed(default_seed_path()), tmp_path / "second.yaml"
    text = default_seed_path().read_text(encoding="utf-8")
    second.write_text(text.replace("value: 5870.35", "value: 4000"), encoding="utf-8")
    with World.open(first, data=tmp_path / "world.json") as world:
        credit = world.credits.listing(world.users[0])[0]
        world.credits.update(credit, {"value": D(5000)})
        world.snapshot("kept")
        assert not world.replant(load_seed(second))
        assert world.snapshots == ("kept",)
    with World.open(first, data=tmp_path / "world.json") as world:
        assert world.credits.listing(world.users[0])[0].value == 5000
        world.reset()
        assert world.credits.listing(world.users[0])[0].value == 4000
        assert world.replant(first)
        assert str(world.credits.listing(world.users[0])[0].value) == "5870.35000"
