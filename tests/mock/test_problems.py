from __future__ import annotations

import pytest

from mock.conftest import CREDITS, Api

PROBLEM = {"Accept": "application/json, application/problem+json"}


def test_the_same_violations_as_problem_details(api: Api) -> None:
    sent = {"customer": api.free_customer(), "value": "-1", "end_date": "2026-11-22", "offerings": 7}
    plain = api("POST", CREDITS, json=sent)
    problem = api("POST", CREDITS, json=sent, headers=PROBLEM)
    assert problem.status_code == plain.status_code == 400
    assert problem.headers["content-type"] == "application/problem+json"
    told = problem.json()
    assert (told["status"], told["title"]) == (400, "Bad Request")
    assert told["detail"] == "The request breaks 3 rules."
    by_field = {error["field"]: error for error in told["errors"]}
    assert {field: [error["message"]] for field, error in by_field.items()} == plain.json()
    assert by_field["value"] == {
        "in": "body",
        "field": "value",
        "pointer": "#/value",
        "rule": "decimal.minimum",
        "message": "Ensure this value is greater than or equal to 0.",
        "expected": "a decimal number of at most 16 digits, 5 of them after the point, not below 0",
        "got": "-1",
        "contract": "#/components/schemas/ValueInput",
    }
    assert by_field["end_date"]["rule"] == "end_date.first-of-month"
    assert by_field["end_date"]["got"] == "2026-11-22"


def test_every_violation_says_where_the_contract_says_so(api: Api) -> None:
    from creditkit.contract import API, load, lookup

    document = load(API).document
    sent = {"customer": "x", "value": "", "end_date": "2026-11-22", "minimal_consumption_logic": "cubic"}
    for answer in (
        api("POST", CREDITS, json=sent, headers=PROBLEM),
        api.create(minimal_consumption_logic="linear"),
        api("GET", f"{CREDITS}?o=x&customer_uuid=1", headers=PROBLEM),
        api(
            "POST",
            CREDITS,
            json={"customer": api.free_customer(), "expected_consumption": 9},
            headers=PROBLEM,
        ),
    ):
        for error in answer.json().get("errors", []):
            assert lookup(document, error["contract"]), error


def test_what_was_got_is_what_was_sent(api: Api) -> None:
    taken = api("GET", api.first_credit()).json()["customer"]
    (error,) = api("POST", CREDITS, json={"customer": taken}, headers=PROBLEM).json()["errors"]
    assert (error["rule"], error["got"]) == ("customer.unique", taken)


def test_rules_over_several_fields_point_at_the_whole_body(api: Api) -> None:
    answer = api(
        "POST",
        CREDITS,
        json={"customer": api.free_customer(), "minimal_consumption_logic": "linear"},
        headers=PROBLEM,
    )
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["field"], error["in"]) == ("#", "", "body")


def test_refusals_without_fields_are_problems_too(api: Api) -> None:
    for method, path, user, status in (
        ("GET", CREDITS, None, 401),
        ("PUT", CREDITS, "staff", 405),
        ("POST", CREDITS, "support", 403),
        ("GET", f"{CREDITS}x/", "staff", 404),
    ):
        answer = api(method, path, as_=user, headers=PROBLEM)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert answer.json()["status"] == status
        assert answer.json()["detail"] == api(method, path, as_=user).json()["detail"]


def test_a_query_violation_names_the_parameter(api: Api) -> None:
    (error,) = api("GET", f"{CREDITS}?o=price", headers=PROBLEM).json()["errors"]
    assert (error["in"], error["field"], error["got"]) == ("query", "o", "price")
    assert "customer_name" in error["expected"]


def test_no_token_is_ever_repeated(api: Api) -> None:
    canary = "deadbeef" * 5
    for headers in (PROBLEM, {}):
        sent = {**headers, "Authorization": f"Token {canary}"}
        assert canary not in api("GET", CREDITS, as_=None, headers=sent).text
        sent = {**headers, "Authorization": f"Token {canary} {canary}"}
        assert canary not in api("PUT", CREDITS, as_=None, headers=sent).text
    staff = api.users["staff"].token
    for method, path in (("GET", CREDITS), ("OPTIONS", CREDITS), ("POST", CREDITS)):
        answer = api(method, path, headers=PROBLEM)
        assert staff not in answer.text + str(answer.headers)


def test_a_long_value_is_not_echoed_whole(api: Api) -> None:
    answer = api("POST", CREDITS, json={"customer": "x" * 5000}, headers=PROBLEM)
    (error,) = answer.json()["errors"]
    assert len(error["got"]) < 250


@pytest.mark.parametrize("depth", [100, 300, 1000])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("field", ["value", "customer", "end_date", "minimal_consumption_logic", "offerings"])
def test_a_value_of_many_levels_is_refused_as_any_other(
    api: Api, field: str, begin: str, end: str, depth: int
) -> None:
    sent = f'{{"{field}": {begin * depth}1{end * depth}}}'
    for headers in (PROBLEM, {}):
        answer = api("POST", CREDITS, content=sent, headers={"Content-Type": "application/json", **headers})
        assert answer.status_code == 400
    assert field in answer.json()
    problem = api(
        "POST", CREDITS, content=sent, headers={"Content-Type": "application/json", **PROBLEM}
    ).json()
    (got,) = [error["got"] for error in problem["errors"] if error["field"] == field]
    assert len(str(got)) < 250
    if depth > 255:
        assert got == f"{begin[0]}…"
