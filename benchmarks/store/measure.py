"""`make bench-store`: measure the store beside TinyDB's own, and write it into docs/performance.md.

Each store with each number of documents runs in a process of its own, because the garbage collector of one
would walk through the documents of the others. The processes take turns, round by round.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

from tinydb import JSONStorage, TinyDB, where
from tinydb.storages import MemoryStorage

from benchmarks.section import machine, microseconds, table, write_section
from creditkit.store.tinyjournal import Durability, Hash, JournalDB, Sorted, Unique

TABLE = "credits"
ORDERS = ("customer_name", "end_date", "expected_consumption", "value", "-value", "value, -end_date")
INDEXES = {
    TABLE: (
        Unique("uuid"),
        Hash("customer_uuid"),
        Hash("customer_slug"),
        *(Sorted(name, sure=True) for name in ORDERS[:4]),  # sure of their keys, as those of a world are
    )
}
OURS, STOCK = "ours", ("MemoryStorage", "JSONStorage")
READS = ("get by id", "get by uuid", "page of ten", "filter", *(f"page by {order}" for order in ORDERS))
OPERATIONS = (
    "open",
    "open, each read once",
    *READS,
    "insert",
    "update",
    *(f"update, page by {order}" for order in ORDERS),
    "delete",
    "snapshot",
    "restore",
    "fork",
)
FROM, TO = 1_000, 100_000
"""The numbers of documents between which growth is reported."""
BATCH, MOST = 0.05, 1_000
"""An operation is repeated for about BATCH seconds, and at most MOST times."""
WRITERS, WRITES = 16, 1_600

Row = dict[str, Any]
Seconds = dict[str, float]


def row_of(number: int) -> Row:
    """A credit of about 930 bytes as JSON; ten have one customer."""
    chance = random.Random(number)  # noqa: S311 - the same rows every time
    customer = customer_of(number)
    return {
        "url": f"http://testserver/api/customer-credits/{number:032x}/",
        "uuid": uuid_of(number),
        "value": f"{chance.randint(0, 10**7)}.{chance.randint(0, 99):02}",
        "customer": f"http://testserver/api/customers/{customer}/",
        "customer_name": f"Customer {number // 10 * 7919 % 100_003}",
        "customer_uuid": customer,
        "customer_slug": f"customer-{number // 10}",
        "offerings": [
            {
                "uuid": UUID(int=chance.getrandbits(128), version=4).hex,
                "name": f"Offering {each}",
                "type": "Marketplace.Basic",
                "url": f"http://testserver/api/marketplace-provider-offerings/{each:032x}/",
            }
            for each in range(2)
        ],
        "end_date": f"{chance.randint(2026, 2036)}-{chance.randint(1, 12):02}-01",
        "expected_consumption": f"{chance.randint(0, 10**4)}.00",
        "minimal_consumption_logic": "fixed",
        "minimal_consumption": "0.00",
        "grace_coefficient": "0.00",
        "apply_as_minimal_consumption": False,
        "allocated_to_projects": "0.00",
        "consumption_last_month": "0.00",
    }


def uuid_of(number: int) -> str:
    """The uuid of a row."""
    return UUID(int=number + (1 << 100), version=4).hex


def customer_of(number: int) -> str:
    """The uuid of a row's customer."""
    return UUID(int=number // 10, version=4).hex


class Subject:
    """One store with `size` documents, and the operations on it by name.

    TinyDB has no ordered page, snapshot, restore or fork: there it sorts all documents, or copies them.
    """

    def __init__(self, name: str, file: Path, size: int) -> None:
        self._name, self._file, self._size = name, file, size
        self._chance = random.Random(size)  # noqa: S311 - the same choices every time
        self._version = 0
        self._kept: Any = None
        self._open()

    def seconds(self) -> Seconds:
        """Seconds of processor for each operation."""
        found: Seconds = {}
        for operation in OPERATIONS:
            match operation:
                case "open":
                    found[operation] = self._opening(lambda: None)
                case "open, each read once":
                    found[operation] = self._opening(lambda: [self._work(read)() for read in READS])
                case "insert" | "delete":
                    pass
                case _:
                    self._work(operation)()  # finishes what earlier operations left to this one
                    found[operation] = _mean(lambda operation=operation: self._work(operation))  # type: ignore[misc]
        rows = [row_of(self._size + number) for number in range(MOST)]
        count = max(1, min(MOST, int(BATCH / found["update"])))
        found["insert"] = _total([partial(self._table.insert, row) for row in rows[:count]]) / count
        removals = [partial(self._table.remove, where("uuid") == row["uuid"]) for row in rows[:count]]
        found["delete"] = _total(removals) / count
        self._db.close()
        return found

    def _opening(self, read: Callable[[], object]) -> float:
        def work() -> None:
            self._open()
            assert len(self._table) == self._size
            read()

        def again() -> Callable[[], None]:
            self._db.close()
            return work

        return _mean(again)

    def _open(self) -> None:
        if self._name == OURS:
            self._db: Any = JournalDB(self._file, indexes=INDEXES)
        elif self._name == "JSONStorage":
            self._db = TinyDB(self._file, storage=JSONStorage)
        else:
            self._db = TinyDB(storage=MemoryStorage)
            self._db.storage.write(json.loads(self._file.read_bytes()))
        self._table = self._db.table(TABLE)

    def _page(self, *keys: str) -> Sequence[object]:
        offset = self._chance.randrange(max(1, self._size - 9))
        if self._name == OURS:
            rows: Sequence[object] = self._table.page(offset, 10, *keys)
            return rows
        found = self._table.all()
        for key in reversed(keys):
            found.sort(key=itemgetter(key.removeprefix("-")), reverse=key.startswith("-"))
        return list(found[offset : offset + 10])

    def _update(self) -> None:
        self._version += 1
        uuid = uuid_of(self._chance.randrange(self._size))
        self._table.update({"value": f"{self._version % 9_999_991}.00"}, where("uuid") == uuid)

    def _work(self, operation: str) -> Callable[[], object]:
        number, own = self._chance.randrange(self._size), self._name == OURS
        match operation:
            case "get by id":
                return partial(self._table.get, doc_id=number + 1)
            case "get by uuid":
                return partial(self._table.get, where("uuid") == uuid_of(number))
            case "page of ten":
                return self._page
            case "filter":
                return partial(self._table.search, where("customer_uuid") == customer_of(number))
            case "update":
                return self._update
            case "snapshot":
                return partial(self._db.snapshot, "kept") if own else self._keep
            case "restore":
                return partial(self._db.restore, "kept") if own else self._bring_back
            case "fork":
                return self._db.fork if own else partial(copy.deepcopy, self._db.storage.read())
        before, _, order = operation.rpartition("page by ")
        keys = order.split(", ")
        if before:
            return lambda: [act() for act in (self._update, partial(self._page, *keys))]
        return partial(self._page, *keys)

    def _keep(self) -> None:
        self._kept = copy.deepcopy(self._db.storage.read())

    def _bring_back(self) -> None:
        self._db.storage.write(copy.deepcopy(self._kept))
        self._table.clear_cache()


def _total(works: Sequence[Callable[[], object]]) -> float:
    start = time.process_time()
    for work in works:
        work()
    return time.process_time() - start


def _mean(prepare: Callable[[], Callable[[], object]]) -> float:
    """Seconds of processor for one call, repeated as often as fits into a batch."""
    times = [_total([prepare()])]
    while sum(times) < BATCH and len(times) < MOST:
        times.append(_total([prepare()]))
    return statistics.fmean(times[1:] or times)


def _serve(name: str, file: Path, size: int) -> tuple[Seconds, float]:
    """Measure one store; also the megabytes that it takes."""
    if name == OURS:  # a first write makes it a file of our own format
        with JournalDB(file, indexes=INDEXES) as db:
            db.table(TABLE).remove(doc_ids=[db.table(TABLE).insert(row_of(size))])
    before = _resident()
    subject = Subject(name, file, size)
    memory = _resident() - before
    return subject.seconds(), memory / 1e6


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def _writes_a_second(folder: Path, durability: Durability, writers: int) -> float:
    """Acknowledged inserts a second by the clock."""
    file = None if durability is Durability.MEMORY else folder / f"{durability.value}-{writers}.json"
    with JournalDB(file, indexes=INDEXES, durability=durability) as db:

        def write(writer: int) -> None:
            for number in range(WRITES // writers):
                db.table(TABLE).insert(row_of(writer * WRITES + number))

        threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return WRITES / (time.perf_counter() - start)


def _ratio(value: float) -> str:
    return f"{value:,.0f}x" if value >= 10 else f"{value:.2g}x"


def _text(found: Mapping[tuple[str, int], tuple[Seconds, float]], rates: Sequence[Sequence[str]]) -> str:
    """The whole section."""
    stores, sizes = (OURS, *STOCK), sorted({size for _, size in found})
    parts = [
        "## The store beside TinyDB's own storages",
        f"Written by `make bench-store` on {machine(('tinydb', 'orjson', 'immutables'))}",
        "Microseconds of processor time for one operation, medians; in brackets how often ours with `--data "
        "FILE` fits into it. Credits of about 930 bytes; ours with one unique index, two others and four "
        "orders, and pages as the bytes that leave. TinyDB sorts or copies all documents where it has no "
        "call for an operation. MemoryStorage is opened by reading the same JSON file. Ours builds its "
        'orders when they are first read: "open, each read once" includes that.',
    ]
    for size in sizes:
        base = found[OURS, size][0]
        rows = [
            [operation, microseconds(base[operation])]
            + [
                f"{microseconds(found[store, size][0][operation])} "
                f"({_ratio(found[store, size][0][operation] / base[operation])})"
                for store in STOCK
            ]
            for operation in OPERATIONS
        ]
        parts += [f"### {size:,} documents", table(["operation", *stores], rows)]
    if {FROM, TO} <= set(sizes):
        rows = [
            [each, *(_ratio(found[store, TO][0][each] / found[store, FROM][0][each]) for store in stores)]
            for each in OPERATIONS
        ]
        parts += [f"### Growth from {FROM:,} to {TO:,} documents", table(["operation", *stores], rows)]
    rows = [[f"{size:,}", *(f"{found[store, size][1]:,.1f}" for store in stores)] for size in sizes]
    parts += ["### Memory of an open store, MB", table(["documents", *stores], rows)]
    parts += ["### Acknowledged inserts a second, by the clock"]
    parts += [table(["durability", "one writer", f"{WRITERS} writers"], rates)]
    return "\n\n".join(parts)


def main() -> int:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="up to 10,000 documents, one round")
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    options = parser.parse_args()
    sizes, rounds = ((14, 1_000, 10_000), 1) if options.quick else ((14, FROM, TO), 3)
    samples: dict[tuple[str, int], list[tuple[Seconds, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="creditkit-bench-") as place:
        folder = Path(place)
        for size in sizes:
            rows = {TABLE: {str(number + 1): row_of(number) for number in range(size)}}
            (folder / f"{size}.json").write_text(json.dumps(rows, separators=(",", ":")), "utf-8")
        for number in range(rounds):
            for size in sizes:
                for name in (OURS, *STOCK) if number == 0 or size < TO else (OURS,):
                    file = folder / f"{name}-{size}-{number}.json"
                    file.write_bytes((folder / f"{size}.json").read_bytes())
                    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                        measured = pool.submit(_serve, name, file, size).result()
                    samples.setdefault((name, size), []).append(measured)
                    print(f"round {number + 1}: {name}, {size:,} documents", file=sys.stderr, flush=True)
        rates = [
            [each.value, *(f"{_writes_a_second(folder, each, writers):,.0f}" for writers in (1, WRITERS))]
            for each in Durability
        ]
    found = {
        key: (
            {each: statistics.median(one[0][each] for one in some) for each in OPERATIONS},
            statistics.median(one[1] for one in some),
        )
        for key, some in samples.items()
    }
    text = _text(found, rates)
    print(text)
    if not (options.quick or options.dry):
        write_section("store", text)
    return 0
