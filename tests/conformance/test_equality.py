"""Which spellings of a credit's fields mean the same."""

from __future__ import annotations

import pytest

from creditkit.conformance.asking import differences, last_segment, number, path_of, same, uuids

HEX = "c4ed17000000400080000000000000a1"
DASHED = "C4ED1700-0000-4000-8000-0000000000A1"


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("value", "500.00000", "500"),
        ("value", "500.00000", 500),
        ("value", "1e3", "1000.00000"),
        ("minimal_consumption", "45.000000", 45.0),
        ("minimal_consumption", 89999999999.99999, "89999999999.999991"),
        ("consumption_last_month", None, None),
        ("uuid", HEX, DASHED),
        ("url", f"https://one.example/api/customer-credits/{HEX}/", f"/api/customer-credits/{DASHED}/"),
        ("customer", f"http://one.example/api/customers/{HEX}/?format=json", f"/api/customers/{HEX}/"),
        ("offerings", [f"/api/offerings/{HEX}/", "/api/offerings/b/"], [{"uuid": "b"}, {"uuid": DASHED}]),
        ("end_date", "2031-01-01", "2031-01-01"),
    ],
)
def test_the_same(field: str, one: object, other: object) -> None:
    assert same(field, one, other)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("value", "99999999999.99999", "99999999999.99998"),
        ("value", "500.00000", None),
        ("value", "1", True),
        ("minimal_consumption", 45.0, 45.01),
        ("consumption_last_month", 0, None),
        ("uuid", HEX, HEX[:-1] + "0"),
        ("customer_name", "Aurora", "aurora"),
        ("offerings", [f"/api/offerings/{HEX}/"], [f"/api/offerings/{HEX}/", f"/api/offerings/{HEX}/"]),
        ("offerings", [], [f"/api/offerings/{HEX}/"]),
        ("apply_as_minimal_consumption", True, "true"),
    ],
)
def test_not_the_same(field: str, one: object, other: object) -> None:
    assert not same(field, one, other)


def test_differences_are_the_fields_of_the_first_that_the_second_has_otherwise() -> None:
    one = {"value": "1", "customer_slug": "a", "grace_coefficient": "5", "end_date": None}
    other = {"value": "1.00000", "customer_slug": "b", "grace_coefficient": "6", "offerings": []}
    assert dict(differences(one, other, ["grace_coefficient"])) == {"customer_slug": ("a", "b")}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1,5", "", None, True, []])
def test_what_is_no_number_is_none(value: object) -> None:
    assert number(value) is None


def test_hyperlinks_are_read_by_their_path() -> None:
    link = f"https://gate.example/waldur/api/customers/{DASHED}/?x=1"
    assert (last_segment(link), path_of(link)) == (HEX, f"/api/customers/{DASHED}/")


def test_offerings_that_are_no_list_have_no_uuids() -> None:
    assert uuids(None) == []
