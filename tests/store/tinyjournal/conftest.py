"""Databases in a file, and copies of their files as they are at one moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from creditkit.store.tinyjournal import Hash, Index, JournalDB, Sorted, Unique

INDEXES: dict[str, list[Index]] = {"credits": [Unique("uuid"), Hash("customer"), Sorted("value")]}

Open = Callable[..., JournalDB]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder / "credits.json"


@pytest.fixture
def warnings() -> list[str]:
    """What databases opened by `open_` warned of."""
    return []


@pytest.fixture
def open_(path: Path, warnings: list[str]) -> Iterator[Open]:
    """Open the database, or the one at another path; it is closed at the end."""
    opened: list[JournalDB] = []

    def open_(at: Path = path, **options: Any) -> JournalDB:
        db = JournalDB(at, **{"indexes": INDEXES, "warn": warnings.append, **options})
        opened.append(db)
        return db

    yield open_
    for db in opened:
        db.close()


@pytest.fixture
def left_behind(path: Path, tmp_path: Path) -> Callable[[], Path]:
    """A copy of the files as they are now, as if the process had been killed; the path of its base."""
    count = 0

    def copy() -> Path:
        nonlocal count
        count += 1
        folder = tmp_path / f"copy-{count}"
        shutil.copytree(path.parent, folder)
        return folder / path.name

    return copy


def rows(db: JournalDB) -> dict[str, dict[int, dict[str, Any]]]:
    """All documents, by table and id."""
    return {name: {each.doc_id: dict(each) for each in db.table(name)} for name in db.tables()}
