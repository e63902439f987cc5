"""The reloader without its thread: what it makes of files, looked at when the test says so."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from creditkit import handlers
from creditkit.mock import Settings, create_app
from creditkit.reload import read_contract
from creditkit.reload.reloader import Reloader
from creditkit.reload.serving import Swap, started_app
from creditkit.store import World, load_seed

from .conftest import Files


async def nothing(*_: Any) -> None:
    """An app that nobody asks."""


class Stage:
    """A reloader of copied files; `look` gives what it said meanwhile."""

    def __init__(self, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
        self.files = Files.laid_out(folder)
        self.world = World.open(load_seed(self.files.seed))
        self.swap = Swap(nothing)
        self._caplog = caplog
        served = read_contract(self.files.contract, handlers).contract
        settings = Settings(seed=self.files.seed, contract=self.files.contract)
        build = partial(started_app, partial(create_app, lambda: self.world), self.files.contract)
        replace = partial(setattr, self.swap, "app")
        self.reloader = Reloader(build, replace, self.world, settings, served)

    def look(self) -> str:
        self._caplog.clear()
        with self._caplog.at_level(logging.INFO, logger="creditkit.reload"):
            self.reloader._look()
        return "\n".join(record.getMessage() for record in self._caplog.records)

    def meanwhile(self, action: Callable[[], object]) -> None:
        """What happens once while the reloader is patient."""

        def wait(_seconds: float) -> bool:
            self.reloader._stop.wait = lambda _: False  # type: ignore[method-assign, assignment, misc]
            action()
            return False

        self.reloader._stop.wait = wait  # type: ignore[method-assign, assignment]


@pytest.fixture
def stage(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Stage:
    return Stage(tmp_path, caplog)


def test_nothing_saved_is_nothing_done(stage: Stage) -> None:
    stage.files.contract.touch()
    assert stage.look() == ""
    assert stage.swap.app is nothing


def test_a_save_in_two_steps_is_reloaded_without_a_word_of_the_first(stage: Stage) -> None:
    text = stage.files.contract.read_text(encoding="utf-8")
    for half in ("", text[: len(text) // 2], None):
        if half is None:
            stage.files.contract.unlink()
        else:
            stage.files.contract.write_text(half, encoding="utf-8")
        text += "# more\n"
        stage.meanwhile(partial(stage.files.contract.write_text, text, encoding="utf-8"))
        assert stage.look().startswith("contract reloaded in ")


def test_a_file_that_is_missing_is_watched_for(stage: Stage) -> None:
    text = stage.files.contract.read_text(encoding="utf-8")
    stage.files.contract.write_text(text.replace("schemas/grace.yaml", "schemas/grace2.yaml"), "utf-8")
    assert "openapi.yaml:" in (said := stage.look())
    assert "grace2.yaml" in said
    (stage.files.grace.parent / "grace2.yaml").write_bytes(stage.files.grace.read_bytes())
    assert stage.look().startswith("contract is good again, reloaded in ")


def test_a_part_that_stays_broken_is_not_told_again(stage: Stage) -> None:
    good = stage.files.seed.read_text(encoding="utf-8")
    stage.files.seed.write_text("users: {", encoding="utf-8")
    assert "seed not reloaded" in stage.look()
    stage.files.contract.write_text(stage.files.contract.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "seed" not in stage.look()
    stage.files.seed.write_text(good, encoding="utf-8")
    assert "seed is good again" in stage.look()


def test_a_saved_seed_is_the_world_where_nothing_has_happened_and_else_its_beginning(stage: Stage) -> None:
    def value() -> str:
        staff = stage.world.users[0]
        return str(stage.world.credits.listing(staff)[0].value)

    def save(old: str, new: str) -> None:
        text = stage.files.seed.read_text(encoding="utf-8")
        stage.files.seed.write_text(text.replace(old, new), encoding="utf-8")

    stage.world.begin()  # the day's jobs are not something that happened
    save("5870.35", "1.5")
    assert "the world starts from it" in stage.look()
    assert value() == "1.50000"
    first = stage.world.credits.listing(stage.world.users[0])[0]
    stage.world.credits.apply_compensations(first)
    now = value()
    assert now != "1.50000"
    save("value: 1.5,", "value: 77,")
    assert "the world stays; a reset goes to the new seed" in stage.look()
    assert value() == now
    stage.world.reset()
    assert value() == "77.00000"


def test_what_the_contract_names_must_be_among_the_handlers(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "handlers"
    folder.mkdir()
    stage.reloader._package.folder = folder
    (folder / "__init__.py").write_text("def customer_credits_list(call): ...\n", encoding="utf-8")
    assert "there is no function customer_credits_" in stage.look()
    assert stage.swap.app is nothing
