"""docs/seeds.md tells the whole format, and what it shows works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from tinydb import TinyDB

import creditkit.store
from creditkit.errors import SeedError
from creditkit.store import World, load_seed

from .conftest import STAFF, D, Grow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "seeds.md").read_text("utf-8")
SCHEMA = yaml.safe_load((ROOT / "src" / "creditkit" / "store" / "seed.schema.yaml").read_text("utf-8"))


def block(language: str) -> str:
    """The first code block of the page in that language."""
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def section(name: str) -> str:
    return PAGE.split(f"## `{name}`\n")[1].split("\n## ")[0]


def test_the_example_is_a_seed_that_does_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(block("yaml"), "utf-8")
    world = World.open(load_seed(path))
    world.begin()
    (credit,) = world.credits.listing(world.authenticate(STAFF))
    view = world.credits.view(credit)
    figures = (view.minimal_consumption, view.consumption_last_month, view.allocated_to_projects)
    assert figures == (D(72), D(75), D(400))
    assert world.credits.apply_compensations(credit).value == D(928)


def test_the_example_of_an_error_is_what_is_said(tmp_path: Path) -> None:
    text = block("yaml").replace("value: 1000", "valeu: 1000")
    shown = block("text")
    path = tmp_path / "my-world.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(SeedError) as caught:
        load_seed(path)
    assert shown == (
        f"creditkit: {caught.value.message.replace(str(path), path.name)}\n  hint: {caught.value.hint}\n"
    )


def test_the_example_of_reading_the_data_file_works(grow: Grow, tmp_path: Path) -> None:
    grow("credits: [{customer: aurora, value: 5}]", data=tmp_path / "world.json").close()
    code = block("python").replace('"world.json"', repr(str(tmp_path / "world.json")))
    seen: list[object] = []
    exec(code, {"print": lambda *words: seen.extend(words), "TinyDB": TinyDB})
    assert seen[1] == "5.00000"


def test_every_key_of_the_schema_is_on_the_page() -> None:
    assert [name for name in SCHEMA["properties"] if f"## `{name}`\n" not in PAGE] == []
    missing = []
    for name, kind in SCHEMA["$defs"].items():
        if "properties" in kind:
            place = "invoices" if name in ("item", "compensation") else f"{name}s"
            missing += [(name, key) for key in kind["properties"] if f"`{key}`" not in section(place)]
    assert missing == []


def test_the_public_names_are_sorted_and_there() -> None:
    names = creditkit.store.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name))
    assert [name for name in names if not hasattr(creditkit.store, name)] == []
