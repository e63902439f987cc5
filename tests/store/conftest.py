"""Small worlds with a clock that a test sets, and short ways to write values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import UUID

import pytest

from creditkit.errors import SeedError
from creditkit.store import Credit, Seed, User, World, default_seed_path, load_seed

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""What the time is in these tests, unless they say otherwise."""

TODAY = NOON.date()

STAFF = "c0ffee00" * 5
OWNER = "facade01" * 5

SMALL = f"""\
users:
  - {{username: staff, staff: true, token: {STAFF}}}
  - {{username: support, support: true, token: {"decaf000" * 5}}}
  - {{username: owner, owner_of: [aurora], token: {OWNER}}}
  - {{username: admin, project_admin_of: [climate], token: {"feed0000" * 5}}}
customers:
  - {{key: aurora, name: Aurora Research Labs}}
  - {{key: borealis, name: Café Boréal}}
  - {{key: nimbus, name: Nimbus}}
offerings:
  - {{key: hpc, name: Aurora HPC, type: Marketplace.Basic}}
  - {{key: vm, name: Nordic VM, type: OpenStack.Tenant}}
projects:
  - {{key: climate, customer: aurora, name: Climate}}
"""
"""A seed with users, customers, offerings and a project; tests add credits and invoices."""


OLD = Path(__file__).with_name("world-format-1.json")
"""A world as release 0.1.0 has left it: applied compensations, a deleted credit, a new one."""


class Hands:
    """The real time as a test tells it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> None:
        """Let that much time pass: `hands.go(days=1)`."""
        self.now += timedelta(**by)


def D(number: str | int) -> Decimal:
    return Decimal(number)


Grow = Callable[..., World]
Sow = Callable[[str], Seed]


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def sow(tmp_path: Path) -> Sow:
    """A seed from its text."""

    def read(text: str) -> Seed:
        path = tmp_path / "seed.yaml"
        path.write_text(dedent(text), "utf-8")
        return load_seed(path)

    return read


@pytest.fixture
def refused(sow: Sow) -> Callable[[str], SeedError]:
    """The error that a seed's text gets."""

    def read(text: str) -> SeedError:
        with pytest.raises(SeedError) as caught:
            sow(text)
        return caught.value

    return read


@pytest.fixture
def grow(sow: Sow, hands: Hands) -> Grow:
    """A world from `SMALL` and further sections, users and projects: `grow("credits:\\n  - …")`."""

    def open_(more: str = "", users: str = "", projects: str = "", **options: Any) -> World:
        text = SMALL.replace("customers:\n", users + "customers:\n") + projects + dedent(more)
        return World.open(sow(text), real=hands, **options)

    return open_


@pytest.fixture
def default(hands: Hands) -> Iterator[World]:
    """The default world on 22 November 2026."""
    with World.open(load_seed(default_seed_path()), real=hands) as world:
        world.begin()
        yield world


def staff_of(world: World) -> User:
    return world.authenticate(STAFF)


def only_credit(world: World) -> Credit:
    """The one credit of a world."""
    (credit,) = world.credits.listing(staff_of(world))
    return credit


def day(text: str) -> date:
    return date.fromisoformat(text)


FULL = """
credits:
  - {customer: aurora, value: 101, expected_consumption: 60, offerings: [vm, hpc], end_date: month+2,
     minimal_consumption_logic: linear, grace_coefficient: -3, apply_as_minimal_consumption: false}
  - {customer: borealis, value: 3}
invoices:
  - {customer: aurora, month: month-1, state: paid, tax_percent: 24,
     items: [{name: Nodes, offering: hpc, project: climate, price: 30}],
     compensations: [{of: Nodes, price: 9}]}
  - {customer: aurora, month: month, state: pending, items: [{name: Nodes, offering: hpc, price: 20}]}
"""


def state(world: World) -> list[object]:
    """Everything that a world shows."""
    staff = staff_of(world)
    credits_ = world.credits.listing(staff)
    return [
        list(world.users),
        list(world.customers.listing(staff)),
        list(world.offerings.listing(staff)),
        [(world.credits.view(credit), world.credits.consumptions(credit)) for credit in credits_],
    ]


def change(world: World) -> None:
    """Something of everything that can happen to credits."""
    aurora, borealis = world.credits.listing(staff_of(world))
    world.credits.apply_compensations(aurora)
    world.credits.update(aurora, {"grace_coefficient": D(12)})
    world.credits.delete(borealis)
    nimbus = world.customers.listing(staff_of(world), "nimbus")[0]
    world.credits.create({"customer": UUID(nimbus.uuid), "value": D(7)})
