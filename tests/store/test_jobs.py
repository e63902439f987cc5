"""The monthly job: its rules one by one, and the ledger over many months and worlds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditkit.store import Credit, Kind, Movement, Seed, World
from creditkit.store.domain.clock import moment, real_now, shift
from creditkit.store.domain.figures import linear_expected_consumption, minimal_consumption, paid_by
from creditkit.store.domain.model import AMOUNT, Invoice, Item
from creditkit.store.seeds.seed import SECTIONS

from .conftest import STAFF, TODAY, D, Grow, Hands, day, only_credit, staff_of

NEXT = day("2026-12-01")


def invoices(world: World, credit: Credit | None = None) -> list[Invoice]:
    """The invoices of the credit's customer, or all, by month."""
    table = world._database.content.invoices
    found = table.all() if credit is None else table.find("customer", credit.customer)
    return sorted(found, key=lambda invoice: invoice.month)


def usage(price: str, offering: str = "hpc") -> str:
    return f"{{name: Nodes {price}, offering: {offering}, price: {price}}}"


def open_invoice(*items: str, **fields: str) -> str:
    more = "".join(f", {name}: {value}" for name, value in fields.items())
    return f"  - {{customer: aurora, month: month, state: pending, items: [{', '.join(items)}]{more}}}\n"


def test_an_open_invoice_is_paid_and_closed_and_the_next_one_opens(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora, value: 100}]\ninvoices:\n" + open_invoice(usage("30")))
    credit = only_credit(world)
    assert world.clock.advance(to=NEXT) == (Movement(NEXT, credit.uuid, Kind.COMPENSATION, D(-30)),)
    assert only_credit(world).value == 70
    november, december = invoices(world, credit)
    assert (november.state, december.state) == ("created", "pending")
    assert [item.price for item in november.items] == [30, -30]
    assert [(item.name, item.price) for item in december.items] == [("Nodes 30", D(30))]
    assert world.credits.view(only_credit(world)).consumption_last_month == 30


def test_every_customer_gets_an_invoice_and_only_one(grow: Grow) -> None:
    world = grow("invoices:\n  - {customer: nimbus, month: month+1, state: pending}\n")
    world.clock.advance(months=1)
    found = [(invoice.customer, invoice.month) for invoice in invoices(world)]
    assert len(found) == len(set(found)) == 3
    assert {(invoice.month, invoice.state) for invoice in invoices(world)} == {(NEXT, "pending")}


def test_usage_goes_on_and_a_fee_does_not(grow: Grow) -> None:
    fee = "{name: Set-up, price: 5}"
    world = grow(
        "credits: [{customer: aurora, value: 100}]\ninvoices:\n"
        + open_invoice(fee, usage("10"), tax_percent="20")
    )
    world.clock.advance(months=3)
    credit = only_credit(world)
    assert credit.value == 64
    first, *others = invoices(world, credit)
    assert [item.name for item in first.items] == ["Set-up", "Nodes 10", "Compensation of Nodes 10"]
    assert [invoice.items[0].name for invoice in others] == ["Nodes 10"] * 3
    assert others[-1].items == (Item("Nodes 10", D(10), D(20), offering=first.items[1].offering),)


def test_an_invoice_of_long_ago_brings_nothing_back(grow: Grow) -> None:
    world = grow(
        "invoices:\n  - {customer: aurora, month: month-1, state: paid, items: [" + usage("9") + "]}\n"
    )
    world.clock.advance(months=1)
    assert [len(invoice.items) for invoice in invoices(world)] == [1, 0, 0, 0]


def test_less_usage_than_the_minimum_costs_the_minimum(grow: Grow) -> None:
    world = grow(
        "credits: [{customer: aurora, value: 101, expected_consumption: 80, grace_coefficient: 10}]\n"
        "invoices:\n" + open_invoice(usage("20"), usage("30"))
    )
    moved = world.clock.advance(to=NEXT)
    assert [(each.kind, each.amount) for each in moved] == [
        (Kind.COMPENSATION, D(-50)),
        (Kind.MINIMAL_CONSUMPTION, D(-22)),
    ]
    assert only_credit(world).value == 29
    assert [(each.kind, each.amount) for each in world.clock.advance(months=1)] == [
        (Kind.COMPENSATION, D(-29))
    ]


def test_without_an_open_invoice_nothing_is_taken_in_the_first_month(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora, value: 100, expected_consumption: 40}]")
    assert world.clock.advance(months=1) == ()
    assert [each.amount for each in world.clock.advance(months=3)] == [-40, -40, -20]


def test_what_was_compensated_already_is_not_paid_twice(grow: Grow) -> None:
    world = grow(
        "credits: [{customer: aurora, value: 101, expected_consumption: 60}]\n"
        "invoices:\n" + open_invoice(usage("20"), usage("30"))
    )
    assert world.credits.apply_compensations(only_credit(world)).value == 41
    moved = world.clock.advance(to=NEXT)
    assert [(each.kind, each.amount) for each in moved] == [
        (Kind.ROLLBACK, D(60)),
        (Kind.COMPENSATION, D(-50)),
        (Kind.MINIMAL_CONSUMPTION, D(-10)),
    ]
    assert only_credit(world).value == 41


def test_only_the_offerings_of_the_credit_are_paid_and_projects_within_theirs(grow: Grow) -> None:
    world = grow(
        "credits: [{customer: aurora, value: 500, offerings: [hpc]}]\ninvoices:\n"
        + open_invoice(usage("70", "vm"), "{name: N, offering: hpc, project: climate, price: 40}"),
        projects="  - {key: rich, customer: aurora, name: Rich, credit: 9}\n",
    )
    assert [each.amount for each in world.clock.advance(months=3)] == [-40, -40, -40]
    world = grow(
        "credits: [{customer: aurora, value: 500}]\ninvoices:\n"
        + open_invoice("{name: N, offering: hpc, project: rich, price: 40}"),
        projects="  - {key: rich, customer: aurora, name: Rich, credit: 90}\n",
    )
    assert [each.amount for each in world.clock.advance(months=4)] == [-40, -40, -10]
    assert world.credits.view(only_credit(world)).allocated_to_projects == 0


def test_a_credit_pays_for_the_month_before_its_end_without_grace_and_is_lost_a_day_later(grow: Grow) -> None:
    world = grow(
        "credits: [{customer: aurora, value: 500, expected_consumption: 100, grace_coefficient: 40, "
        "end_date: month+2}]\ninvoices:\n" + open_invoice(usage("10"))
    )
    lost = [(each.day, each.kind, each.amount) for each in world.clock.advance(months=3)]
    last = day("2027-01-01")
    assert lost == [
        (NEXT, Kind.COMPENSATION, D(-10)),
        (NEXT, Kind.MINIMAL_CONSUMPTION, D(-50)),
        (last, Kind.COMPENSATION, D(-10)),
        (last, Kind.MINIMAL_CONSUMPTION, D(-90)),
        (day("2027-01-02"), Kind.EXPIRY, D(-340)),
    ]
    assert world.clock.advance(months=1) == ()


def test_an_expiry_between_two_months_is_told_with_its_day(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora, value: 5, end_date: month+1}]")
    assert world.clock.advance(to=NEXT) == ()
    (lost,) = world.clock.advance(days=1)
    assert (lost.day, lost.kind, lost.amount) == (day("2026-12-02"), Kind.EXPIRY, D(-5))


def test_the_linear_formula_has_its_check_value() -> None:
    credit = Credit(
        "c",
        "customer",
        moment(TODAY),
        D(1000),
        (),
        day("2027-02-01"),
        D(100),
        minimal_consumption_logic="linear",
    )
    assert linear_expected_consumption(credit, D(40), TODAY).quantize(D("0.01")) == D("457.18")
    assert linear_expected_consumption(credit, D(40), day("2027-01-01")) == 1000
    assert linear_expected_consumption(credit, D(40), day("2027-02-01")) == 1000
    assert linear_expected_consumption(credit, D(40), day("2027-06-01")) == 1000
    assert linear_expected_consumption(credit, D(140), day("2026-12-01")) == D(1000) * 31 / 62


def test_linear_logic_uses_a_credit_up_by_its_end(grow: Grow) -> None:
    world = grow(
        "credits: [{customer: aurora, value: 900, minimal_consumption_logic: linear, end_date: month+3}]\n"
        "invoices:\n" + open_invoice(usage("100"))
    )
    shown = []
    for _ in range(3):
        world.clock.advance(months=1)
        credit = only_credit(world)
        shown.append((credit.value, credit.expected_consumption))
    assert shown == [(D(800), D(400)), (D(400), D(400)), (D(0), D(0))]
    assert credit.end_date == day("2027-02-01")


def test_linear_logic_without_an_open_invoice_stays_as_it_is(grow: Grow) -> None:
    world = grow(
        "credits: [{customer: aurora, value: 900, minimal_consumption_logic: linear, end_date: month+3,"
        " expected_consumption: 7}]"
    )
    world.clock.advance(months=1)
    assert only_credit(world).expected_consumption == 7


def test_several_open_invoices_are_closed_oldest_first(grow: Grow) -> None:
    world = grow(
        "credits: [{customer: aurora, value: 50}]\ninvoices:\n"
        + open_invoice(usage("30"))
        + open_invoice(usage("40")).replace("month: month", "month: month-1")
    )
    world.clock.advance(months=1)
    older, newer, _ = invoices(world, only_credit(world))
    assert [item.price for item in older.items] == [40, -40]
    assert [item.price for item in newer.items] == [30, -10]


def test_real_time_does_the_same(grow: Grow, hands: Hands) -> None:
    seed = (
        "credits: [{customer: aurora, value: 500, expected_consumption: 100, end_date: month+2}]\n"
        "invoices:\n" + open_invoice(usage("10"))
    )
    advanced, lived = grow(seed), grow(seed)
    lived.begin()
    for _ in range(80):
        hands.go(days=1)
        lived.begin()
    advanced.clock.set(TODAY)
    advanced.clock.advance(to=lived.today())
    assert content(advanced) == content(lived)


def content(world: World) -> dict[str, Any]:
    """Every document of a world but its clock."""
    held = world._database.content
    return {
        name: sorted(map(repr, table))
        for name, table in (
            ("customers", held.customers),
            ("projects", held.projects),
            ("invoices", held.invoices),
            ("credits", held.credits),
        )
    }


# Worlds of any kind

CENTS = st.integers(0, 200_000).map(lambda cents: f"{Decimal(cents) / 100}")
STARTS = st.dates(date(2023, 12, 25), date(2028, 3, 5)) | st.sampled_from(
    [date(2028, 2, 29), date(2027, 12, 31), date(2028, 1, 1), date(2027, 1, 31), date(2028, 2, 1)]
)
KEYS = ("aurora", "borealis", "nimbus")


@st.composite
def credits_(draw: st.DrawFn, customer: str) -> dict[str, Any]:
    end = draw(st.none() | st.integers(-1, 14).map(lambda months: f"month{months:+}"))
    linear = end is not None and draw(st.booleans())
    return {
        "customer": customer,
        "value": draw(CENTS),
        "end_date": end,
        "expected_consumption": draw(st.sampled_from(["0", "0.01", "33.33333", "250"]) | CENTS),
        "minimal_consumption_logic": "linear" if linear else "fixed",
        "grace_coefficient": str(draw(st.sampled_from([0, 10, 33, 100, 101, -1]))),
        "apply_as_minimal_consumption": draw(st.booleans()),
        "offerings": draw(st.sampled_from([[], ["hpc"], ["hpc", "vm"]])),
    }


@st.composite
def bills(draw: st.DrawFn, customer: str) -> dict[str, Any]:
    lines = st.fixed_dictionaries(
        {"name": st.just("Usage"), "price": CENTS},
        optional={"offering": st.sampled_from(["hpc", "vm"]), "project": st.just(f"{customer}-project")},
    )
    return {
        "customer": customer,
        "month": "month",
        "state": "pending",
        "tax_percent": draw(st.sampled_from(["0", "24", "5.5"])),
        "items": draw(st.lists(lines, max_size=3)),
    }


@st.composite
def seeds(draw: st.DrawFn) -> Seed:
    """Three customers, most with a credit and an open invoice, at any start."""
    sections: dict[str, tuple[Mapping[str, Any], ...]] = dict.fromkeys(SECTIONS, ())
    sections["users"] = ({"username": "staff", "staff": True, "token": STAFF},)
    sections["customers"] = tuple({"key": key, "name": key} for key in KEYS)
    sections["offerings"] = tuple({"key": key, "name": key, "type": "T"} for key in ("hpc", "vm"))
    shares = draw(st.tuples(*[st.none() | CENTS] * len(KEYS)))
    sections["projects"] = tuple(
        {"key": f"{key}-project", "customer": key, "name": key} | ({} if share is None else {"credit": share})
        for key, share in zip(KEYS, shares, strict=True)
    )
    sections["credits"] = tuple(draw(credits_(key)) for key in KEYS if draw(st.integers(0, 3)))
    sections["invoices"] = tuple(draw(bills(key)) for key in KEYS if draw(st.integers(0, 3)))
    return Seed("a test", draw(STARTS).isoformat(), sections)


def values(world: World) -> dict[str, Decimal]:
    return {credit.uuid: credit.value for credit in world.credits.listing(staff_of(world))}


def paid(world: World) -> defaultdict[str, Decimal]:
    """What the invoices show as paid, by credit."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for credit in world.credits.listing(staff_of(world)):
        for invoice in invoices(world, credit):
            sums[credit.uuid] -= sum((item.price for item in paid_by(credit, invoice)), Decimal(0))
    return sums


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(seeds())
def test_the_ledger_balances_over_twelve_months(seed: Seed) -> None:
    """What a credit lost is what its invoices show as paid, the minimal consumption, and the expiry."""
    with World.open(seed) as world:
        world.clock.freeze()
        before = values(world)
        moved = world.clock.advance(months=12)
        after, shown = values(world), paid(world)
        for uuid in before:
            sums = {kind: Decimal(0) for kind in Kind}
            for each in moved:
                if each.credit == uuid:
                    sums[each.kind] -= each.amount
            assert sums[Kind.ROLLBACK] == 0
            assert sums[Kind.COMPENSATION] == shown[uuid]
            assert min(sums.values()) >= 0
            assert before[uuid] - after[uuid] == sum(sums.values())
            assert after[uuid] >= 0


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(seeds())
def test_each_month_takes_what_the_rules_say(seed: Seed) -> None:
    """The job against the rules, worked out here once more from what stood there the day before."""
    with World.open(seed) as world:
        world.clock.freeze()
        for _ in range(12):
            first = shift(world.today(), 1)
            before = list(world.credits.listing(staff_of(world)))
            pending = {each.customer: each for each in invoices(world) if each.state == "pending"}
            world.clock.advance(to=first)
            after = {credit.uuid: credit for credit in world.credits.listing(staff_of(world))}
            for credit in before:
                value = Decimal(0) if credit.end_date and credit.end_date < first else credit.value
                bill = pending.get(credit.customer)
                if bill is None:
                    assert after[credit.uuid].value == value
                    continue
                closed = world._database.content.invoices[bill.uuid]
                assert closed.state == "created"
                cost = -sum((item.price for item in paid_by(credit, closed)), Decimal(0))
                payable = sum(
                    item.total
                    for item in bill.items
                    if item.offering and (not credit.offerings or item.offering in credit.offerings)
                )
                assert cost <= min(value, payable)
                least = minimal_consumption(credit, first)
                lost = min(value, max(cost, least))
                assert after[credit.uuid].value == (value - lost).quantize(AMOUNT, "ROUND_HALF_UP")
                expected = credit.expected_consumption
                if credit.minimal_consumption_logic == "linear":
                    assert credit.end_date is not None
                    left = Decimal((credit.end_date - first).days)
                    length = Decimal((shift(first, 1) - first).days)
                    part = min(Decimal(1), length / left) if left > 0 else Decimal(1)
                    expected = max(Decimal(0), expected - lost) * (1 - part) + (value - lost) * part
                assert abs(after[credit.uuid].expected_consumption - expected) <= 2 * AMOUNT


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(seeds(), st.sets(st.integers(0, 11), max_size=4), st.integers(0, 2), st.integers(5, 70))
def test_twelve_months_are_twelve_times_one_whatever_lies_between(
    seed: Seed, undone: set[int], applied: int, days: int
) -> None:
    """In one go, month by month with some of them rewound and done again, and by so many days at a time."""
    with World.open(seed) as world:
        world.clock.freeze()
        for credit in world.credits.listing(staff_of(world))[:applied]:
            world.credits.apply_compensations(credit)
        world.begin()
        at_once, by_days = world.fork(), world.fork()
        moved = at_once.clock.advance(months=12)
        by_months: list[Movement] = []
        for number in range(12):
            world.begin()
            step = world.clock.advance(months=1)
            if number in undone:
                world.rewind(world.requests - 1)
                world.begin()
                assert world.clock.advance(months=1) == step
            by_months += step
        assert content(world) == content(at_once)
        assert tuple(by_months) == moved
        end = at_once.now()
        while by_days.now() < end:
            by_days.clock.advance(to=min(end, by_days.now() + timedelta(days=days)))
        assert content(by_days) == content(at_once)
        if seed.clock(real_now).now().day <= 28:
            assert world.now() == end
