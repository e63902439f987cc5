"""Which requests that break the schemas the contract's `x-lenient` marks explain, and which they do not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from creditkit.conformance.fuzz.leniency import documented, is_read

CREDITS = "http://mock.test/api/customer-credits/"
CREDIT = f"{CREDITS}c4ed1700-0000-4000-8000-000000000001/"
CUSTOMER = "https://api.example.com/api/customers/5a1c0de0-0000-4000-8000-000000000001/"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def patched(**fields: Any) -> bool:
    return is_read("PATCH", CREDIT, JSON, json.dumps(fields).encode())


@pytest.mark.parametrize(
    "fields",
    [
        {"value": "1e3"},
        {"value": 1000},
        {"value": 10.5},
        {"value": " +5. "},
        {"value": "-0"},
        {"grace_coefficient": -7},
        {"end_date": "2031-1-1"},
        {"end_date": "20310101"},
        {"end_date": None},
        {"apply_as_minimal_consumption": "yes"},
        {"apply_as_minimal_consumption": 0},
        {"customer": "/api/customers/5a1c0de0000040008000000000000001/"},
        {"customer": f"{CUSTOMER}?format=json"},
        {"offerings": ["/api/marketplace-provider-offerings/0ffe4000-0000-4000-8000-000000000001/"]},
        {"unknown": {"any": "thing"}},
        {},
    ],
    ids=str,
)
def test_another_spelling_of_a_valid_value_is_read(fields: dict[str, Any]) -> None:
    assert patched(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"value": ""},
        {"value": "abc"},
        {"value": True},
        {"value": None},
        {"value": -1},
        {"value": "1.000001"},
        {"value": "1e11"},
        {"value": "1e999999999"},
        {"value": "NaN"},
        {"value": [1]},
        {"grace_coefficient": "1.5"},
        {"end_date": "2031-13-01"},
        {"end_date": 20310101},
        {"apply_as_minimal_consumption": "maybe"},
        {"apply_as_minimal_consumption": None},
        {"minimal_consumption_logic": "FIXED"},
        {"minimal_consumption_logic": 1},
        {"customer": "5a1c0de0-0000-4000-8000-000000000001"},
        {"customer": "/api/customers/5a1c0de0-0000-4000-8000-000000000001"},
        {"customer": None},
        {"offerings": "x"},
        {"offerings": [None]},
    ],
    ids=str,
)
def test_what_is_no_spelling_of_a_valid_value_is_not_read(fields: dict[str, Any]) -> None:
    assert not patched(**fields)


def test_one_bad_field_is_not_made_good_by_others_that_are_read() -> None:
    assert patched(value=5)
    assert not patched(value=5, end_date="soon")


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"null", b"{", b"\xff"])
def test_a_body_that_is_no_object_is_not_read(body: bytes) -> None:
    assert not is_read("PATCH", CREDIT, JSON, body)


def test_an_empty_body_is_an_empty_object() -> None:
    assert is_read("PATCH", CREDIT, "", b"")
    assert not is_read("POST", CREDITS, "", b"")


@pytest.mark.parametrize("action", ["apply_compensations", "clear_compensations"])
def test_the_body_of_an_action_is_ignored(action: str) -> None:
    assert is_read("POST", f"{CREDIT}{action}/", JSON, b"\x00")
    assert not is_read("POST", CREDITS, JSON, b"\x00")


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("page_size=abc", True),
        ("page=01", True),
        ("page=0", False),
        ("page=abc", False),
        ("customer_uuid=5A1C0DE0000040008000000000000001", True),
        ("customer_uuid=%7B5a1c0de0-0000-4000-8000-000000000001%7D", True),
        ("customer_uuid=abc", False),
        ("customer_uuid=", True),
        ("customer_uuid=abc&customer_uuid=5a1c0de0-0000-4000-8000-000000000001", True),
        ("o=value,-end_date,", True),
        ("o=size", False),
        ("o=size&o=value", True),
        ("anything=else", True),
    ],
)
def test_the_query_of_the_list_is_read_by_its_marks(query: str, read: bool) -> None:
    assert is_read("GET", f"{CREDITS}?{query}", "", b"") is read


def test_the_query_of_consumptions_is_ignored() -> None:
    assert is_read("GET", f"{CREDIT}consumptions/?page=abc&o=size&customer_uuid=abc", "", b"")


def test_forms_are_read_as_text_with_empty_fields_left_out() -> None:
    assert is_read("PUT", CREDIT, FORM, f"customer={CUSTOMER}&value=+5&end_date=".encode())
    assert not is_read("PUT", CREDIT, FORM, b"value=5")
    parts = f'--b\r\nContent-Disposition: form-data; name="customer"\r\n\r\n{CUSTOMER}\r\n--b--\r\n'
    assert is_read("PUT", CREDIT, "multipart/form-data; boundary=b", parts.encode())
    assert not is_read("PUT", CREDIT, "text/plain", b"customer")


def test_what_the_contract_does_not_have_is_not_read() -> None:
    assert not is_read("PUT", CREDITS, JSON, b"{}")
    assert not is_read("GET", "http://mock.test/api/projects/", "", b"")


def test_without_a_mark_nothing_is_spelled_anew() -> None:
    decimal = {"type": "string", "format": "decimal"}
    assert documented(decimal, 1000) == 1000
    assert documented({**decimal, "x-lenient": "coerced"}, 1000) == "1000"
