"""Compaction keeps the files small and lets writes pass."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from creditkit.store.tinyjournal import Change, Durability, JournalDB, Sorted, Unique

ALLOWANCE = 512 * 1024
"""What the files may hold beyond twice the live data, in bytes."""

INDEXES = {"rows": (Unique("uuid"), Sorted("value"))}


def row(number: int, version: int, size: int = 900) -> dict[str, object]:
    return {"uuid": number, "value": version % 97, "text": f"{version:08}" + "x" * size}


@pytest.mark.parametrize(
    ("documents", "updates"), [(300, 4_000), pytest.param(2_000, 100_000, marks=pytest.mark.soak)]
)
def test_files_stay_within_twice_the_live_data(tmp_path: Path, documents: int, updates: int) -> None:
    """Base and journals, at every moment. While a compaction runs, the new base takes its place besides."""
    most = 0.0
    with JournalDB(tmp_path / "world.json", indexes=INDEXES) as db:
        db.commit([Change("rows", None, row(number, 0)) for number in range(documents)])
        db.compact()
        for version in range(updates):
            number = version * 7919 % documents
            db.commit([Change("rows", number + 1, row(number, version))])
            size = db.size
            most = max(most, (size.base + size.journal - ALLOWANCE) / size.live)
    assert most < 2
    assert (tmp_path / "world.json").stat().st_size < 1.2 * documents * 1000


def test_what_the_database_says_of_its_files_is_what_they_take(tmp_path: Path) -> None:
    with JournalDB(tmp_path / "world.json", indexes=INDEXES) as db:
        for rounds in range(3):
            db.commit([Change("rows", None, row(rounds * 50 + number, 0)) for number in range(50)])
            sizes = {each.suffix: each.stat().st_size for each in tmp_path.iterdir()}
            assert (db.size.base, db.size.journal) == (sizes[".json"], sizes[".journal"])
            db.compact()
            assert abs(db.size.live - db.size.base) < 1000


def test_files_shrink_when_documents_are_deleted(tmp_path: Path) -> None:
    with JournalDB(tmp_path / "world.json", indexes=INDEXES) as db:
        db.commit([Change("rows", None, row(number, 0)) for number in range(3000)])
        for number in range(2990):
            db.commit([Change("rows", number + 1, None)])
        deadline = time.monotonic() + 10
        while db.size.base + db.size.journal > 2 * db.size.live + ALLOWANCE and time.monotonic() < deadline:
            time.sleep(0.01)
        assert db.size.base + db.size.journal < 2 * db.size.live + ALLOWANCE


@pytest.mark.soak
@pytest.mark.parametrize("durability", [Durability.PROCESS, Durability.POWER])
def test_no_write_waits_long_for_a_compaction(tmp_path: Path, durability: Durability) -> None:
    """100,000 documents are compacted while one after the other is changed: none takes 50 ms.

    The best of three compactions counts: what lies in the store is seen in each, a busy machine is not.
    """
    with JournalDB(tmp_path / "world.json", indexes=INDEXES, durability=durability) as db:
        db.commit([Change("rows", None, row(number, 0)) for number in range(100_000)])
        db.compact()
        longest = [longest_write_during_compaction(db) for _ in range(3)]
    assert min(longest) < 0.05, longest


def longest_write_during_compaction(db: JournalDB) -> float:
    """Seconds that the slowest of the writes took while a compaction ran."""
    compaction = threading.Thread(target=db.compact)
    compaction.start()
    longest, version = 0.0, 0
    while compaction.is_alive():
        version += 1
        start = time.perf_counter()
        db.commit([Change("rows", version * 7919 % 100_000 + 1, row(version * 7919 % 100_000, version))])
        longest = max(longest, time.perf_counter() - start)
    compaction.join()
    assert version > 100
    return longest
