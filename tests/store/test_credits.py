"""Credits: who sees which, filters and order, and the life of one from creation to deletion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from creditkit.errors import NotFound
from creditkit.store import Credit, World
from creditkit.store.domain.model import Consumption

from .conftest import D, Grow, Hands, day, only_credit, staff_of

THREE = """
credits:
  - {customer: nimbus, value: 30, created: month-1, expected_consumption: 9, end_date: month+2}
  - {customer: aurora, value: 200, created: month-3}
  - {customer: borealis, value: 4, created: month-2, expected_consumption: 10, end_date: month+1}
"""

BILLED = """
credits:
  - {customer: aurora, value: 101, expected_consumption: 60}
invoices:
  - {customer: aurora, month: month-1, state: paid, items: [{name: Nodes, offering: hpc, price: 7}],
     compensations: [{of: Nodes, price: 7}]}
  - {customer: aurora, month: month, state: pending,
     items: [{name: Nodes, offering: hpc, price: 30}, {name: Machines, offering: vm, price: 20}]}
"""


@pytest.fixture
def world(grow: Grow) -> World:
    return grow(THREE)


def names(world: World, credits_: Sequence[Credit]) -> list[str]:
    return [world.credits.view(credit).customer.slug for credit in credits_]


def listed(world: World, as_: str = "staff", **options: Any) -> list[str]:
    user = next(user for user in world.users if user.username == as_)
    return names(world, world.credits.listing(user, **options))


def test_the_list_is_oldest_first(world: World) -> None:
    assert listed(world) == ["aurora", "borealis", "nimbus"]


def test_staff_and_support_see_all_owners_their_own_and_others_nothing(world: World) -> None:
    assert listed(world, "support") == ["aurora", "borealis", "nimbus"]
    assert listed(world, "owner") == ["aurora"]
    assert listed(world, "admin") == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"customer_name": "BORÉ"}, ["borealis"]),
        ({"customer_name": "u"}, ["aurora", "nimbus"]),
        ({"customer_name": "zzz"}, []),
        ({"customer_slug": "nimbus"}, ["nimbus"]),
        ({"customer_slug": "NIMBUS"}, []),
        ({"customer_slug": "nim"}, []),
        ({"customer_slug": "", "customer_name": "", "customer_uuid": None}, ["aurora", "borealis", "nimbus"]),
        ({"customer_name": "u", "customer_slug": "aurora"}, ["aurora"]),
    ],
)
def test_filters_narrow_the_list(world: World, filters: dict[str, Any], expected: list[str]) -> None:
    assert listed(world, **filters) == expected


def test_the_uuid_filter_means_the_customer(world: World) -> None:
    staff = staff_of(world)
    credit = world.credits.listing(staff, customer_slug="nimbus")[0]
    assert listed(world, customer_uuid=UUID(credit.customer)) == ["nimbus"]
    assert listed(world, customer_uuid=UUID(credit.uuid)) == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (("value",), ["borealis", "nimbus", "aurora"]),
        (("-value",), ["aurora", "nimbus", "borealis"]),
        (("customer_name",), ["aurora", "borealis", "nimbus"]),
        (("-customer_name",), ["nimbus", "borealis", "aurora"]),
        (("expected_consumption",), ["aurora", "nimbus", "borealis"]),
        (("end_date",), ["borealis", "nimbus", "aurora"]),
        (("-end_date",), ["aurora", "nimbus", "borealis"]),
    ],
)
def test_order_is_by_type_and_a_missing_end_is_latest(
    world: World, order: tuple[str, ...], expected: list[str]
) -> None:
    assert listed(world, order=order) == expected


def test_later_keys_decide_between_equals_and_then_the_oldest_is_first(grow: Grow) -> None:
    world = grow("""
    credits:
      - {customer: aurora, value: 1, expected_consumption: 5}
      - {customer: borealis, value: 2, expected_consumption: 5}
      - {customer: nimbus, value: 1, expected_consumption: 7}
    """)
    assert listed(world, order=("value",)) == ["aurora", "nimbus", "borealis"]
    assert listed(world, order=("-value",)) == ["borealis", "aurora", "nimbus"]
    assert listed(world, order=("expected_consumption", "-value")) == ["borealis", "aurora", "nimbus"]
    assert listed(world, order=("expected_consumption", "value")) == ["aurora", "borealis", "nimbus"]


def test_a_credit_is_found_by_those_who_see_it(world: World) -> None:
    staff, owner, admin = (
        next(user for user in world.users if user.username == name) for name in ("staff", "owner", "admin")
    )
    aurora, borealis, _ = world.credits.listing(staff)
    assert world.credits.get(owner, UUID(aurora.uuid)) == aurora
    for user, credit in ((owner, borealis), (admin, aurora)):
        with pytest.raises(NotFound, match=r"^No CustomerCredit matches the given query\.$"):
            world.credits.get(user, UUID(credit.uuid))


def test_an_unknown_uuid_and_one_that_is_filtered_out_are_not_found(world: World) -> None:
    staff = staff_of(world)
    aurora = world.credits.listing(staff)[0]
    assert world.credits.get(staff, UUID(aurora.uuid), customer_name="aur", order=("value",)) == aurora
    with pytest.raises(NotFound):
        world.credits.get(staff, UUID(aurora.uuid), customer_name="zzz")
    with pytest.raises(NotFound):
        world.credits.get(staff, UUID(aurora.customer))


def test_a_new_credit_has_the_defaults_of_the_server(grow: Grow, hands: Hands) -> None:
    world = grow()
    nimbus = world.customers.listing(staff_of(world), "nimbus")[0]
    credit = world.credits.create({"customer": UUID(nimbus.uuid)}).credit
    assert credit == Credit(credit.uuid, nimbus.uuid, hands.now)
    assert (str(credit.value), str(credit.grace_coefficient)) == ("0.00000", "0")
    assert UUID(credit.uuid).version == 4
    view = world.credits.view(credit)
    assert (view.customer, view.offerings) == (nimbus, ())
    assert (view.minimal_consumption, view.allocated_to_projects) == (D(0), D(0))
    assert view.consumption_last_month is None
    assert only_credit(world) == credit


def test_amounts_are_stored_at_the_scale_of_the_schema_and_keep_the_sign_of_0(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora, value: 5}]")
    sent = {"value": D("1e3"), "expected_consumption": D("-0"), "grace_coefficient": D("-007")}
    world.credits.update(only_credit(world), sent)
    stored = only_credit(world)
    shown = (str(stored.value), str(stored.expected_consumption), str(stored.grace_coefficient))
    assert shown == ("1000.00000", "-0.00000", "-7")


def test_an_update_changes_what_was_sent_and_nothing_else(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora, value: 5, offerings: [hpc], grace_coefficient: 3}]")
    before = only_credit(world)
    after = world.credits.update(before, {"value": D(6), "apply_as_minimal_consumption": False}).credit
    assert (after.value, after.apply_as_minimal_consumption) == (D(6), False)
    assert (after.uuid, after.created, after.offerings) == (before.uuid, before.created, before.offerings)
    assert (after.customer, after.grace_coefficient) == (before.customer, D(3))
    assert only_credit(world) == after


def test_offerings_are_kept_once_each_in_the_order_sent(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora}]")
    hpc, vm = (UUID(offering.uuid) for offering in world.offerings.listing(staff_of(world)))
    credit = world.credits.update(only_credit(world), {"offerings": (vm, hpc, vm)}).credit
    assert [offering.name for offering in world.credits.view(credit).offerings] == ["Nordic VM", "Aurora HPC"]
    assert world.credits.update(credit, {"offerings": ()}).credit.offerings == ()


def test_the_newest_credit_is_last_also_after_an_older_one_is_changed_or_deleted(world: World) -> None:
    staff = staff_of(world)
    aurora, borealis, _ = world.credits.listing(staff)
    world.credits.update(aurora, {"value": D(1)})
    world.credits.delete(borealis)
    world.credits.create({"customer": UUID(borealis.customer)})
    assert listed(world) == ["aurora", "nimbus", "borealis"]


def test_a_new_credit_takes_nobodys_place(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora, value: 1}, {customer: borealis, value: 2}]")
    aurora, borealis = world.credits.listing(staff_of(world))
    changed = world.credits.update(aurora, {"value": D(3)}).credit
    nimbus = world.customers.listing(staff_of(world), "nimbus")[0]
    new = world.credits.create({"customer": UUID(nimbus.uuid)}).credit
    assert list(world.credits.listing(staff_of(world))) == [changed, borealis, new]


def test_a_deleted_credit_is_gone(world: World) -> None:
    credit = world.credits.listing(staff_of(world))[0]
    world.credits.delete(credit)
    assert listed(world) == ["borealis", "nimbus"]
    for again in (
        lambda: world.credits.delete(credit),
        lambda: world.credits.update(credit, {}),
        lambda: world.credits.apply_compensations(credit),
    ):
        with pytest.raises(NotFound):
            again()


def test_apply_and_clear_change_credit_and_invoice_together(grow: Grow) -> None:
    world = grow(BILLED)
    credit = only_credit(world)
    applied = world.credits.apply_compensations(credit)
    assert (applied.value, only_credit(world).value) == (D(41), D(41))
    assert world.credits.consumptions(applied) == (
        Consumption(day("2026-10-01"), D("7.00")),
        Consumption(day("2026-11-01"), D("50.00")),
    )
    # A stale value of the credit does no harm: the world knows the current one.
    assert world.credits.apply_compensations(credit) == applied
    cleared = world.credits.clear_compensations(credit)
    assert cleared == credit == only_credit(world)
    assert world.credits.consumptions(cleared) == (Consumption(day("2026-10-01"), D("7.00")),)


def test_project_credits_are_drawn_and_given_back(grow: Grow) -> None:
    seed = BILLED.replace("offering: hpc, price: 30", "offering: hpc, project: sky, price: 30")
    world = grow(seed, projects="  - {key: sky, customer: aurora, name: Sky, credit: 12}\n")
    credit = only_credit(world)
    assert world.credits.view(credit).allocated_to_projects == 12
    applied = world.credits.apply_compensations(credit)
    assert applied.value == 41  # 20 and 12 of usage, and 28 more up to the minimal consumption
    assert world.credits.view(applied).allocated_to_projects == 0
    assert world.credits.view(world.credits.clear_compensations(applied)).allocated_to_projects == 12


def test_actions_work_on_the_newest_open_invoice_only(grow: Grow) -> None:
    world = grow("""
    credits: [{customer: aurora, value: 100}]
    invoices:
      - {customer: aurora, month: month-2, state: pending, items: [{name: A, offering: hpc, price: 1}]}
      - {customer: aurora, month: month-1, state: pending, items: [{name: B, offering: hpc, price: 2}]}
      - {customer: aurora, month: month, state: created, items: [{name: C, offering: hpc, price: 4}]}
    """)
    credit = world.credits.apply_compensations(only_credit(world))
    assert credit.value == 98
    assert world.credits.view(credit).consumption_last_month == 2


def test_without_an_open_invoice_the_actions_do_nothing(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora, value: 100, expected_consumption: 60}]")
    credit = only_credit(world)
    assert world.credits.apply_compensations(credit) == credit
    assert world.credits.clear_compensations(credit) == credit
    assert only_credit(world) == credit


def test_what_a_deleted_credit_paid_is_not_the_next_ones(grow: Grow) -> None:
    world = grow(BILLED)
    old = only_credit(world)
    world.credits.apply_compensations(old)
    world.credits.delete(old)
    new = world.credits.create({"customer": UUID(old.customer), "value": D(500)}).credit
    assert world.credits.consumptions(new) == ()
    assert world.credits.view(new).consumption_last_month == 0
    assert world.credits.clear_compensations(new).value == 500
    assert world.credits.apply_compensations(new).value == 450


def test_consumptions_follow_the_credit_to_another_customer(grow: Grow) -> None:
    world = grow(BILLED)
    credit = only_credit(world)
    nimbus = world.customers.listing(staff_of(world), "nimbus")[0]
    moved = world.credits.update(credit, {"customer": UUID(nimbus.uuid)}).credit
    assert world.credits.consumptions(moved) == (Consumption(day("2026-10-01"), D("7.00")),)
    assert world.credits.view(moved).consumption_last_month is None
