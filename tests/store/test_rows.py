"""Documents say what their values say, however they are read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.store import Credit, Customer
from creditkit.store.tables.rows import CREDITS, CUSTOMERS, FiledCredit
from creditkit.store.tinyjournal.document import dump, row_of

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-3, minutes=-30))])
INSTANTS = st.datetimes(timezones=ZONES)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
AMOUNTS = st.decimals(-(10**11), 10**11, places=5)

credits_made = st.builds(
    Credit,
    uuid=TEXTS,
    customer=TEXTS,
    created=INSTANTS,
    value=AMOUNTS,
    offerings=st.lists(TEXTS).map(tuple),
    end_date=st.none() | st.dates(),
    expected_consumption=AMOUNTS,
    minimal_consumption_logic=st.sampled_from(["fixed", "linear"]),
    grace_coefficient=st.decimals(-999, 999, places=0),
    apply_as_minimal_consumption=st.booleans(),
)
customers_made = st.builds(Customer, uuid=TEXTS, name=TEXTS, slug=TEXTS, created=INSTANTS)


@given(credits_made, TEXTS)
def test_a_credit_is_read_as_it_was_written(credit: Credit, name: str) -> None:
    row = row_of(FiledCredit.of(credit, name))
    assert CREDITS.values[row] == credit
    assert CREDITS.read(orjson.loads(row)) == credit
    assert orjson.loads(row)["customer_name"] == name
    assert row == dump(orjson.loads(row)), "as documents of other kinds are written"


@given(customers_made)
def test_a_customer_is_read_as_it_was_written(customer: Customer) -> None:
    row = row_of(customer)
    assert CUSTOMERS.values[row] == customer
    assert CUSTOMERS.read(orjson.loads(row)) == customer


def test_a_document_in_full() -> None:
    credit = Credit(
        "u", "c", datetime(2026, 11, 28, 9, 30, 0, 120, UTC), Decimal("-0.00000"), ("o",), date(2027, 1, 1)
    )
    assert row_of(FiledCredit.of(credit, "Café")).decode() == (
        '{"uuid":"u","customer":"c","created":"2026-11-28T09:30:00.000120Z","value":"-0.00000",'
        '"offerings":["o"],"end_date":"2027-01-01","expected_consumption":"0",'
        '"minimal_consumption_logic":"fixed","grace_coefficient":"0","apply_as_minimal_consumption":true,'
        '"customer_name":"Café"}'
    )


@pytest.mark.parametrize("created", ["2026-11-28T09:30:00+00:00", "20261128T093000Z", "2026-11-28 09:30Z"])
def test_instants_are_read_in_the_spellings_of_earlier_releases_and_of_others(created: str) -> None:
    row = orjson.dumps({"uuid": "u", "name": "n", "slug": "s", "created": created})
    assert CUSTOMERS.values[row] == Customer("u", "n", "s", datetime(2026, 11, 28, 9, 30, tzinfo=UTC))
