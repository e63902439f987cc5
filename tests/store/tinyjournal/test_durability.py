"""Group commit: one flush serves all that was written before it began."""

from __future__ import annotations

from concurrent.futures import wait
from pathlib import Path
from threading import Event, Thread

import pytest

from creditkit.errors import DataFileError
from creditkit.store.tinyjournal import Durability, JournalDB
from creditkit.store.tinyjournal.database import Flusher


def test_all_that_wait_while_a_flush_runs_share_the_next_one() -> None:
    started, go_on, flushes = Event(), Event(), list[int]()

    def sync() -> None:
        flushes.append(1)
        started.set()
        assert go_on.wait(5)

    flusher = Flusher(sync)
    assert flusher.future() is None
    flusher.wrote()
    first = flusher.future()
    assert first is not None
    assert started.wait(5)
    later = []
    for _ in range(10):
        flusher.wrote()
        later.append(flusher.future())
    assert len({id(each) for each in later}) == 1
    assert later[0] is not first
    assert not first.done()
    go_on.set()
    wait([each for each in (first, later[0]) if each], 5)
    assert len(flushes) == 2
    assert flusher.future() is None
    flusher.close()


def test_writers_that_wait_for_themselves_share_flushes_too() -> None:
    started, go_on, flushes = Event(), Event(), list[int]()

    def sync() -> None:
        flushes.append(1)
        started.set()
        assert go_on.wait(5)

    flusher = Flusher(sync)
    threads = []
    for _ in range(8):
        flusher.wrote()
        threads.append(Thread(target=flusher.wait))
    threads[0].start()
    assert started.wait(5)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert len(flushes) == 1


def test_a_flush_that_fails_fails_for_all_that_wait() -> None:
    def sync() -> None:
        raise DataFileError("no")

    flusher = Flusher(sync)
    flusher.wrote()
    future = flusher.future()
    assert future is not None
    with pytest.raises(DataFileError):
        future.result(5)
    assert flusher.future() is not None
    flusher.close()


def test_without_waiting_the_caller_gets_the_future(tmp_path: Path) -> None:
    with JournalDB(tmp_path / "x.json", durability=Durability.POWER, wait=False) as db:
        db.insert({"a": 1})
        future = db.flushed()
        assert future is not None
        future.result(5)
        assert db.flushed() is None
    with JournalDB(tmp_path / "y.json", durability=Durability.POWER) as db:
        db.insert({"a": 1})
        assert db.flushed() is None
    assert JournalDB().flushed() is None
