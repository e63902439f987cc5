"""A compaction replaces base and journals by an equal, smaller base, or fails without loss."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creditkit.errors import DataFileError
from creditkit.store.tinyjournal import database
from creditkit.store.tinyjournal.base import write_base

from .conftest import Open, rows

Copy = Callable[[], Path]


def test_writes_that_come_while_it_runs_are_kept(
    open_: Open, left_behind: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_()
    table = db.table("credits")
    table.insert_multiple([{"uuid": number} for number in range(10)])
    real = write_base
    moments: list[Path] = []

    def slow(*base: Any) -> int:
        table.insert({"uuid": "meanwhile"})
        table.remove(doc_ids=[1])
        moments.append(left_behind())
        return real(*base)

    monkeypatch.setattr("creditkit.store.tinyjournal.files.write_base", slow)
    db.compact()
    moments.append(left_behind())
    for moment in moments:
        assert rows(open_(moment)) == rows(db)
    assert db.size.journal < 250


def test_it_starts_by_itself_and_stops_at_the_live_data(open_: Open, path: Path) -> None:
    db = open_()
    text = "x" * 1000
    for number in range(1500):
        db.table("credits").insert({"uuid": number, "text": f"{text}{number}"})
        db.table("credits").remove(doc_ids=[number - 9])
    assert db.size.base + db.size.journal < 2 * db.size.live + 512 * 1024
    db.close()
    assert path.stat().st_size < 12_000


def test_one_that_fails_is_told_and_loses_nothing(
    open_: Open, path: Path, left_behind: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_()
    db.table("credits").insert({"uuid": 1})

    def full(*base: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("creditkit.store.tinyjournal.files.write_base", full)
        with pytest.raises(DataFileError, match="No space left"):
            db.compact()
        db.table("credits").insert({"uuid": 2})
    assert rows(open_(left_behind())) == rows(db)
    db.compact()
    assert rows(open_(left_behind())) == rows(db)
    assert list(path.parent.glob(".*tmp")) == []


def test_one_that_fails_in_the_background_warns(
    open_: Open, warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_()
    db.table("credits").insert({"uuid": 1})
    monkeypatch.setattr(database, "ALLOWANCE", 0)

    def full(*base: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("creditkit.store.tinyjournal.files.write_base", full)
        for number in range(20):
            db.table("credits").update({"n": number})
        assert db._compactor is not None
        assert db._compactor._thread is not None
        db._compactor._thread.join()
    assert len(warnings) == 1
    assert "tried again later; nothing is lost" in warnings[0]
    assert db.table("credits").get(doc_id=1) == {"uuid": 1, "n": 19}


def test_compacting_without_a_file_or_a_change_does_nothing(open_: Open, path: Path) -> None:
    db = open_()
    db.compact()
    assert not path.exists()
