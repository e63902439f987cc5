"""Apply and clear: the observed check values, the limits, and what must hold for any numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from creditkit.store.domain.clock import moment
from creditkit.store.domain.compensations import Ledger, apply, clear
from creditkit.store.domain.model import Credit, Invoice, Item, Project

from .conftest import TODAY, D, day


def usage(price: str, *, project: str | None = None, offering: str = "vm", tax: str = "0") -> Item:
    return Item(f"usage {price}", D(price), D(tax), offering=offering, project=project)


def ledger(credit: Mapping[str, object], *items: Item, **projects: str) -> Ledger:
    """A credit with the given fields, an open invoice with these items, projects with these credits."""
    blank = Credit("c", "customer", moment(TODAY))
    return Ledger(
        structs.replace(blank, **credit),
        Invoice("i", "customer", day("2026-11-01"), "pending", items),
        {name: Project(name, "customer", name, D(value)) for name, value in projects.items()},
    )


def paid(after: Ledger) -> list[Decimal]:
    """What the credit paid, item by item."""
    return [-item.price for item in after.invoice.items if item.credit == "c"]


@pytest.mark.parametrize(
    ("expected", "grace", "left"),
    [("0", "0", "51"), ("60", "0", "41"), ("60", "50", "51"), ("80", "10", "29")],
)
def test_the_observed_check_values_hold(expected: str, grace: str, left: str) -> None:
    fields = {"value": D(101), "expected_consumption": D(expected), "grace_coefficient": D(grace)}
    before = ledger(fields, usage("30"), usage("20"))
    after = apply(before, TODAY)
    assert after.credit.value == D(left)
    assert paid(after) == [20, 30]
    assert apply(after, TODAY) == after
    assert clear(after, TODAY).credit.value == D(101)
    assert clear(after, TODAY).invoice == before.invoice
    assert clear(clear(after, TODAY), TODAY) == clear(after, TODAY)


def test_cheapest_items_are_paid_first_until_the_value_is_used_up() -> None:
    after = apply(ledger({"value": D(45)}, usage("30"), usage("25"), usage("10")), TODAY)
    assert paid(after) == [10, 25, 10]
    assert after.credit.value == 0


def test_an_item_is_paid_with_its_tax_and_the_compensation_carries_none() -> None:
    after = apply(ledger({"value": D(200)}, usage("100", tax="24")), TODAY)
    assert paid(after) == [124]
    assert after.invoice.items[-1].tax_percent == 0
    assert after.credit.value == 76


def test_only_the_credits_offerings_are_paid_for() -> None:
    before = ledger(
        {"value": D(100), "offerings": ("hpc",)}, usage("10", offering="vm"), usage("20", offering="hpc")
    )
    assert paid(apply(before, TODAY)) == [20]


def test_fees_and_compensations_of_others_are_not_paid_for() -> None:
    items = (Item("fee", D(5)), Item("old", D(-7)), Item("other", D(-9), credit="other"), usage("20"))
    after = apply(ledger({"value": D(100)}, *items), TODAY)
    assert paid(after) == [20]
    assert after.invoice.items[:4] == items


def test_a_project_is_paid_for_as_far_as_its_credit_goes_and_gets_it_back() -> None:
    before = ledger({"value": D(100)}, usage("20", project="a"), usage("30", project="b"), a="15", b="100")
    after = apply(before, TODAY)
    assert paid(after) == [15, 30]
    assert after.credit.value == 55
    assert (after.projects["a"].credit, after.projects["b"].credit) == (D(0), D(70))
    assert clear(after, TODAY) == before


def test_a_project_with_an_empty_credit_is_not_paid_for() -> None:
    after = apply(ledger({"value": D(100)}, usage("20", project="a"), usage("30"), a="0"), TODAY)
    assert paid(after) == [30]


def test_a_project_without_a_credit_draws_on_the_value_alone() -> None:
    before = ledger({"value": D(100)}, usage("20", project="a"))
    before = replace(before, projects={"a": Project("a", "customer", "a", None)})
    after = apply(before, TODAY)
    assert (paid(after), after.credit.value, after.projects["a"].credit) == ([D(20)], D(80), None)


def test_a_project_credit_never_takes_the_value_below_0() -> None:
    after = apply(ledger({"value": D(10)}, usage("20", project="a"), a="50"), TODAY)
    assert (paid(after), after.credit.value, after.projects["a"].credit) == ([D(10)], D(0), D(40))


def test_the_minimal_consumption_takes_no_more_than_there_is() -> None:
    before = ledger({"value": D(30), "expected_consumption": D(25)}, usage("20"))
    assert apply(before, TODAY).credit.value == 5
    before = ledger({"value": D(22), "expected_consumption": D(25)}, usage("20"))
    assert apply(before, TODAY).credit.value == 0


def test_an_empty_credit_pays_nothing_and_loses_nothing() -> None:
    before = ledger({"value": D(0), "expected_consumption": D(25)}, usage("20"))
    assert apply(before, TODAY) == before


def test_the_minimal_consumption_is_lost_without_usage_and_not_given_back() -> None:
    # As on the real server: with nothing compensated there is nothing that clearing could find.
    after = apply(ledger({"value": D(100), "expected_consumption": D(25)}), TODAY)
    assert (after.credit.value, after.invoice.items) == (D(75), ())
    assert clear(after, TODAY) == after


def test_a_negative_minimal_consumption_takes_nothing() -> None:
    fields = {"value": D(100), "expected_consumption": D(50), "grace_coefficient": D(101)}
    after = apply(ledger(fields, usage("20")), TODAY)
    assert after.credit.value == 80
    assert clear(after, TODAY).credit.value == 100


def test_clearing_gives_back_the_minimal_consumption_where_less_was_compensated() -> None:
    item = Item("Compensation", D(-40), credit="c")
    after = clear(ledger({"value": D(10), "expected_consumption": D(60)}, item), TODAY)
    assert (after.credit.value, after.invoice.items) == (D(70), ())


amounts = st.decimals(min_value=0, max_value=10_000, places=2)


@st.composite
def affordable_ledgers(draw: st.DrawFn) -> Ledger:
    """Ledgers whose credit can pay everything, and is charged for at least one item."""
    prices = [draw(st.decimals(1, 100, places=2)), *draw(st.lists(amounts, max_size=6))]
    expected = draw(amounts)
    tax = draw(st.sampled_from(["0", "5.5", "24"]))
    items = [usage(str(price), project=draw(st.sampled_from([None, "a"])), tax=tax) for price in prices]
    value = sum((item.total for item in items), Decimal(0)) + expected + draw(amounts)
    fields = {
        "value": value,
        "expected_consumption": expected,
        "grace_coefficient": draw(st.integers(0, 100).map(Decimal)),
    }
    return ledger(fields, *items, usage("1"), a=str(draw(amounts)))


@given(affordable_ledgers())
def test_applying_twice_is_applying_once(before: Ledger) -> None:
    once = apply(before, TODAY)
    assert apply(once, TODAY) == once


@given(affordable_ledgers())
def test_clearing_restores_what_applying_changed(before: Ledger) -> None:
    assert clear(apply(before, TODAY), TODAY) == before


@given(affordable_ledgers(), amounts)
def test_no_value_appears_or_falls_below_0(before: Ledger, value: Decimal) -> None:
    poor = replace(before, credit=structs.replace(before.credit, value=value))
    after = apply(poor, TODAY)
    drawn = value - after.credit.value
    assert 0 <= sum(paid(after)) <= drawn <= value
    assert all(project.credit is not None and project.credit >= 0 for project in after.projects.values())
