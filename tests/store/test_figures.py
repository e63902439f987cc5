"""The computed figures, with the check values of the observed behaviour."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec import structs

from creditkit.store.domain.clock import moment
from creditkit.store.domain.figures import (
    allocated_to_projects,
    consumption_last_month,
    consumptions,
    minimal_consumption,
)
from creditkit.store.domain.model import Consumption, Credit, Invoice, Item, Project

from .conftest import TODAY, D, day

CREDIT = Credit("c", "customer", moment(TODAY), value=D(1000), expected_consumption=D(50))


@pytest.mark.parametrize(
    ("grace", "minimal"), [(0, "50"), (10, "45"), (100, "0"), (101, "-0.5"), (-1, "50.5")]
)
def test_grace_is_the_share_of_the_expectation_that_may_stay_unspent(grace: int, minimal: str) -> None:
    assert minimal_consumption(structs.replace(CREDIT, grace_coefficient=D(grace)), TODAY) == D(minimal)


def test_minimal_consumption_is_0_where_it_is_not_applied() -> None:
    credit = structs.replace(CREDIT, apply_as_minimal_consumption=False, end_date=day("2026-11-01"))
    assert minimal_consumption(credit, TODAY) == 0


@pytest.mark.parametrize(
    ("end", "minimal"),
    [("2026-11-01", 50), ("2026-12-01", 45), ("2025-11-01", 45), ("2027-11-01", 45)],
)
def test_grace_ends_with_the_month_in_which_the_credit_ends(end: str, minimal: int) -> None:
    credit = structs.replace(CREDIT, grace_coefficient=D(10), end_date=day(end))
    assert minimal_consumption(credit, TODAY) == minimal


def test_allocated_is_the_sum_of_project_credits_and_0_without_any() -> None:
    projects = [
        Project("1", "customer", "One", D("10.5")),
        Project("2", "customer", "Two", None),
        Project("3", "customer", "Three", D("29.5")),
    ]
    assert allocated_to_projects(projects) == D(40)
    assert allocated_to_projects(projects[1:2]) == 0
    assert isinstance(allocated_to_projects([]), Decimal)


def paid(month: str, *items: tuple[str, str, str]) -> Invoice:
    """An invoice with items of (price, tax percent, credit)."""
    lines = [Item("x", D(price), D(tax), credit=credit or None) for price, tax, credit in items]
    return Invoice(month, "customer", day(month), "paid", tuple(lines))


def test_last_month_is_none_without_an_invoice_and_0_without_compensations() -> None:
    assert consumption_last_month(CREDIT, None) is None
    assert consumption_last_month(CREDIT, paid("2026-10-01", ("70", "0", ""))) == 0


def test_last_month_counts_this_credits_compensations_with_their_tax() -> None:
    invoice = paid("2026-10-01", ("-10", "0", "c"), ("-5", "20", "c"), ("-7", "0", "other"), ("30", "0", ""))
    assert consumption_last_month(CREDIT, invoice) == D(16)


def test_consumptions_are_by_month_oldest_first_net_of_tax_in_cents() -> None:
    invoices = [
        paid("2026-10-01", ("-10", "50", "c"), ("-0.005", "0", "c")),
        paid("2025-12-01", ("-3.333", "0", "c"), ("8", "0", "")),
        paid("2026-09-01", ("-4", "0", "other")),
    ]
    assert consumptions(CREDIT, invoices) == (
        Consumption(day("2025-12-01"), D("3.33")),
        Consumption(day("2026-10-01"), D("10.01")),
    )


def test_a_months_consumption_is_over_all_its_invoices() -> None:
    invoices = [paid("2026-10-01", ("-10", "0", "c")), paid("2026-10-01", ("-2", "0", "c"))]
    assert consumptions(CREDIT, invoices) == (Consumption(day("2026-10-01"), D("12.00")),)
