"""A file of an earlier release opens with all that is in it; one of a later release says what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from creditkit.errors import DataFileError
from creditkit.store import World

from .conftest import OLD, D, Grow, day, staff_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copy(OLD, tmp_path / "world.json"))


def shown(world: World) -> list[tuple[str, str, str]]:
    staff = staff_of(world)
    views = map(world.credits.view, world.credits.listing(staff, order=["-customer_name"]))
    return [(view.customer.name, str(view.credit.value), str(view.consumption_last_month)) for view in views]


def test_a_file_of_format_1_shows_what_it_showed(grow: Grow, data: Path) -> None:
    with grow(data=data) as world:
        assert shown(world) == [
            ("Nimbus", "0.00001", "None"),
            ("Aurora Research Labs", "81.00000", "9.00000"),
        ]
        aurora, nimbus = world.credits.listing(staff_of(world))
        assert (aurora.end_date, aurora.minimal_consumption_logic) == (day("2027-01-01"), "linear")
        assert (aurora.grace_coefficient, len(aurora.offerings)) == (D(-3), 2)
        assert world.today() == day("2026-11-22")
        world.credits.delete(nimbus)
    with TinyDB(data, access_mode="r", encoding="utf-8") as plain:
        assert plain.table("meta").all()[0]["format"] == 2
        assert plain.table("credits").get(where("customer_name") == "Aurora Research Labs") is not None
    with grow(data=data) as again:
        assert len(again.credits.listing(staff_of(again))) == 1


def test_a_file_of_format_1_is_reset_to_what_it_held(grow: Grow, data: Path) -> None:
    with grow(data=data) as world:
        before = shown(world)
        for credit in world.credits.listing(staff_of(world)):
            world.credits.delete(credit)
        world.reset()
        assert shown(world) == before


@pytest.mark.parametrize("number", [3, 0, "2", None])
def test_any_other_format_is_refused_with_what_to_do(grow: Grow, data: Path, number: object) -> None:
    text = json.loads(data.read_text("utf-8"))
    text["meta"]["1"]["format"] = number
    data.write_text(json.dumps(text), "utf-8")
    before = data.read_bytes()
    with pytest.raises(DataFileError) as caught:
        grow(data=data)
    assert caught.value.message == f"{data}: written in format {number}, but this release reads 1 to 2"
    assert "pip install -U creditkit" in caught.value.hint
    assert data.read_bytes() == before
