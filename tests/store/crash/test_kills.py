"""No acknowledged write is lost, and none is torn, whenever the process is killed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Found, Nursery, left_behind
from .load import Kind, Model, Tables, operation, share
from .writer import WRITERS, Life

pytestmark = pytest.mark.usefixtures("without_a_disk")

KILLS = pytest.mark.parametrize(
    "kills", [pytest.param(6, id="few"), pytest.param(80, id="many", marks=pytest.mark.soak)]
)
DURABILITY = pytest.mark.parametrize("durability", ["process", "power"])


def a_moment(chance: random.Random) -> tuple[int, float]:
    """When to kill: after how many acknowledged steps, and how many seconds later."""
    return chance.choice((0, 1, 5, 50, 300)), chance.choice((0.0, 0.0005, 0.003, 0.01))


@KILLS
@DURABILITY
def test_what_was_acknowledged_is_there_after_every_kill(
    nursery: Nursery, tmp_path: Path, durability: str, kills: int
) -> None:
    path = tmp_path / "data" / "world.json"
    path.parent.mkdir()
    chance = random.Random(f"{durability}{kills}")
    model, step = Model(), 0
    for _ in range(kills):
        writer = nursery.live(Life(str(path), seed=kills, step=step, durability=durability))
        acknowledgements, seconds = a_moment(chance)
        writer.read(acknowledgements)
        writer.kill(seconds)
        assert writer.status == -9, "the writer failed before it was killed"
        model = model.reopened()
        for number in range(step, writer.acknowledged.get(0, step - 1) + 1):
            model.carry_out(operation(kills, number))
            step = number + 1
        found = left_behind(path, tmp_path / "copy")
        if found != Found.of(model):
            model.carry_out(operation(kills, step))
            step += 1
        assert found == Found.of(model), f"acknowledged up to step {step}"


@KILLS
@DURABILITY
def test_each_of_several_writers_finds_what_was_acknowledged_to_it(
    nursery: Nursery, tmp_path: Path, durability: str, kills: int
) -> None:
    path = tmp_path / "data" / "world.json"
    path.parent.mkdir()
    chance = random.Random(f"{durability}{kills}")
    models = [Model() for _ in range(WRITERS)]
    step = 0
    for _ in range(kills):
        life = Life(str(path), seed=kills, step=step, durability=durability, plan="threads")
        writer = nursery.live(life)
        acknowledgements, seconds = a_moment(chance)
        writer.read(acknowledgements)
        writer.kill(seconds)
        assert writer.status == -9, "the writer failed before it was killed"
        found = left_behind(path, tmp_path / "copy")
        for number, model in enumerate(models):
            last = writer.acknowledged.get(number, step - 1)
            for acknowledged in range(step, last + 1):
                model.carry_out(share(kills, acknowledged, number))
            if own(found.tables, number) != model.tables:
                model.carry_out(share(kills, last + 1, number))
            assert own(found.tables, number) == model.tables, f"writer {number}, acknowledged up to {last}"
        step = max(writer.acknowledged.values(), default=step) + 2


def own(tables: Tables, writer: int) -> Tables:
    """The documents of one of several writers."""
    share = range(writer * 10, writer * 10 + 10)
    return {name: {key: row for key, row in rows.items() if key in share} for name, rows in tables.items()}


@pytest.mark.parametrize(
    ("durability", "torn"),
    [
        pytest.param("process", True, id="process, half way through each write"),
        pytest.param("power", False, id="power, before each"),
        pytest.param("process", False, id="process, before each", marks=pytest.mark.soak),
        pytest.param("power", True, id="power, half way through each write", marks=pytest.mark.soak),
    ],
)
def test_no_file_operation_is_a_wrong_moment_to_die(
    nursery: Nursery, tmp_path: Path, durability: str, torn: bool
) -> None:
    """A base, a journal, a compaction with writes going on, and the folding into one file at the end."""
    end = sweep(
        nursery,
        tmp_path,
        lambda path, die_at: Life(path, 7, 0, durability, "counted", die_at=die_at, torn=torn),
    )
    assert end > 30, "too few file operations for this test to say anything"


def sweep(nursery: Nursery, folder: Path, life: Callable[[str, int], Life]) -> int:
    """Die at the first file operation, at the second, and so on until a life comes to its end."""
    die_at = 0
    while True:
        die_at += 1
        path = folder / f"{die_at}" / "world.json"
        path.parent.mkdir()
        writer = nursery.live(life(str(path), die_at))
        writer.finish()
        model = Model()
        last = writer.acknowledged.get(0, -1)
        for step in range(last + 1):
            model.carry_out(operation(7, step))
        found = left_behind(path, folder / "copy")
        if found != Found.of(model):
            model.carry_out(operation(7, last + 1))
        assert found == Found.of(model), f"killed at file operation {die_at}, acknowledged up to step {last}"
        if writer.status == 0:
            return die_at
        assert writer.status == -9, f"the writer failed at file operation {die_at}"


@pytest.mark.parametrize("limit", [1, 64, 500, 1500, 4000])
def test_a_disk_that_is_full_costs_only_the_writes_that_were_refused(
    nursery: Nursery, tmp_path: Path, limit: int
) -> None:
    """The kernel itself writes short and then refuses: no file may grow beyond the limit."""
    path = tmp_path / "data" / "world.json"
    path.parent.mkdir()
    kinds: dict[Kind, int] = {"put": 4, "move": 2, "delete": 1}
    writer = nursery.live(Life(str(path), seed=3, step=0, plan="full", limit=limit))
    model, number = Model(), 0
    while writer.status is None:
        writer.read(1)
        if writer.acknowledged.get(0, -1) >= number:
            number = writer.acknowledged[0]
            model.carry_out(operation(3, number, kinds))
            number += 1
    assert writer.status == 0
    found = left_behind(path, tmp_path / "copy")
    assert found == Found.of(model)
    assert found.warnings == ()
