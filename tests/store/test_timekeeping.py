"""The clock of a world: stopped, set, moved, and what becomes of it on the ways that content takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from creditkit.errors import DataFileError, UsageError
from creditkit.store import World
from creditkit.store.domain.clock import later, moment
from creditkit.store.files.interchange import export_world, import_world

from .conftest import NOON, TODAY, D, Grow, Hands, day, only_credit

CREDIT = """
credits: [{customer: aurora, value: 1000, end_date: month+2}]
invoices:
  - {customer: aurora, month: month, state: pending, items: [{name: Nodes, offering: hpc, price: 20}]}
"""


def states(world: World) -> list[tuple[date, str]]:
    """The month and the state of aurora's invoices, oldest first."""
    customer = only_credit(world).customer
    found = world._database.content.invoices.find("customer", customer)
    return sorted((invoice.month, invoice.state) for invoice in found)


def test_a_clock_that_stands_shows_the_same_until_it_runs_on(grow: Grow, hands: Hands) -> None:
    world = grow()
    assert not world.clock.is_frozen
    world.clock.freeze()
    hands.go(days=3)
    assert (world.now(), world.clock.is_frozen) == (NOON, True)
    world.clock.run_on()
    assert (world.now(), world.clock.is_frozen) == (NOON, False)
    hands.go(hours=1)
    assert world.now() == NOON + timedelta(hours=1)


@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_is_set_to_a_date_or_an_instant_also_back(grow: Grow, hands: Hands, frozen: bool) -> None:
    world = grow()
    if frozen:
        world.clock.freeze()
    for to in (day("2030-02-28"), datetime(2020, 1, 2, 3, 4, 5, 6, tzinfo=UTC)):
        world.clock.set(to)
        assert world.now() == moment(to)
        hands.go(minutes=1)
        assert world.now() - moment(to) == timedelta(minutes=0 if frozen else 1)


def test_what_is_made_is_made_at_the_clocks_time(grow: Grow) -> None:
    world = grow()
    world.clock.set(day("2031-05-06"))
    world.clock.freeze()
    customer = world.customers.listing(world.users[0], "Nimbus")[0]
    credit = world.credits.create({"customer": customer.uuid}).credit
    assert credit.created == moment(day("2031-05-06"))


def test_to_set_a_clock_lets_no_month_end_but_what_is_overdue_is_lost(grow: Grow) -> None:
    world = grow(CREDIT)
    world.begin()
    world.clock.set(day("2027-01-01"))
    world.begin()
    assert (only_credit(world).value, states(world)) == (D(1000), [(day("2026-11-01"), "pending")])
    world.clock.set(day("2027-01-02"))
    world.begin()
    assert (only_credit(world).value, states(world)) == (D(0), [(day("2026-11-01"), "pending")])


@pytest.mark.parametrize(
    ("by", "then"),
    [
        ({"days": 0}, NOON),
        ({"days": 400}, NOON + timedelta(days=400)),
        ({"months": 0}, NOON),
        ({"months": 14}, datetime(2028, 1, 22, 12, tzinfo=UTC)),
        ({"to": day("2027-03-01")}, datetime(2027, 3, 1, tzinfo=UTC)),
        ({"to": datetime(2026, 11, 22, 13)}, datetime(2026, 11, 22, 13, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_is_advanced(
    grow: Grow, hands: Hands, by: dict[str, Any], then: datetime, frozen: bool
) -> None:
    world = grow()
    if frozen:
        world.clock.freeze()
    world.clock.advance(**by)
    assert world.now() == then
    hands.go(seconds=5)
    assert world.now() == (then if frozen else then + timedelta(seconds=5))


@pytest.mark.parametrize(
    ("start", "months", "then"),
    [
        ("2028-01-31", 1, "2028-02-29"),
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-08-31", 4, "2026-12-31"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(start: str, months: int, then: str) -> None:
    assert later(moment(day(start)), months) == moment(day(then))


@pytest.mark.parametrize(
    ("by", "says"),
    [
        ({}, "no single time to advance by"),
        ({"days": 1, "months": 1}, "no single time to advance by"),
        ({"days": -1}, "cannot advance back from 2026-11-22 12:00 to 2026-11-21 12:00"),
        ({"months": -1}, "cannot advance back from 2026-11-22 12:00 to 2026-10-22 12:00"),
        ({"to": TODAY}, "cannot advance back from 2026-11-22 12:00 to 2026-11-22 00:00"),
        ({"months": 121}, "cannot advance over more than 120 month ends at once"),
        ({"to": day("2036-12-01")}, "cannot advance over more than 120 month ends at once"),
        ({"days": 10**12}, "a world's clock cannot show so far"),
        ({"months": 10**6}, "a world's clock cannot show so far"),
        ({"to": day("9000-01-01")}, "a world's clock cannot show the year 9000"),
    ],
)
def test_what_cannot_be_advanced_by_changes_nothing(grow: Grow, by: dict[str, Any], says: str) -> None:
    world = grow(CREDIT)
    world.begin()
    before = world._database.content
    with pytest.raises(UsageError) as caught:
        world.clock.advance(**by)
    assert caught.value.message == says
    assert world._database.content is before


@pytest.mark.parametrize("to", [date.min, day("1899-12-31"), day("9000-01-01"), date.max, datetime.max])
def test_a_clock_stays_within_the_calendar(grow: Grow, to: date) -> None:
    world = grow()
    with pytest.raises(UsageError, match="a world's clock cannot show the year"):
        world.clock.set(to)
    assert world.now() == NOON
    world.clock.set(day("8999-12-31"))
    with pytest.raises(UsageError, match="a world's clock cannot show the year 9000"):
        world.clock.advance(days=1)


def test_what_goes_back_takes_the_clock_along(grow: Grow) -> None:
    world = grow(CREDIT)
    world.begin()
    world.clock.freeze()
    world.snapshot("standing")
    other = world.fork()
    world.begin()
    world.clock.run_on()
    world.clock.advance(months=2)
    assert (other.now(), other.clock.is_frozen) == (NOON, True)
    assert [state for _, state in states(other)] == ["pending"]
    assert [state for _, state in states(world)] == ["created", "created", "pending"]
    gone = states(world)
    world.restore("standing")
    assert (world.now(), world.clock.is_frozen, states(world)) == (NOON, True, states(other))
    world.begin()
    world.rewind(2)
    assert (world.today(), world.clock.is_frozen, states(world)) == (TODAY, True, states(other))
    world.reset()
    assert (world.now(), world.clock.is_frozen) == (NOON, False)
    world.clock.advance(months=2)
    assert states(world) == gone


def test_a_rewind_lands_between_the_months(grow: Grow) -> None:
    world = grow(CREDIT)
    seen = []
    for _ in range(4):
        world.begin()
        world.clock.advance(months=1)
        seen.append((world.today(), only_credit(world).value, states(world)))
    for number in (3, 1, 0):
        world.rewind(number)
        if number:
            assert (world.today(), only_credit(world).value, states(world)) == seen[number - 1]
    assert (world.today(), only_credit(world).value) == (TODAY, D(1000))


def test_a_file_keeps_a_clock_that_stands(grow: Grow, hands: Hands, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with grow(CREDIT, data=data) as world:
        world.clock.set(day("2029-07-01"))
        world.clock.freeze()
    hands.go(days=30)
    with grow(data=data) as again:
        assert (again.today(), again.clock.is_frozen) == (day("2029-07-01"), True)
    with grow(data=data, now=day("2031-01-01")) as set_anew:
        hands.go(days=30)
        assert (set_anew.today(), set_anew.clock.is_frozen) == (day("2031-01-01"), True)
    export_world(data, tmp_path / "sheets", "csv")
    import_world(tmp_path / "sheets", tmp_path / "back.json")
    with grow(data=tmp_path / "back.json") as back:
        assert (back.today(), back.clock.is_frozen) == (day("2031-01-01"), True)


def test_months_that_passed_while_no_mock_ran_end_at_the_next_request(
    grow: Grow, hands: Hands, tmp_path: Path
) -> None:
    data = tmp_path / "world.json"
    with grow(CREDIT, data=data) as world:
        world.begin()
    hands.go(days=80)
    with grow(data=data) as again:
        assert [state for _, state in states(again)] == ["pending"]
        again.begin()
        assert only_credit(again).value == 0
        assert states(again) == [
            (day("2026-11-01"), "created"),
            (day("2026-12-01"), "created"),
            (day("2027-01-01"), "created"),
            (day("2027-02-01"), "pending"),
        ]


def test_a_month_that_cannot_be_written_has_not_ended(
    grow: Grow, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third month's write fails: two months have ended whole, the clock says so, and it can go on."""
    world = grow(CREDIT)
    world.begin()
    twin = world.fork()
    commit = world._database.commit
    calls = iter([commit, commit])

    def failing(*changes: Any) -> None:
        then = next(calls, None)
        if then is None:
            raise DataFileError("no space left", "make room")
        then(*changes)

    monkeypatch.setattr(world._database, "commit", failing)
    with pytest.raises(DataFileError):
        world.clock.advance(months=4)
    monkeypatch.undo()
    assert world.now() == datetime(2027, 1, 1, tzinfo=UTC)
    assert [state for _, state in states(world)] == ["created", "created", "pending"]
    world.clock.advance(to=later(NOON, 4))
    twin.clock.advance(months=4)
    assert (world.now(), states(world), only_credit(world)) == (twin.now(), states(twin), only_credit(twin))
