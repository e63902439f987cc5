"""The stores that are compared, each behind the same operations."""

from __future__ import annotations

import copy
import json
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from tinydb import JSONStorage, TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import MemoryStorage

from creditkit.store.tinyjournal import Durability, JournalDB

from .rows import INDEXES, TABLE, Row, customer_of, row_of, uuid_of

ORDERS = ("customer_name", "end_date", "expected_consumption", "value", "-value", "value, -end_date")
OPERATIONS = (
    "open",
    "open, each read once",
    "get by id",
    "get by uuid",
    "page of ten",
    "filter",
    *(f"page by {order}" for order in ORDERS),
    "insert",
    "update",
    *(f"update, page by {order}" for order in ORDERS),
    "delete",
    "snapshot",
    "restore",
    "fork",
)
OURS = ("ours, memory", "ours, process", "ours, power")
STOCK = ("MemoryStorage", "CachingMiddleware", "JSONStorage")


class Subject(ABC):
    """One store with `size` documents, and the operations on it by name."""

    def __init__(self, name: str, file: Path, size: int) -> None:
        self.name = name
        self.file = file
        self.size = size
        self._chance = random.Random(size)  # noqa: S311 - the same choices every time
        self._next = size
        self._version = 0
        self._deletes = 0.0
        self.db = self.open()

    @abstractmethod
    def open(self) -> TinyDB:
        """Open the file; or, for a store in memory, read it."""

    @abstractmethod
    def page(self, offset: int) -> Sequence[object]:
        """Ten documents from `offset` on, in the order of their ids."""

    @abstractmethod
    def ordered_page(self, offset: int, keys: Sequence[str]) -> Sequence[object]:
        """Ten documents from `offset` on, by these fields, `-` before one for descending."""

    @abstractmethod
    def snapshot(self) -> None:
        """Keep what is there now."""

    @abstractmethod
    def restore(self) -> None:
        """Put back what was kept."""

    @abstractmethod
    def fork(self) -> None:
        """A second database that starts with the same documents."""

    @property
    def table(self) -> Any:
        """The one table."""
        return self.db.table(TABLE)

    def measure(self, operation: str, repeats: int) -> float:
        """Seconds of processor that one operation takes, on average over some repeats.

        Those of "delete" were taken when "insert" was measured: what was inserted is deleted again.
        """
        match operation:
            case "open":
                return sum(self._open_again(self._reopen) for _ in range(repeats)) / repeats
            case "open, each read once":
                return sum(self._open_again(self._reopen_and_read) for _ in range(repeats)) / repeats
            case "insert":
                rows = [row_of(self._next + number) for number in range(repeats)]
                self._next += repeats
                inserts = _seconds([partial(self.table.insert, row) for row in rows])
                conditions = [where("uuid") == row["uuid"] for row in rows]
                self._deletes = _seconds([partial(self.table.remove, each) for each in conditions]) / repeats
                return inserts / repeats
            case "delete":
                return self._deletes
            case _:
                works = [self._prepare(operation) for _ in range(repeats)]
                if self.name in OURS:  # what other operations have left to this one is done before
                    self._prepare(operation)()
                return _seconds(works) / repeats

    def _open_again(self, work: Callable[[], object]) -> float:
        """Whatever `work` leaves undone is done afterwards: the operations that follow are measured warm."""
        self.db.close()
        seconds = _seconds([work])
        if self.name in OURS:
            self.warm()
        return seconds

    def _reopen(self) -> None:
        """Open the file, and know how many documents there are."""
        self.db = self.open()
        assert len(self.table) == self.size

    def _reopen_and_read(self) -> None:
        self._reopen()
        self.warm()

    def warm(self) -> None:
        """Each kind of read once: what a store puts off until it is needed is then done."""
        for operation in ("get by id", "get by uuid", "page of ten", "filter", "page by value"):
            self._prepare(operation)()

    def _prepare(self, operation: str) -> Callable[[], object]:
        """One operation with arguments of its own, which are made beforehand."""
        number = self._chance.randrange(self.size)
        offset = self._chance.randrange(max(1, self.size - 9))
        table, uuid, customer = self.table, uuid_of(number), customer_of(number)
        match operation:
            case "get by id":
                return lambda: table.get(doc_id=number + 1)
            case "get by uuid":
                return lambda: table.get(where("uuid") == uuid)
            case "page of ten":
                return lambda: self.page(offset)
            case "filter":
                return lambda: table.search(where("customer_uuid") == customer)
            case "update":
                return self._update(uuid)
            case "snapshot":
                return self.snapshot
            case "restore":
                return self.restore
            case "fork":
                return self.fork
        before, _, order = operation.rpartition("page by ")
        keys = order.split(", ")
        if not before:
            return lambda: self.ordered_page(offset, keys)
        update = self._update(uuid)
        return lambda: (update(), self.ordered_page(offset, keys))

    def _update(self, uuid: str) -> Callable[[], object]:
        """A change of the value, by which there is an order."""
        self._version += 1
        change = {"value": f"{self._version % 9_999_991}.00"}
        return lambda: self.table.update(change, where("uuid") == uuid)


class Ours(Subject):
    """The journalled store, in one of its three durabilities."""

    def open(self) -> JournalDB:
        """In memory it is filled, as MemoryStorage is."""
        durability = Durability[self.name.rpartition(" ")[2].upper()]
        if durability is Durability.MEMORY:
            in_a_file = JournalDB(self.file, indexes=INDEXES)
            in_memory = in_a_file.fork()
            in_a_file.close()
            return in_memory
        return JournalDB(self.file, indexes=INDEXES, durability=durability)

    def page(self, offset: int) -> list[bytes]:
        """The rows as they leave."""
        rows: list[bytes] = self.table.page(offset, 10)
        return rows

    def ordered_page(self, offset: int, keys: Sequence[str]) -> list[bytes]:
        """The rows as they leave."""
        rows: list[bytes] = self.table.page(offset, 10, *keys)
        return rows

    def snapshot(self) -> None:
        """A record."""
        self.db.snapshot("kept")

    def restore(self) -> None:
        """A record."""
        self.db.restore("kept")

    def fork(self) -> None:
        """A reference."""
        self.db.fork()


class Stock(Subject):
    """TinyDB with one of its own storages; what it has no call for is done in the shortest way there is."""

    def open(self) -> TinyDB:
        """Files are not read before they are needed."""
        match self.name:
            case "MemoryStorage":
                db = TinyDB(storage=MemoryStorage)
                db.storage.write(json.loads(self.file.read_bytes()))
                return db
            case "CachingMiddleware":
                return TinyDB(self.file, storage=CachingMiddleware(JSONStorage))  # type: ignore[no-untyped-call]
            case _:
                return TinyDB(self.file)

    def page(self, offset: int) -> list[Row]:
        """A part of all."""
        return list(self.table.all()[offset : offset + 10])

    def ordered_page(self, offset: int, keys: Sequence[str]) -> list[Row]:
        """A part of all, sorted by the last key first."""
        rows: list[Row] = list(self.table.all())
        for key in reversed(keys):
            rows.sort(key=itemgetter(key.removeprefix("-")), reverse=key.startswith("-"))
        return rows[offset : offset + 10]

    def snapshot(self) -> None:
        """A copy."""
        self._kept = self._copy()

    def restore(self) -> None:
        """A copy, so that it can be done again."""
        self.db.storage.write(copy.deepcopy(self._kept))
        self.table.clear_cache()

    def fork(self) -> None:
        """A copy in memory."""
        TinyDB(storage=MemoryStorage).storage.write(self._copy())

    def _copy(self) -> dict[str, Any]:
        """What is read from a file is a copy already."""
        content: dict[str, Any] = self.db.storage.read() or {}
        return content if self.name == "JSONStorage" else copy.deepcopy(content)


def _seconds(works: Sequence[Callable[[], object]]) -> float:
    start = time.process_time()
    for work in works:
        work()
    return time.process_time() - start
