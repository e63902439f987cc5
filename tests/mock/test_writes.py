"""Create, update, delete and the two actions over HTTP: shapes, wording, and what the world keeps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from mock.conftest import CREDITS, Api

REQUIRED = {"customer": ["This field is required."]}


def test_a_created_credit_is_answered_located_and_listed(api: Api) -> None:
    customer = api.free_customer()
    made = api("POST", CREDITS, json={"customer": customer, "value": "500", "unknown": 1, "uuid": "mine"})
    assert made.status_code == 201
    body = made.json()
    assert made.headers["location"] == body["url"] == f"http://mock.test{CREDITS}{body['uuid']}/"
    assert str(UUID(body["uuid"])) == body["uuid"]
    assert (body["value"], body["customer"], body["offerings"]) == ("500.00000", customer, [])
    assert (body["end_date"], body["grace_coefficient"]) == (None, "0")
    assert (body["minimal_consumption_logic"], body["apply_as_minimal_consumption"]) == ("fixed", True)
    assert (body["minimal_consumption"], body["allocated_to_projects"]) == (0, 0)
    assert body["consumption_last_month"] is None
    shown = api("GET", f"{CREDITS}{body['uuid']}/").json()
    assert shown == body
    listed = api("GET", f"{CREDITS}?customer_uuid={body['customer_uuid']}").json()
    assert listed == [shown]


def test_offerings_are_written_as_hyperlinks_and_read_as_objects(api: Api) -> None:
    offerings = api("GET", "/api/marketplace-provider-offerings/").json()[:2]
    made = api.create(offerings=[o["url"] for o in offerings] + [offerings[0]["url"]])
    assert made.json()["offerings"] == [o["url"] for o in offerings]
    read = api("GET", made.headers["location"]).json()["offerings"]
    assert read == [{key: o[key] for key in ("uuid", "url", "type", "name")} for o in offerings]


def test_every_bad_field_is_reported_at_once_in_the_order_of_the_contract(api: Api) -> None:
    taken = api("GET", api.first_credit()).json()["customer"]
    sent = {
        "apply_as_minimal_consumption": "maybe",
        "grace_coefficient": "1.5",
        "minimal_consumption_logic": "cubic",
        "expected_consumption": "-1",
        "end_date": "2027-01-02",
        "offerings": "x",
        "customer": taken,
        "value": "",
    }
    answer = api("POST", CREDITS, json=sent)
    assert answer.status_code == 400
    assert list(answer.json().items()) == [
        ("value", ["A valid number is required."]),
        ("customer", ["customer credit with this customer already exists."]),
        ("offerings", ['Expected a list of items but got type "str".']),
        ("end_date", ["End date must be the first day of the month."]),
        ("expected_consumption", ["Ensure this value is greater than or equal to 0."]),
        ("minimal_consumption_logic", ['"cubic" is not a valid choice.']),
        ("grace_coefficient", ["Ensure that there are no more than 0 decimal places."]),
        ("apply_as_minimal_consumption", ["Must be a valid boolean."]),
    ]


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"end_date": "2026-11-01"}, {"end_date": ["The end date must be greater than today's date."]}),
        ({"end_date": "2026-11-22"}, {"end_date": ["End date must be the first day of the month."]}),
        (
            {"minimal_consumption_logic": "linear"},
            {"non_field_errors": ["End date is required if minimal consumption logic is linear."]},
        ),
        (
            {"expected_consumption": "5"},
            {"non_field_errors": ["Expected consumption must be smaller than the credit."]},
        ),
        (
            {"expected_consumption": "5", "value": "5"},
            {"non_field_errors": ["Expected consumption must be smaller than the credit."]},
        ),
        (
            {"minimal_consumption_logic": "linear", "expected_consumption": "5"},
            {
                "non_field_errors": [
                    "Expected consumption must be smaller than the credit.",
                    "End date is required if minimal consumption logic is linear.",
                ]
            },
        ),
        ({"value": None}, {"value": ["This field may not be null."]}),
        ({"offerings": None}, {"offerings": ["This field may not be null."]}),
        ({"customer": ""}, {"customer": ["This field may not be null."]}),
        (
            {"customer": "/api/customers/00000000-0000-4000-8000-00000000dead/"},
            {"customer": ["Invalid hyperlink - Object does not exist."]},
        ),
        (
            {"offerings": ["/api/marketplace-provider-offerings/00000000-0000-4000-8000-00000000dead/"]},
            {"offerings": ["Invalid hyperlink - Object does not exist."]},
        ),
    ],
)
def test_a_rule_that_is_broken_is_told_in_the_servers_words(
    api: Api, fields: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    answer = api.create(**fields)
    assert (answer.status_code, answer.json()) == (400, errors)


@pytest.mark.parametrize(
    ("content", "errors"),
    [
        (b"", REQUIRED),
        (b"{}", REQUIRED),
        (b"null", {"non_field_errors": ["No data provided"]}),
        (b"[]", {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        (b'"x"', {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}),
        (b"7", {"non_field_errors": ["Invalid data. Expected a dictionary, but got int."]}),
    ],
)
def test_bodies_that_are_no_object(api: Api, content: bytes, errors: dict[str, Any]) -> None:
    answer = api("POST", CREDITS, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (400, errors)


@pytest.mark.parametrize(
    "content", [b"{", b'{"value": NaN}', b"\xff\xfe", b"[" * 100_000, b'{"value": "\\ud800"}']
)
def test_a_body_that_is_no_json(api: Api, content: bytes) -> None:
    answer = api("POST", CREDITS, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("JSON parse error - ")


def test_the_media_type_is_read_in_any_case_and_with_parameters(api: Api) -> None:
    headers = {"Content-Type": "APPLICATION/JSON; charset=utf-8"}
    assert api("POST", CREDITS, content=b"{}", headers=headers).json() == REQUIRED


def test_a_form_is_read_and_an_absent_boolean_is_false(api: Api) -> None:
    offering = api("GET", "/api/marketplace-provider-offerings/").json()[0]["url"]
    form = {"customer": api.free_customer(), "value": "12.5", "end_date": "", "offerings": [offering]}
    made = api("POST", CREDITS, data=form).json()
    assert (made["value"], made["apply_as_minimal_consumption"]) == ("12.50000", False)
    assert (made["end_date"], made["offerings"]) == (None, [offering])
    ticked = api(
        "PUT", made["url"], data={"customer": made["customer"], "apply_as_minimal_consumption": "on"}
    )
    assert ticked.json()["apply_as_minimal_consumption"] is True
    assert ticked.json()["offerings"] == []
    assert ticked.json()["value"] == "12.50000"
    patched = api("PATCH", made["url"], data={"value": "13"}).json()
    assert (patched["value"], patched["apply_as_minimal_consumption"]) == ("13.00000", True)


def test_a_multipart_form_is_read_and_a_broken_one_refused(api: Api) -> None:
    made = api("POST", CREDITS, files={"customer": (None, api.free_customer()), "value": (None, "3")})
    assert (made.status_code, made.json()["value"]) == (201, "3.00000")
    broken = api("POST", CREDITS, content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert broken.status_code == 400
    assert broken.json()["detail"].startswith("Multipart form parse error - ")


def test_patch_touches_only_what_it_names(api: Api) -> None:
    before = api("GET", api.first_credit()).json()
    offerings = [o["url"] for o in before["offerings"]]
    changed = api("PATCH", before["url"], json={"grace_coefficient": 25}).json()
    assert changed == {
        **before,
        "offerings": offerings,
        "grace_coefficient": "25",
        "minimal_consumption": changed["minimal_consumption"],
    }
    assert api("PATCH", before["url"], json={}).json() == changed


def test_put_needs_the_customer_and_keeps_what_it_does_not_name(api: Api) -> None:
    made = api.create(value="50", expected_consumption="10", grace_coefficient="20").json()
    assert api("PUT", made["url"], json={"value": "60"}).json() == REQUIRED
    changed = api("PUT", made["url"], json={"customer": made["customer"], "value": "60"}).json()
    assert changed == {**made, "value": "60.00000"}
    assert changed["minimal_consumption"] == 8


def test_the_customer_can_be_changed_but_not_to_one_that_has_a_credit(api: Api) -> None:
    made = api.create(value="50").json()
    moved = api("PATCH", made["url"], json={"customer": api.free_customer()}).json()
    assert moved["customer"] != made["customer"]
    taken = api("GET", api.first_credit()).json()["customer"]
    refused = api("PATCH", made["url"], json={"customer": taken})
    assert refused.json() == {"customer": ["customer credit with this customer already exists."]}


def test_lowering_the_value_can_break_the_rule_over_two_fields(api: Api) -> None:
    made = api.create(value="50", expected_consumption="10").json()
    refused = api("PATCH", made["url"], json={"value": "10"})
    assert refused.json() == {"non_field_errors": ["Expected consumption must be smaller than the credit."]}
    assert api("GET", made["url"]).json()["value"] == "50.00000"


def test_delete_is_final(api: Api) -> None:
    credit = api.create().json()["url"]
    gone = api("DELETE", credit)
    assert (gone.status_code, gone.content) == (204, b"")
    again = api("DELETE", credit)
    assert (again.status_code, again.json()) == (
        404,
        {"detail": "No CustomerCredit matches the given query."},
    )


@pytest.mark.parametrize(
    "body", [{}, {"json": {"customer": 1}}, {"content": b"{", "headers": {"Content-Type": "x/y"}}]
)
def test_the_actions_read_no_body(api: Api, body: Any) -> None:
    credit = api.first_credit()
    before = api("GET", credit).json()
    cleared = api("POST", f"{credit}clear_compensations/", **body)
    assert cleared.status_code == 200
    applied = api("POST", f"{credit}apply_compensations/", **body)
    assert applied.status_code == 200
    assert float(applied.json()["value"]) < float(cleared.json()["value"])
    assert api("GET", credit).json() == applied.json()
    assert set(applied.json()) == set(before)
    assert api("POST", f"{credit}clear_compensations/").json() == cleared.json()


def test_negative_zero_keeps_its_sign(api: Api) -> None:
    assert api.create(value="-0").json()["value"] == "-0.00000"
