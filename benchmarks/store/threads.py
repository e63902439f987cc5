"""What the promise against a loss of power costs: one writer alone, and sixteen at once."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

from creditkit.store.tinyjournal import Change, Durability, JournalDB

from .rows import INDEXES, TABLE, row_of

WRITERS = 16
DURABILITIES = (Durability.MEMORY, Durability.PROCESS, Durability.POWER)


def writes_a_second(folder: Path, writes: int, rounds: int) -> dict[tuple[Durability, int], float]:
    """Acknowledged inserts a second by the clock, for each durability and number of writers."""
    samples: dict[tuple[Durability, int], list[float]] = {}
    for number in range(rounds):
        for durability in DURABILITIES:
            for writers in (1, WRITERS):
                file = (
                    None if durability is Durability.MEMORY else folder / f"threads-{number}-{writers}.json"
                )
                with JournalDB(file, indexes=INDEXES, durability=durability) as db:
                    seconds = _insert(db, writers, writes // writers)
                samples.setdefault((durability, writers), []).append(writes // writers * writers / seconds)
                if file is not None:
                    file.unlink()
    return {key: statistics.median(rates) for key, rates in samples.items()}


def _insert(db: JournalDB, writers: int, each: int) -> float:
    """Seconds by the clock until every writer has had all its inserts acknowledged."""
    rows = [[row_of(writer * each + number) for number in range(each)] for writer in range(writers)]

    def work(writer: int) -> Callable[[], None]:
        def write() -> None:
            for row in rows[writer]:
                db.commit([Change(TABLE, None, row)])

        return write

    threads = [threading.Thread(target=work(writer)) for writer in range(writers)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start
