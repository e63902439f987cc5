"""Many threads at once: no update is lost, and nobody sees half of one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import orjson
import pytest
from tinydb import operations, where

from creditkit.store.tinyjournal import Change, Durability, JournalDB, State, Unique

THREADS = 16


@pytest.fixture(params=list(Durability), ids=lambda durability: durability.name.lower())
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JournalDB]:
    durability: Durability = request.param
    path = None if durability is Durability.MEMORY else tmp_path / "world.json"
    with JournalDB(path, indexes={"customers": (Unique("name"),)}, durability=durability) as db:
        yield db


def at_once(work: Callable[[int], None], count: int = THREADS) -> None:
    """Run `work(0)`, `work(1)`, ... in threads that begin together; what one raises is raised here."""
    failures: list[BaseException] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def number_in(state: State, table: str) -> int:
    row = state.table(table).row(1)
    assert row is not None
    number = orjson.loads(row)["n"]
    assert isinstance(number, int)
    return number


@pytest.mark.parametrize("writes", [25, pytest.param(1000, marks=pytest.mark.soak)])
def test_no_update_is_lost(db: JournalDB, writes: int) -> None:
    table = db.table("counter")
    table.insert({"n": 0})

    def work(thread: int) -> None:
        for _ in range(writes):
            table.update(operations.increment("n"), doc_ids=[1])

    at_once(work)
    assert table.get(doc_id=1) == {"n": THREADS * writes}


@pytest.mark.parametrize("writes", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_readers_see_whole_transactions_while_it_is_compacted(db: JournalDB, writes: int) -> None:
    """Each transaction takes from one table what it gives to the other: their sum never changes."""
    db.table("left").insert({"n": 1000})
    db.table("right").insert({"n": 0})
    over = threading.Event()
    seen: list[int] = []

    def work(thread: int) -> None:
        if thread == 0:
            while not over.is_set():
                state = db.state
                seen.append(number_in(state, "left") + number_in(state, "right"))
        elif thread == 1 and db.size.base is not None:
            while not over.wait(0.002):
                db.compact()
        elif thread == 2:
            try:
                at_once(move)
            finally:
                over.set()

    def move(thread: int) -> None:
        for _ in range(writes):
            with db.transaction():
                db.table("left").update(operations.subtract("n", thread), doc_ids=[1])
                db.table("right").update(operations.add("n", thread), doc_ids=[1])

    at_once(work, 3)
    assert len(seen) > 1
    assert set(seen) == {1000}
    assert number_in(db.state, "right") == writes * sum(range(THREADS))


def test_of_many_that_want_one_unique_value_one_gets_it(db: JournalDB) -> None:
    winners: list[tuple[str, int]] = []

    def work(thread: int) -> None:
        for number in range(10):
            try:
                db.table("customers").insert({"name": f"customer {number}", "by": thread})
            except ValueError:
                continue
            winners.append((f"customer {number}", thread))

    at_once(work)
    assert sorted(winners) == sorted((row["name"], row["by"]) for row in db.table("customers"))
    assert len(winners) == 10


def test_every_commit_gets_ids_of_its_own(db: JournalDB) -> None:
    given: list[int] = []

    def work(thread: int) -> None:
        for number in range(10):
            given.extend(db.commit([Change("rows", None, {"thread": thread, "n": number})] * 2))

    at_once(work)
    assert sorted(given) == list(range(1, THREADS * 20 + 1))
    assert [row.doc_id for row in db.table("rows")] == sorted(given)


def test_a_table_can_be_walked_through_while_others_write(db: JournalDB) -> None:
    db.table("rows").insert_multiple({"n": number} for number in range(200))

    def work(thread: int) -> None:
        for round_ in range(5):
            if thread % 2:
                db.table("rows").update({"n": thread}, doc_ids=range(1, 100))
                db.table("rows").remove(doc_ids=[100 + thread * 5 + round_])
            else:
                ids = [row.doc_id for row in db.table("rows")]
                assert ids == sorted(ids)
                assert len(ids) >= 160
                assert len(db.table("rows").search(where("n") >= 0)) >= 160

    at_once(work)
    assert len(db.table("rows")) == 160


def test_a_write_that_failed_keeps_nobody_from_writing(db: JournalDB) -> None:
    def work(thread: int) -> None:
        for number in range(10):
            if thread % 2:
                with suppress(ZeroDivisionError), db.transaction():
                    db.table("rows").insert({"n": 1 // 0 if db.table("rows").insert({"n": 0}) else 1})
            else:
                db.table("rows").insert({"n": number})

    at_once(work)
    assert len(db.table("rows")) == THREADS // 2 * 10
