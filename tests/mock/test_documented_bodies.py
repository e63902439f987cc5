"""A body that is taken as it stands says what the readers find in it, and has nothing wrong for them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditkit.contract import API, SUPPORTING, compiled, load
from creditkit.mock.reading.bodies import Reader
from creditkit.mock.reading.documented import DocumentedBody

CONTRACT = load(API)
PATHS = (*CONTRACT.paths, *load(SUPPORTING).paths)
WRITING = [operation for operation in CONTRACT.operations.values() if operation.bodies]
CUSTOMER = "5a1c0de0-0000-4000-8000-000000000001"
LINK = f"https://mock.test:8000/api/customers/{CUSTOMER}/"
OFFERING = f"http://mock.test/api/marketplace-provider-offerings/{CUSTOMER}/"

DECIMALS = [
    "0",
    "-0",
    "007",
    "5",
    "-5",
    "5.",
    ".5",
    "1e3",
    "1_0",
    "٣",
    "100",
    "-999",
    "1000",
    "0.12345",
    "0.123456",
]
LINKS = [
    LINK,
    f"{LINK}?x",
    f"{LINK}#x",
    LINK[:-1],
    LINK.upper(),
    LINK[18:],
    f"x{LINK}",
    f"{LINK}\n",
    OFFERING,
    "",
]
DATES = [
    "2027-01-01",
    "2027-1-1",
    "20270101",
    "2027-02-30",
    "0000-01-01",
    "٢027-01-01",
    "2027-01-01T00:00:00Z",
]
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    10**30,
    0.5,
    "",
    "yes",
    "fixed",
    "linear",
    "sometimes",
    [],
    {},
    [None],
    ["fixed"],
]
PLAIN: dict[str, Any] = {
    "value": "100.25",
    "customer": LINK,
    "offerings": [OFFERING],
    "end_date": "2099-01-01",
    "expected_consumption": "10.5",
    "minimal_consumption_logic": "linear",
    "grace_coefficient": "-10",
    "apply_as_minimal_consumption": False,
}

links = st.sampled_from(LINKS) | st.builds(
    LINK.replace, st.sampled_from(["mock.test", "8000", "-", "5a", "customers"]), st.text(max_size=3)
)
decimals = st.sampled_from(DECIMALS) | st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{0,6})?", fullmatch=True)
raws = st.one_of(
    links,
    decimals,
    st.sampled_from(DATES),
    st.sampled_from(ODD),
    st.lists(links | st.just(OFFERING), max_size=3),
)
bodies = st.dictionaries(st.sampled_from([*PLAIN, "uuid", "beside"]), raws, max_size=4)


@given(st.sampled_from(WRITING), bodies, st.sets(st.sampled_from(list(PLAIN))))
def test_what_is_taken_as_it_stands_is_what_the_readers_find(
    operation: Any, odd: Any, plain: set[str]
) -> None:
    sent = {name: value for name, value in PLAIN.items() if name in plain} | odd
    taken = DocumentedBody(operation.bodies["application/json"], PATHS).values(sent)
    if taken is None:
        return
    found = Reader(operation, PATHS).look_closer(sent)
    assert found.violations == ()
    assert {name: (type(value), str(value)) for name, value in taken.items()} == {
        name: (type(value), str(value)) for name, value in found.values.items()
    }


@pytest.mark.parametrize("operation", WRITING, ids=lambda operation: operation.id)
def test_a_body_as_it_is_documented_is_taken_as_it_stands(operation: Any) -> None:
    known = {item.name for item in operation.bodies["application/json"].properties}
    body = DocumentedBody(operation.bodies["application/json"], PATHS)
    sent = {**PLAIN, "offerings": [OFFERING, OFFERING], "uuid": 5}
    values = {
        "value": Decimal("100.25"),
        "customer": CUSTOMER,
        "offerings": (CUSTOMER,),
        "end_date": date(2099, 1, 1),
        "expected_consumption": Decimal("10.5"),
        "minimal_consumption_logic": "linear",
        "grace_coefficient": Decimal(-10),
        "apply_as_minimal_consumption": False,
    }
    assert body.values(sent) == {name: values[name] for name in values if name in known}
    assert body.values({"customer": LINK, "end_date": None}) == {"customer": CUSTOMER, "end_date": None}


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("value", 100),
        ("value", "1e3"),
        ("value", None),
        ("customer", "https://mock.test/api/customers/none/"),
        ("customer", OFFERING),
        ("customer", f"/api/customers/{CUSTOMER}/"),
        ("end_date", "2027-1-1"),
        ("end_date", "0000-01-01"),
        ("minimal_consumption_logic", "sometimes"),
        ("offerings", [LINK]),
    ],
)
def test_what_else_may_be_meant_is_for_the_readers(name: str, raw: Any) -> None:
    body = DocumentedBody(CONTRACT.operations["customer_credits_create"].bodies["application/json"], PATHS)
    assert body.values(PLAIN | {name: raw}) is None
    assert body.values({key: value for key, value in PLAIN.items() if key != "customer"}) is None


def test_a_pattern_that_admits_more_does_not_let_more_through() -> None:
    document = CONTRACT.document
    text = document["components"]["schemas"]["GraceCoefficientInput"]
    schemas = {**document["components"]["schemas"], "GraceCoefficientInput": text | {"pattern": "^-?[0-9]+$"}}
    loose = compiled("loose", {**document, "components": {**document["components"], "schemas": schemas}})
    body = DocumentedBody(loose.operations["customer_credits_create"].bodies["application/json"], PATHS)
    assert body.values(PLAIN) is not None
    assert body.values(PLAIN | {"grace_coefficient": "1000"}) is None
