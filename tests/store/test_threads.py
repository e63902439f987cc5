"""One world, many threads: every write is whole, none is lost, and no rule is got round."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from uuid import UUID

from creditkit.errors import NotFound, Rejected

from .conftest import D, Grow, only_credit, staff_of

THREADS = 16

BILLED = """
credits: [{customer: aurora, value: 1000}]
invoices:
  - {customer: aurora, month: month, state: pending,
     items: [{name: Nodes, offering: hpc, price: 30}, {name: Machines, offering: vm, price: 20}]}
"""


def at_once(work: Callable[[int], None]) -> None:
    """Run `work` with the numbers of all threads, which start together; the first exception is raised."""
    start = Barrier(THREADS)

    def run(number: int) -> None:
        start.wait()
        work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))


def test_of_threads_that_want_the_same_customer_one_gets_its_credit(grow: Grow) -> None:
    world = grow()
    customers = world.customers.listing(staff_of(world))
    made: list[str] = []
    refused: list[str] = []

    def create(number: int) -> None:
        for customer in customers:
            try:
                view = world.credits.create({"customer": UUID(customer.uuid), "value": D(number)})
                made.append(view.credit.customer)
            except Rejected as refusal:
                refused.extend(violation.rule for violation in refusal.violations)

    at_once(create)
    assert sorted(made) == sorted(customer.uuid for customer in customers)
    assert refused == ["customer.unique"] * (THREADS - 1) * len(customers)
    assert len(world.credits.listing(staff_of(world))) == len(customers)


def test_no_update_is_lost_where_each_thread_changes_a_field_of_its_own(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with grow(BILLED, data=data) as world:
        credit = only_credit(world)

        def update(number: int) -> None:
            for step in range(20):
                if number == 0:
                    world.credits.update(credit, {"grace_coefficient": D(step)})
                elif number == 1:
                    world.credits.update(credit, {"value": D(1000 + step)})
                else:
                    # Each apply after the first changes nothing, unless a clear came between.
                    world.credits.apply_compensations(credit)
                    world.credits.clear_compensations(credit)

        at_once(update)
        world.credits.clear_compensations(credit)
        last = only_credit(world)
        assert last.grace_coefficient == 19
        assert last.value in (1019, 1069)  # as the last thread set it, or with what it then got back
    with grow(data=data) as again:
        assert only_credit(again) == last


def test_a_reader_never_sees_half_an_action(grow: Grow) -> None:
    world = grow(BILLED)
    credit = only_credit(world)
    done = Event()
    seen: set[tuple[str, str]] = set()

    def read() -> None:
        while not done.is_set():
            content = world._database.content
            paid = -sum(item.price for item in next(iter(content.invoices)).items if item.credit)
            seen.add((f"{content.credits[credit.uuid].value:.0f}", f"{paid:.0f}"))

    with ThreadPoolExecutor(2) as pool:
        reading = [pool.submit(read) for _ in range(2)]
        for _ in range(150):
            world.credits.apply_compensations(credit)
            world.credits.clear_compensations(credit)
        done.set()
        for each in reading:
            each.result()
    assert seen <= {("1000", "0"), ("950", "50")}


def test_of_threads_that_delete_one_credit_one_does(grow: Grow) -> None:
    world = grow(BILLED)
    credit = only_credit(world)
    outcomes: list[str] = []

    def delete(_: int) -> None:
        try:
            world.credits.delete(credit)
            outcomes.append("deleted")
        except NotFound:
            outcomes.append("gone")

    at_once(delete)
    assert sorted(outcomes) == ["deleted"] + ["gone"] * (THREADS - 1)


def test_requests_that_begin_at_once_get_numbers_of_their_own(grow: Grow) -> None:
    world = grow(BILLED)
    numbers: list[int] = []
    at_once(lambda _: numbers.extend(world.begin() for _ in range(50)))
    assert sorted(numbers) == list(range(1, THREADS * 50 + 1))
    assert world.requests == THREADS * 50
