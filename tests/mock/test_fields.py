from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from creditkit.contract import API, SUPPORTING, Property, load
from creditkit.mock.reading.fields import Unreadable, reader_of

CONTRACT = load(API)
PATHS = (*CONTRACT.paths, *load(SUPPORTING).paths)
PROPERTIES: dict[str, Property] = {
    item.name: item
    for item in CONTRACT.operations["customer_credits_create"].bodies["application/json"].properties
}
CUSTOMER = "5a1c0de0-0000-4000-8000-000000000001"
TOO_MANY = "Ensure that there are no more than"


def read(name: str, raw: Any) -> tuple[Any, Any]:
    return reader_of(PROPERTIES[name].schema, PATHS)(raw)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("value", "500", Decimal(500)),
        ("value", 500, Decimal(500)),
        ("value", 0.5, Decimal("0.5")),
        ("value", "1e3", Decimal(1000)),
        ("value", "+5", Decimal(5)),
        ("value", ".5", Decimal("0.5")),
        ("value", "5.", Decimal(5)),
        ("value", "  7 ", Decimal(7)),
        ("value", "1_000", Decimal(1000)),
        ("value", "٣", Decimal(3)),
        ("value", "0", Decimal(0)),
        ("value", "-0", Decimal("-0")),
        ("value", "99999999999.99999", Decimal("99999999999.99999")),
        ("grace_coefficient", "-999", Decimal(-999)),
        ("grace_coefficient", 7, Decimal(7)),
        ("apply_as_minimal_consumption", True, True),
        ("apply_as_minimal_consumption", "yes", True),
        ("apply_as_minimal_consumption", "T", True),
        ("apply_as_minimal_consumption", 1, True),
        ("apply_as_minimal_consumption", "off", False),
        ("apply_as_minimal_consumption", 0, False),
        ("end_date", "2027-01-01", datetime.date(2027, 1, 1)),
        ("end_date", "20270101", datetime.date(2027, 1, 1)),
        ("end_date", "2027-1-1", datetime.date(2027, 1, 1)),
        ("minimal_consumption_logic", "linear", "linear"),
        ("customer", f"http://elsewhere.test/api/customers/{CUSTOMER}/", CUSTOMER),
        ("customer", f"https://elsewhere.test/api/customers/{CUSTOMER}/?format=json", CUSTOMER),
        ("customer", f"/api/customers/{CUSTOMER}/", CUSTOMER),
        ("customer", f"/api/customers/{CUSTOMER.replace('-', '')}/", CUSTOMER),
        ("customer", f"/api/customers/{CUSTOMER.upper()}/", CUSTOMER),
        ("offerings", [], ()),
        (
            "offerings",
            [f"/api/marketplace-provider-offerings/{CUSTOMER}/"] * 2,
            (CUSTOMER,),
        ),
    ],
)
def test_what_the_server_reads_is_read_and_can_be_said_as_documented(name: str, raw: Any, value: Any) -> None:
    got, documented = read(name, raw)
    assert got == value
    assert str(got).startswith("-") == str(value).startswith("-")  # negative zero equals zero, and is kept
    assert PROPERTIES[name].compiled.accepts(documented)


@pytest.mark.parametrize(
    ("name", "raw", "rule", "message"),
    [
        ("value", "", "decimal.number", "A valid number is required."),
        ("value", "-", "decimal.number", "A valid number is required."),
        ("value", ".", "decimal.number", "A valid number is required."),
        ("value", "1,5", "decimal.number", "A valid number is required."),
        ("value", "NaN", "decimal.number", "A valid number is required."),
        ("value", "Infinity", "decimal.number", "A valid number is required."),
        ("value", True, "decimal.number", "A valid number is required."),
        ("value", [1], "decimal.number", "A valid number is required."),
        ("value", "1" * 1001, "decimal.length", "String value too large."),
        ("value", "-1", "decimal.minimum", "Ensure this value is greater than or equal to 0."),
        ("value", "1.1000000", "decimal.places", f"{TOO_MANY} 5 decimal places."),
        ("value", "0.000001", "decimal.places", f"{TOO_MANY} 5 decimal places."),
        ("value", "123456789012", "decimal.whole-digits", f"{TOO_MANY} 11 digits before the decimal point."),
        ("value", "123456789012.34567", "decimal.digits", f"{TOO_MANY} 16 digits in total."),
        ("value", "1e400", "decimal.digits", f"{TOO_MANY} 16 digits in total."),
        ("grace_coefficient", "7.0", "decimal.places", f"{TOO_MANY} 0 decimal places."),
        ("grace_coefficient", "1000", "decimal.digits", f"{TOO_MANY} 3 digits in total."),
        ("apply_as_minimal_consumption", "maybe", "boolean", "Must be a valid boolean."),
        ("apply_as_minimal_consumption", 2, "boolean", "Must be a valid boolean."),
        ("apply_as_minimal_consumption", [], "boolean", "Must be a valid boolean."),
        (
            "end_date",
            "soon",
            "date",
            "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        ),
        (
            "end_date",
            20270101,
            "date",
            "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        ),
        (
            "end_date",
            "2027-02-30",
            "date",
            "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        ),
        ("minimal_consumption_logic", "cubic", "choice", '"cubic" is not a valid choice.'),
        ("minimal_consumption_logic", "", "choice", '"" is not a valid choice.'),
        ("customer", 7, "hyperlink.type", "Incorrect type. Expected URL string, received int."),
        ("customer", "x", "hyperlink.match", "Invalid hyperlink - No URL match."),
        ("customer", f"/api/customers/{CUSTOMER}", "hyperlink.match", "Invalid hyperlink - No URL match."),
        ("customer", f"/api/customer/{CUSTOMER}/", "hyperlink.match", "Invalid hyperlink - No URL match."),
        ("customer", "http://[::1", "hyperlink.match", "Invalid hyperlink - No URL match."),
        (
            "customer",
            f"/api/customer-credits/{CUSTOMER}/",
            "hyperlink.resource",
            "Invalid hyperlink - Incorrect URL match.",
        ),
        (
            "customer",
            "/api/customers/zzz/",
            "hyperlink.object",
            "Invalid hyperlink - Object does not exist.",
        ),
        ("offerings", "x", "list", 'Expected a list of items but got type "str".'),
        ("offerings", {"a": 1}, "list", 'Expected a list of items but got type "dict".'),
        (
            "offerings",
            [None],
            "hyperlink.type",
            "Incorrect type. Expected URL string, received NoneType.",
        ),
    ],
)
def test_what_the_server_refuses_is_refused_in_its_words(
    name: str, raw: Any, rule: str, message: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read(name, raw)
    assert (refused.value.rule, refused.value.message) == (rule, message)
    assert refused.value.expected
