"""With `POWER`, what was acknowledged is there after a loss of power: only what was synced is relied on."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creditkit.store.tinyjournal import Durability, JournalDB

from .conftest import Found, found_in
from .disk import Disk
from .load import INDEXES, Model, carry_out, operation

SEEDS = pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.soak) for n in range(2, 22))])
CALLS = ("open", "write", "fsync", "fdatasync", "replace", "rename", "unlink", "remove", "ftruncate")
"""What is done to files through `os`; the power goes just before and just after."""


class Outages:
    """A disk that loses its power again and again, and the model of what was acknowledged on it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, seed: int) -> None:
        self.model = Model()
        self.count = 0
        self.often = 1.0
        self._step = 0
        self._seed = seed
        self._chance = random.Random(seed)
        self._copy = folder / "copy"
        (folder / "live").mkdir()
        self.path = folder / "live" / "world.json"
        self.disk = Disk(folder / "live", patch)
        self._striking = False
        for name in CALLS:
            patch.setattr(os, name, self._around(getattr(os, name)))

    def carry_out(self, db: JournalDB) -> None:
        """The next step, acknowledged when this returns."""
        op = operation(self._seed, self._step)
        carry_out(db, op)
        self.model.carry_out(op)
        self._step += 1

    def strike(self, *, ahead: bool = True) -> None:
        """Lose the power now. Besides what was acknowledged, the step that has begun may be there."""
        self.count += 1
        shutil.rmtree(self._copy, ignore_errors=True)
        self.disk.after_power_loss(self._copy, self._chance)
        found = found_in(self._copy / self.path.name)
        allowed = [Found.of(self.model)]
        if ahead:
            model = self.model.copy()
            model.carry_out(operation(self._seed, self._step))
            allowed.append(Found.of(model))
        assert found in allowed, f"outage {self.count}, step {self._step}"

    def _around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def struck(*args: Any, **options: Any) -> Any:
            self._perhaps()
            result = function(*args, **options)
            self._perhaps()
            return result

        return struck

    def _perhaps(self) -> None:
        if self._striking or self._chance.random() >= self.often:
            return
        self._striking = True  # what looks at the copy uses the same calls
        try:
            self.strike()
        finally:
            self._striking = False


@SEEDS
def test_what_was_acknowledged_is_there_after_a_loss_of_power(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """At any moment: in the middle of a write, of a compaction, of opening and of closing."""
    outages = Outages(tmp_path, monkeypatch, seed)
    for _ in range(3):
        with JournalDB(outages.path, indexes=INDEXES, durability=Durability.POWER) as db:
            outages.model = outages.model.reopened()
            for number in range(16):
                outages.often = 0.2
                outages.carry_out(db)
                if number % 7 == 6:
                    outages.often = 0.7
                    db.compact()
    assert outages.count > 100
    assert outages.disk.syncs > 48


@SEEDS
def test_who_waits_for_the_disk_waits_for_all_that_was_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Also for a journal that a compaction has put aside, while its base is not yet in place."""
    outages = Outages(tmp_path, monkeypatch, seed)
    outages.often = 0.0
    replace = os.replace
    db = JournalDB(outages.path, indexes=INDEXES, durability=Durability.POWER, wait=False)

    def wait_and_replace(*places: Any) -> None:
        if Path(places[1]) == outages.path:
            flushed = db.flushed()
            if flushed is not None:
                flushed.result(timeout=10)
            for _ in range(4):
                outages.strike(ahead=False)
        replace(*places)

    for _ in range(3):
        for _ in range(4):
            outages.carry_out(db)
        with monkeypatch.context() as compacting:
            compacting.setattr(os, "replace", wait_and_replace)
            db.compact()
    db.close()
    assert outages.count == 12
