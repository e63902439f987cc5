"""A seed's YAML: scalars, lines, `times`, and the line of each fault."""

from __future__ import annotations

from typing import Any

import pytest

from creditkit.errors import SeedError
from creditkit.store import World
from creditkit.store.seeds.yaml_with_lines import DEPTH, read_yaml

from .conftest import SMALL, STAFF, Sow, day, staff_of
from .test_seed import Refused


def test_scalars_stay_as_they_are_written_but_for_true_false_and_null() -> None:
    text = """
    amount: 12.50
    token: 0123456789
    date: 2026-11-22
    exponent: 1e3
    quoted: 'no'
    yes_: yes
    no_: false
    nothing: null
    tilde: ~
    empty:
    list: [1, x]
    """
    assert read_yaml(text).data == {
        "amount": "12.50",
        "token": "0123456789",
        "date": "2026-11-22",
        "exponent": "1e3",
        "quoted": "no",
        "yes_": True,
        "no_": False,
        "nothing": None,
        "tilde": None,
        "empty": None,
        "list": ["1", "x"],
    }


def test_each_part_has_its_line_and_a_value_that_of_its_key() -> None:
    marked = read_yaml("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    lines = {("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("b", 1, "d"): 5}
    assert {path: marked.line(path) for path in lines} == lines
    assert marked.line(("b", 1, "missing")) == 4
    assert marked.line(("nowhere", 3)) == 1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: &x [1]\nb: *x\n", 2, "anchors and aliases are not allowed here"),
        (
            "a: 1\nb: !!python/object/apply:os.system [ls]\n",
            2,
            "the tag !!python/object/apply:os.system ",
        ),
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands here for the second time; the first is in line 1"),
        ("", None, "the file is empty"),
    ],
)
def test_a_fault_has_its_line(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(SeedError) as caught:
        read_yaml(text)
    assert caught.value.line == line
    assert caught.value.message.startswith(reason)
    assert caught.value.hint


def test_the_deepest_allowed_is_read() -> None:
    data: Any = read_yaml("[" * DEPTH + "]" * DEPTH).data
    for _ in range(DEPTH - 1):
        (data,) = data
    assert data == []


MANY = """
customers:
  - {key: first, name: The first}
  - {times: 12, key: lab-<n>, name: Laboratory <n>}
credits:
  - {customer: first}
  - {times: 12, customer: lab-<n>, value: <n>.5}
invoices:
  - times: 3
    customer: lab-7
    month: month-<n>
    state: paid
    items: [{name: Hours <n>, price: <n>0}]
"""


def test_an_entry_is_there_as_often_as_it_says_in_its_place(sow: Sow) -> None:
    seed = sow(MANY)
    keys = [customer["key"] for customer in seed.sections["customers"]]
    assert keys == ["first", *(f"lab-{number}" for number in range(1, 13))]
    assert seed.sections["customers"][12] == {"key": "lab-12", "name": "Laboratory 12"}
    assert [credit.get("value") for credit in seed.sections["credits"]][:3] == [None, "1.5", "2.5"]
    invoices = seed.sections["invoices"]
    assert [invoice["month"] for invoice in invoices] == ["month-1", "month-2", "month-3"]
    assert invoices[2]["items"] == [{"name": "Hours 3", "price": "30"}]
    with World.open(seed) as world:
        assert len(world.credits.listing(staff_of(world))) == 13


def test_only_an_entry_with_times_is_numbered(sow: Sow) -> None:
    seed = sow("customers: [{key: a, name: Part <n>}]")
    assert seed.sections["customers"][0]["name"] == "Part <n>"


@pytest.mark.parametrize("times", ["0", "-1", "10001", "many", "1.5", "true", "null", "[1]", ""])
def test_times_is_a_number(refused: Refused, times: str) -> None:
    error = refused(
        f"customers:\n  - {{key: x, name: X}}\n  - key: lab-<n>\n    name: Lab\n    times: {times}\n"
    )
    assert error.line == 5
    assert error.message.endswith("customers[1].times: must be a number from 1 to 10000")


def test_a_fault_of_a_copy_is_told_with_the_line_of_its_entry(refused: Refused) -> None:
    error = refused(MANY.replace("customer: lab-<n>", "customer: lap-<n>"))
    assert error.line == 7
    assert error.message.endswith("no entry of customers has the key 'lap-1'")
    error = refused(MANY.replace("key: lab-<n>", "key: lab"))
    assert error.line == 4
    assert "a second entry of customers with the same key" in error.message
    error = refused(MANY.replace("items: [{name: Hours <n>, price", "items: [{name: Hours <n>, prise"))
    assert error.line == 13


def test_times_belongs_to_entries_of_sections_only(refused: Refused) -> None:
    assert "unknown key 'times'" in refused("times: 3\n").message
    nested = (
        "invoices: [{customer: aurora, month: month, state: paid, items: [{times: 2, name: A, price: 1}]}]"
    )
    assert "unknown key 'times'" in refused(SMALL + nested).message


def test_a_seed_without_users_has_those_of_the_default_world_who_own_nothing(sow: Sow) -> None:
    with World.open(sow("customers: [{key: a, name: A}]")) as world:
        assert [user.username for user in world.users] == ["staff", "support", "nobody"]
        assert world.authenticate(STAFF).is_staff
        assert world.today() >= day("2026-11-01")
