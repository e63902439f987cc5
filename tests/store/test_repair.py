"""Repair: of a damaged world the largest part that is a world, and word of all that is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creditkit.errors import DataFileError, UsageError
from creditkit.store import World
from creditkit.store.files.interchange import repair_world

from .conftest import FULL, OLD, D, Grow, change, staff_of, state


def test_a_whole_file_is_repaired_to_the_same_with_its_snapshots(grow: Grow, tmp_path: Path) -> None:
    data, to = tmp_path / "world.json", tmp_path / "to.json"
    with grow(FULL, data=data) as world:
        seed = state(world)
        change(world)
        world.snapshot("kept")
        before = state(world)
    original = data.read_bytes()
    saved, lost = repair_world(data, to)
    assert (saved["credits"], list(lost)) == (2, [])
    assert data.read_bytes() == original
    with grow(data=to) as again:
        assert (state(again), again.snapshots) == (before, ("kept",))
        again.reset()
        assert state(again) == seed


def test_a_damaged_record_costs_what_it_said_and_nothing_else(grow: Grow, tmp_path: Path) -> None:
    data, to = tmp_path / "copy" / "world.json", tmp_path / "to.json"
    data.parent.mkdir()
    with grow(FULL, data=tmp_path / "world.json") as world:
        aurora, borealis = world.credits.listing(staff_of(world))
        world.credits.update(aurora, {"grace_coefficient": D(55)})
        world.credits.delete(borealis)
        world.snapshot("kept")
        for file in tmp_path.glob("world.json*"):
            (data.parent / file.name).write_bytes(file.read_bytes())
    (journal,) = data.parent.glob("*.journal")
    content = journal.read_bytes()
    at = content.index(b'"grace_coefficient":"55"')
    journal.write_bytes(content[:at] + b"#" + content[at + 1 :])
    files = {file: file.read_bytes() for file in data.parent.iterdir()}
    with pytest.raises(DataFileError, match="damaged at byte"):
        grow(data=data)
    saved, lost = repair_world(data, to)
    assert {file: file.read_bytes() for file in data.parent.iterdir()} == files | {
        file: file.read_bytes() for file in data.parent.iterdir() if file.name.endswith(".lock")
    }
    assert saved["credits"] == 1
    assert lost[0].startswith(f"{journal}: at byte ")
    assert lost[1:] == ["the snapshot kept"]
    with grow(data=to) as again:
        (left,) = again.credits.listing(staff_of(again))
        assert (left.uuid, left.grace_coefficient) == (aurora.uuid, aurora.grace_coefficient)


Edit = Callable[[Any], object]


def dropped(table: str, key: str) -> Edit:
    return lambda data: data[table].pop(key)


def put(table: str, key: str, **fields: object) -> Edit:
    return lambda data: data[table][key].update(fields)


def again(table: str, key: str, new: str, **fields: object) -> Edit:
    return lambda data: data[table].update({new: data[table][key] | fields})


@pytest.mark.parametrize(
    ("edit", "left", "told"),
    [
        (
            put("credits", "1", value="a lot"),
            {"credits": 1},
            [
                "left out: document 1 of credits is damaged: 'a lot' is not an amount",
                "changed: document 1 of invoices: a line named what is gone",
                "changed: document 2 of invoices: a line named what is gone",
            ],
        ),
        (
            dropped("customers", "1"),
            {"customers": 2, "credits": 1, "projects": 0, "invoices": 0},
            [
                "left out: document 1 of projects: its customer is gone",
                "left out: document 1 of invoices: its customer is gone",
                "left out: document 2 of invoices: its customer is gone",
                "left out: document 1 of credits: its customer is gone",
                "changed: document 2 of users: owner_of named what is gone",
            ],
        ),
        (
            dropped("offerings", "2"),
            {"offerings": 1, "credits": 2},
            ["changed: document 1 of credits: offerings named what is gone"],
        ),
        (
            dropped("projects", "1"),
            {"projects": 0, "invoices": 2},
            ["changed: document 1 of invoices: a line named what is gone"],
        ),
        (
            again("credits", "1", "9", uuid="5a1c0de0-0000-4000-8000-000000000099", value="7"),
            {"credits": 2},
            [
                "left out: document 1 of credits: a later one has the same customer",
                "changed: document 1 of invoices: a line named what is gone",
                "changed: document 2 of invoices: a line named what is gone",
            ],
        ),
    ],
)
def test_what_is_left_is_a_world(
    grow: Grow, tmp_path: Path, edit: Edit, left: dict[str, int], told: list[str]
) -> None:
    data, to = tmp_path / "world.json", tmp_path / "to.json"
    content = json.loads(OLD.read_text("utf-8"))
    edit(content)
    data.write_text(json.dumps(content), "utf-8")
    saved, lost = repair_world(data, to)
    assert sorted(lost) == sorted(told)
    assert left.items() <= saved.items()
    with grow(data=to) as world:
        assert len(world.credits.listing(staff_of(world))) == saved["credits"]
        views = [world.credits.view(credit) for credit in world.credits.listing(staff_of(world))]
        assert all(view.customer.uuid == view.credit.customer for view in views)


def test_where_no_world_is_left_it_says_what_is_missing(grow: Grow, tmp_path: Path) -> None:
    data, to = tmp_path / "copy" / "world.json", tmp_path / "to.json"
    data.parent.mkdir()
    with grow(data=tmp_path / "world.json"):
        data.write_bytes((tmp_path / "world.json").read_bytes())
    journal = data.with_name("world.json.1.journal")
    with pytest.raises(DataFileError) as raised:
        repair_world(data, to)
    assert raised.value.message == (
        f"{data}: no world is left to save: {journal}: at byte 0: "
        "this journal is missing, and in it what was written last"
    )
    assert raised.value.hint.startswith("bring that file back")
    assert not to.exists()


def test_what_is_no_world_is_not_made_one(tmp_path: Path) -> None:
    data, to = tmp_path / "world.json", tmp_path / "to.json"
    data.write_text('{"meta": {"1": {"kind": "another"}}}')
    with pytest.raises(DataFileError, match="not a world of creditkit"):
        repair_world(data, to)
    assert not to.exists()
    with pytest.raises(DataFileError, match="there is no such file"):
        repair_world(tmp_path / "missing.json", to)
    to.touch()
    with pytest.raises(UsageError, match="exists already"):
        repair_world(OLD, to)


def test_a_world_survives_the_loss_of_any_one_line_of_its_file(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with grow(FULL, data=data) as world:
        change(world)
    lines = data.read_bytes().splitlines(keepends=True)
    documents = [number for number, line in enumerate(lines) if line.startswith(b'"') and b'":{"' in line]
    live = [n for n in documents if b'"_journal"' not in lines[n] and b'"snapshot"' not in lines[n]]
    assert len(live) > 10
    for number in live:
        damaged, to = tmp_path / f"{number}.json", tmp_path / f"{number}-to.json"
        damaged.write_bytes(b"".join([*lines[:number], lines[number][:9] + b"#\n", *lines[number + 1 :]]))
        _, lost = repair_world(damaged, to)
        assert any(each.startswith(f"{damaged}: at byte ") for each in lost)
        with World.open(_no_seed(), data=to) as saved:
            for credit in saved.credits.listing(saved.users[0]):
                saved.credits.view(credit)


def _no_seed() -> Any:
    """Whose content does not matter where there is a file."""
    from creditkit.store import default_seed_path, load_seed

    return load_seed(default_seed_path())
