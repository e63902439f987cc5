"""Going back and going apart: reset, snapshots, forks, rewinding. All that was there comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from creditkit.errors import UsageError
from creditkit.store import World

from .conftest import (  # noqa: TID251 - the tests' own folder
    FULL,
    D,
    Grow,
    Hands,
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
