"""What releases do otherwise, as their users' servers send it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from .deviating import CREDITS, Deviating

NOWHERE = f"{CREDITS}00000000-0000-4000-8000-000000000000/"
BROKEN_HOST = "http://[::1"


def test_uuids_have_no_dashes_wherever_they_stand() -> None:
    mock = Deviating("hex-uuids")
    for path in (CREDITS, "/api/customers/", "/api/marketplace-provider-offerings/"):
        answer = mock("GET", f"{path}?page_size=300")
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", answer.text)
        assert re.fullmatch(r"[0-9a-f]{32}", answer.json()[0]["uuid"])
    credit = mock.credits()[0]
    assert credit["url"].endswith(f"/{credit['uuid']}/")
    assert mock("GET", credit["url"]).json() == credit
    assert mock("GET", f"{CREDITS}{UUID(credit['uuid'])}/").json() == credit
    created = mock("POST", json={"customer": mock.free_customer()})
    assert created.headers["location"] == created.json()["url"]
    assert "-0000-" not in created.headers["location"]


def test_a_name_that_holds_a_uuid_stays_as_it_is() -> None:
    honest = Deviating()
    names = [credit["customer_name"] for credit in honest.credits()]
    honest.show("hex-uuids")
    assert [credit["customer_name"] for credit in honest.credits()] == names


def test_computed_amounts_are_texts_with_the_places_of_the_arithmetic() -> None:
    mock = Deviating()
    honest = {credit["uuid"]: credit for credit in mock.credits()}
    mock.show("decimals-as-text")
    for credit in mock.credits():
        before = honest[credit["uuid"]]
        for field in ("minimal_consumption", "allocated_to_projects", "consumption_last_month"):
            if before[field] is None:
                assert credit[field] is None
            else:
                assert Decimal(str(credit[field])) == Decimal(str(before[field]))
    first, *_ = mock.credits()
    assert (
        first["minimal_consumption"],
        first["allocated_to_projects"],
        first["consumption_last_month"],
    ) == (
        "360.000000",
        0,
        "511.0500",
    )
    with_projects = next(credit for credit in mock.credits() if credit["allocated_to_projects"])
    assert with_projects["allocated_to_projects"] == "435.50000"


def test_the_places_of_the_minimal_consumption_follow_the_grace() -> None:
    mock = Deviating("decimals-as-text")
    sent = {"customer": mock.free_customer(), "value": "100", "expected_consumption": "50"}
    url = mock("POST", json=sent).json()["url"]

    def minimum(**fields: Any) -> Any:
        return mock("PATCH", url, json=fields).json()["minimal_consumption"]

    assert minimum(grace_coefficient="0") == "50.00000"
    assert minimum(grace_coefficient="10") == "45.000000"
    assert minimum(grace_coefficient="7") == "46.5000000"
    assert minimum(apply_as_minimal_consumption=False) == 0
    assert minimum(apply_as_minimal_consumption=True, expected_consumption="0") == "0.0000000"


def test_a_create_without_an_expectation_answers_zero_without_places() -> None:
    mock = Deviating("decimals-as-text")
    created = mock("POST", json={"customer": mock.free_customer()}).json()
    assert created["minimal_consumption"] == "0"
    assert mock("GET", created["url"]).json()["minimal_consumption"] == "0.00000"


@pytest.mark.parametrize("action", ["apply", "clear"])
def test_an_action_crashes_and_changes_nothing(action: str) -> None:
    mock = Deviating("actions-crash")
    before = mock.credits()
    for credit in before:
        answer = mock("POST", f"{CREDITS}{credit['uuid']}/{action}_compensations/", json={})
        assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert "Server Error (500)" in answer.text
    assert mock.credits() == before


def test_an_action_that_crashes_is_refused_as_documented() -> None:
    mock = Deviating()
    path = f"{mock.credits()[0]['uuid']}/apply_compensations/"
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{CREDITS}{path}", {"as_": None}),
        ("POST", f"{CREDITS}{path}", {"as_": "owner"}),
        ("POST", f"{NOWHERE}apply_compensations/", {"as_": "owner"}),
        ("POST", f"{NOWHERE}apply_compensations/", {}),
        ("POST", f"{CREDITS}x/apply_compensations/", {}),
        ("POST", f"{CREDITS}{path}", {"headers": {"Accept": "text/html"}}),
        ("GET", f"{CREDITS}{path}", {}),
        ("OPTIONS", f"{CREDITS}{path}", {}),
    ]

    def answers() -> list[tuple[Any, ...]]:
        found = [mock(method, url, **more) for method, url, more in asked]
        return [(answer.status_code, answer.headers["allow"], answer.json()) for answer in found]

    honest = answers()
    assert [status for status, *_ in honest] == [401, 403, 403, 404, 404, 406, 405, 200]
    mock.show("actions-crash")
    assert answers() == honest


def test_an_action_without_a_body_does_what_it_does() -> None:
    mock, honest = Deviating("actions-empty"), Deviating()
    for credit in mock.credits():
        path = f"{CREDITS}{credit['uuid']}/apply_compensations/"
        answer = mock("POST", path)
        assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")
        assert "content-type" not in answer.headers
        honest("POST", path)
    assert mock.credits() == honest.credits()
    assert mock("POST", f"{NOWHERE}apply_compensations/").json() == {
        "detail": "No CustomerCredit matches the given query."
    }


@pytest.mark.parametrize("form", [{"json": {}}, {"data": {}}])
def test_a_create_with_an_expectation_and_without_value_crashes(form: dict[str, Any]) -> None:
    mock = Deviating("expected-without-value-crash")
    (kind,) = form
    customer = mock.free_customer()

    def status(**fields: str) -> int:
        body: Any = {kind: {"customer": customer, **fields}}
        code: int = mock("POST", **body).status_code
        return code

    assert status(expected_consumption="5") == 500
    assert status(expected_consumption="5", value="5") == 400
    assert status(expected_consumption="five") == 400
    assert status(expected_consumption="5", end_date="soon") == 400
    assert status(expected_consumption="0") == 201


def test_a_customer_that_is_no_url_crashes_every_write() -> None:
    mock = Deviating("customer-hyperlink-crash")
    url = mock.credits()[0]["url"]
    for method, path in (("POST", CREDITS), ("PUT", url), ("PATCH", url)):
        assert mock(method, path, json={"customer": BROKEN_HOST}).status_code == 500
        assert mock(method, path, json={"customer": "nobody"}).status_code == 400
    assert mock("POST", json={"customer": BROKEN_HOST}, as_="owner").status_code == 403


def test_the_list_searches_by_query() -> None:
    mock = Deviating("query-filter")
    everything = mock.credits()
    wanted = [credit for credit in everything if "lab" in f"{credit['customer_name']}".lower()]
    assert 0 < len(wanted) < len(everything)
    assert mock.credits("query=LAB&page_size=300") == wanted
    slug, uuid = everything[3]["customer_slug"], everything[3]["customer_uuid"]
    assert mock.credits(f"query={slug}") == [everything[3]]
    assert mock.credits(f"query={uuid.replace('-', '')[-10:]}") == [everything[3]]
    assert mock.credits("query=") == everything[:10]
    assert mock.credits("query=nobody-at-all") == []


def test_what_query_finds_is_sorted_filtered_counted_and_cut_into_pages() -> None:
    mock = Deviating("query-filter")
    everything = mock.credits("o=-value&page_size=300")
    found = [c for c in everything if "o" in c["customer_name"].lower() + c["customer_slug"]]
    assert len(found) > 4
    answer = mock("GET", f"{CREDITS}?query=o&o=-value&page_size=2&page=2")
    assert answer.json() == found[2:4]
    assert answer.headers["x-result-count"] == str(len(found))
    link = f'<http://mock.test{CREDITS}?o=-value&page=3&page_size=2&query=o>; rel="next"'
    assert link in answer.headers["link"]
    counted = mock("HEAD", f"{CREDITS}?query=o&o=-value&page_size=2&page=2")
    assert (counted.headers["x-result-count"], counted.content) == (str(len(found)), b"")
    assert mock("GET", f"{CREDITS}?query=o&page=99").json() == {"detail": "Invalid page."}
    slug = found[0]["customer_slug"]
    assert mock.credits(f"query=o&customer_slug={slug}") == [found[0]]
    assert mock("GET", f"{CREDITS}?query=o&o=size").status_code == 400
    assert mock("GET", f"{CREDITS}?query=o", as_=None).status_code == 401


def test_a_credit_has_a_withdrawable_balance_that_staff_adjusts() -> None:
    mock = Deviating("withdrawable-balance")
    first, second, *_ = mock.credits()
    path = f"{first['url']}adjust_withdrawable/"
    assert first["withdrawable_balance"] == 0
    answer = mock("POST", path, json={"amount": "12.5", "comment": "x"})
    assert (answer.status_code, answer.json()) == (200, {**first, "withdrawable_balance": 12.5})
    mock("POST", path, json={"amount": -2.5})
    assert mock("GET", first["url"]).json()["withdrawable_balance"] == 10
    assert mock("GET", second["url"]).json()["withdrawable_balance"] == 0
    updated = mock("PATCH", first["url"], json={})
    assert updated.json()["withdrawable_balance"] == 10


def test_an_adjustment_is_refused_like_an_action() -> None:
    mock = Deviating("withdrawable-balance")
    path = f"{mock.credits()[0]['uuid']}/adjust_withdrawable/"
    body = {"json": {"amount": "1"}}
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{CREDITS}{path}", {"as_": None, **body}),
        ("POST", f"{CREDITS}{path}", {"as_": "owner", **body}),
        ("POST", f"{NOWHERE}adjust_withdrawable/", body),
        ("GET", f"{CREDITS}{path}", {}),
        ("POST", f"{CREDITS}{path}", {"json": {}}),
        ("POST", f"{CREDITS}{path}", {"json": {"amount": "much"}}),
    ]
    found = [mock(method, url, **more) for method, url, more in asked]
    assert [answer.status_code for answer in found] == [401, 403, 404, 405, 400, 400]
    assert found[4].json() == {"amount": ["This field is required."]}
    assert found[5].json() == {"amount": ["A valid number is required."]}
    assert {answer.headers["allow"] for answer in found} == {"POST, OPTIONS"}


def test_all_of_a_release_work_together() -> None:
    mock = Deviating("hex-uuids", "decimals-as-text", "actions-empty", "query-filter", "withdrawable-balance")
    found = mock.credits("query=aurora")[0]
    assert found["minimal_consumption"] == "360.000000"
    assert found["withdrawable_balance"] == 0
    answer = mock("POST", f"{found['url']}adjust_withdrawable/", json={"amount": 1})
    assert answer.json() == {**found, "withdrawable_balance": 1}
