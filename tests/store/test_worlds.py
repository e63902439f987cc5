"""Going back and going apart: reset, snapshots, forks, rewinding. All that was there comes back."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from creditkit.errors import UsageError
from creditkit.store import World

from .conftest import (
    FULL,
    STAFF,
    D,
    Grow,
    Hands,
    Sow,
    change,
    day,
    only_credit,
    staff_of,
    state,
)


@pytest.fixture(params=["memory", "file"])
def world(request: pytest.FixtureRequest, grow: Grow, tmp_path: Path) -> World:
    """The same world in memory and in a file."""
    return grow(FULL) if request.param == "memory" else grow(FULL, data=tmp_path / "world.json")


def test_reset_brings_back_the_seed(world: World) -> None:
    before = state(world)
    change(world)
    assert state(world) != before
    world.reset()
    assert state(world) == before
    change(world)
    world.reset()
    assert state(world) == before


def test_a_snapshot_brings_back_what_it_kept_as_often_as_asked(world: World) -> None:
    world.snapshot("start")
    before = state(world)
    change(world)
    world.snapshot("later")
    after = state(world)
    assert world.snapshots == ("start", "later")
    for _ in range(2):
        world.restore("start")
        assert state(world) == before
        world.restore("later")
        assert state(world) == after


def test_a_name_given_again_keeps_the_latest(world: World) -> None:
    world.snapshot("it")
    change(world)
    world.snapshot("it")
    after = state(world)
    world.reset()
    world.restore("it")
    assert state(world) == after
    assert world.snapshots == ("it",)


def test_a_dropped_snapshot_is_gone_and_the_content_stays(world: World) -> None:
    world.snapshot("one")
    world.snapshot("two")
    before = state(world)
    world.drop_snapshot("one")
    assert world.snapshots == ("two",)
    assert state(world) == before
    with pytest.raises(UsageError) as caught:
        world.restore("one")
    assert (caught.value.message, caught.value.hint) == ("there is no snapshot 'one'", "known are: two")


def test_snapshots_and_the_seed_are_there_again_when_the_file_is(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with grow(FULL, data=data) as world:
        seed = state(world)
        change(world)
        world.snapshot("changed")
        changed = state(world)
        world.credits.delete(world.credits.listing(staff_of(world))[0])
    with grow("credits: [{customer: nimbus}]", data=data) as again:
        assert again.snapshots == ("changed",)
        again.compact()
        again.restore("changed")
        assert state(again) == changed
        again.reset()
        assert state(again) == seed
    with grow(data=data) as third:
        assert state(third) == seed


@pytest.mark.parametrize("name", ["", "-a", ".a", "a b", "a/b", "(beginning)", "a\n", "é", "a" * 65])
def test_a_name_that_could_not_be_typed_is_refused(grow: Grow, name: str) -> None:
    world = grow()
    with pytest.raises(UsageError) as caught:
        world.snapshot(name)
    assert caught.value.message == f"{name!r} cannot name a snapshot"
    assert world.snapshots == ()
    for action in (world.restore, world.drop_snapshot):
        with pytest.raises(UsageError, match="there is no snapshot"):
            action(name)


def test_a_fork_and_its_origin_do_not_feel_each_other(world: World) -> None:
    world.snapshot("start")
    before = state(world)
    fork = world.fork()
    assert state(fork) == before
    change(fork)
    changed = state(fork)
    assert (state(world), changed != before) == (before, True)
    world.credits.delete(world.credits.listing(staff_of(world))[0])
    assert state(fork) == changed
    fork.snapshot("mine")
    assert (fork.snapshots, world.snapshots) == (("start", "mine"), ("start",))
    fork.restore("start")
    assert state(fork) == before
    fork.restore("mine")
    fork.reset()
    assert state(fork) == before
    fork.close()
    world.reset()
    assert state(world) == before


def test_rewinding_goes_back_to_any_request(world: World) -> None:
    seen = [state(world)]
    steps: list[Callable[[], object]] = [
        lambda: world.credits.update(world.credits.listing(staff_of(world))[0], {"value": D(900)}),
        lambda: None,
        lambda: change(world),
        lambda: world.restore("kept"),
        lambda: world.reset(),
    ]
    world.snapshot("kept")
    for number, step in enumerate(steps, start=1):
        assert world.begin() == number
        step()
        seen.append(state(world))
    assert world.requests == len(steps)
    for number in reversed(range(len(seen))):
        world.rewind(number)
        assert (world.requests, state(world)) == (number, seen[number])
    assert world.begin() == 1
    assert world.snapshots == ("kept",)


@pytest.mark.parametrize("number", [-1, 3])
def test_there_is_no_way_to_requests_that_were_not(grow: Grow, number: int) -> None:
    world = grow()
    world.begin()
    world.begin()
    with pytest.raises(UsageError) as caught:
        world.rewind(number)
    assert caught.value.message == f"cannot go back to request {number}"
    assert caught.value.hint == "name a number from 0 to 2"


def test_a_request_before_the_file_was_opened_is_out_of_reach(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with grow(FULL, data=data) as world:
        world.begin()
        change(world)
        after = state(world)
    with grow(data=data) as again:
        assert again.requests == 0
        again.rewind(0)
        assert state(again) == after


def test_what_brings_back_content_brings_back_its_clock(grow: Grow, hands: Hands, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    grow(FULL, data=data).close()
    with grow(data=data, now=day("2030-05-06")) as world:
        assert world.today() == day("2030-05-06")
        fork = world.fork()
        world.snapshot("late")
        hands.go(days=1)
        world.reset()
        assert world.today() == day("2026-11-23")
        assert fork.today() == day("2030-05-07")
        world.restore("late")
        assert world.today() == day("2030-05-07")
        world.rewind(0)
        assert world.today() == day("2030-05-07")


def test_the_daily_job_is_part_of_its_request_and_runs_again_after_going_back(
    grow: Grow, hands: Hands
) -> None:
    world = grow("credits: [{customer: aurora, value: 100, end_date: month+1}]")
    world.begin()
    hands.go(days=30)
    world.begin()
    assert only_credit(world).value == 0
    world.rewind(1)
    assert only_credit(world).value == 100
    world.begin()
    assert only_credit(world).value == 0


@pytest.mark.soak
@pytest.mark.parametrize("kept", ["memory", "file"])
def test_going_back_and_apart_costs_the_same_with_ten_thousand_credits(
    sow: Sow, tmp_path: Path, kept: str
) -> None:
    """And no more than so many seconds of processor: 10 ms for a reset, 20 ms for what is kept by name."""
    times = {}
    for size in (10, 10_000):
        path = tmp_path / f"{size}.json" if kept == "file" else None
        with World.open(sow(many(size)), data=path) as world:
            assert len(world.credits.listing(staff_of(world))) == size
            times[size] = {name: best_of(20, world, act) for name, act in GOING_BACK.items()}
            assert len(world.credits.listing(staff_of(world))) == size
    for name, seconds in times[10_000].items():
        assert seconds < (0.01 if name == "reset" else 0.02)
        assert seconds < 5 * times[10][name] + 0.0005, name


GOING_BACK: dict[str, Callable[[World], object]] = {
    "snapshot": lambda world: world.snapshot("it"),
    "restore": lambda world: world.restore("it"),
    "fork": World.fork,
    "rewind": lambda world: world.rewind(world.requests - 1),
    "reset": World.reset,
}


def many(size: int) -> str:
    """A seed of so many customers, each with a credit."""
    customers = ",".join(f"{{key: c{number}, name: Customer {number}}}" for number in range(size))
    credits_ = ",".join(f"{{customer: c{number}, value: {number}}}" for number in range(size))
    users = f"{{username: staff, staff: true, token: {STAFF}}}"
    return f"{{users: [{users}], customers: [{customers}], credits: [{credits_}]}}"


def best_of(times: int, world: World, act: Callable[[World], object]) -> float:
    """Seconds of processor, after a request that has changed something."""
    staff, seconds = staff_of(world), []
    for number in range(times):
        world.begin()
        credit = world.credits.listing(staff)[number % 10]
        world.credits.update(credit, {"value": D(number)})
        start = time.process_time()
        act(world)
        seconds.append(time.process_time() - start)
    return min(seconds)
