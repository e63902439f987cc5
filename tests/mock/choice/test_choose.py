"""A client gets the documented answer that it wishes for, or is told which there are; nothing changes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from creditkit.contract import API, SUPPORTING, Contract, Operation, load, match
from creditkit.deviations import Shown, chosen
from creditkit.mock import Engine, create_app
from creditkit.store import World, default_seed_path, load_seed
from mock.conftest import CREDITS, Api

CONTRACTS = (load(API), load(SUPPORTING))
PATHS = tuple(path for contract in CONTRACTS for path in contract.paths)
OPERATIONS = [operation for contract in CONTRACTS for operation in contract.operations.values()]
UUID = "c4ed1700-0000-4000-8000-000000000001"


def named(contract: Contract, operation: Operation, status: int) -> dict[str, Any]:
    """The examples of a documented response, read from the document by themselves."""
    item = contract.document["paths"][operation.path][operation.method.lower()]
    response = item["responses"][str(status)]
    if "$ref" in response:
        response = contract.document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = response.get("content", {}).get("application/json", {}).get("examples", {})
    return found


EVERY = [
    pytest.param(contract, operation, status, name, id=f"{operation.id} {status} {name}")
    for contract in CONTRACTS
    for operation in contract.operations.values()
    for status in operation.responses
    for name in (named(contract, operation, status) or [""])
]


def path_of(operation: Operation) -> str:
    return operation.path.replace("{uuid}", UUID)


def hold(operation: Operation, answer: Any) -> None:
    """Hold an answer to what the contract documents for its status, header by header."""
    documented = operation.responses[answer.status_code]
    for header in documented.headers:
        value = answer.headers.get(header.name)
        if header.required:
            assert value is not None, header.name
        if value is not None:
            assert header.schema.accepts(int(value) if header.is_integer else value), header.name
    found = match(PATHS, path_of(operation))
    assert found is not None
    assert answer.headers["allow"] == ", ".join(found[0].allow)
    if operation.method == "HEAD" or not documented.content:
        assert answer.content == b""
        return
    schema = documented.content[answer.headers["content-type"]]
    assert [fault.message for fault in schema.errors(answer.json())] == []


@pytest.fixture(scope="module")
def unchanged() -> Iterator[Api]:
    """One mock for many answers that change nothing."""
    world = World.open(load_seed(default_seed_path()))
    yield Api(create_app(lambda: world), world)
    world.close()


@pytest.mark.parametrize(("contract", "operation", "status", "example"), EVERY)
def test_every_documented_answer_and_example_can_be_had_without_credentials(
    unchanged: Api, contract: Contract, operation: Operation, status: int, example: str
) -> None:
    wish = f"code={status}" + (f", example={example}" if example else "")
    answer = unchanged(operation.method, path_of(operation), as_=None, headers={"Prefer": wish})
    assert answer.status_code == status
    assert answer.headers["x-mock-answer"] == "forced"
    assert answer.headers["preference-applied"] == wish
    hold(operation, answer)
    if example:
        node = named(contract, operation, status)[example]
        if "$ref" in node:
            node = contract.document["components"]["examples"][node["$ref"].rpartition("/")[2]]
        text = re.sub("http://mock.test", "https://api.example.com", answer.text)
        assert type(answer)(200, text=text).json() == node["value"]


@pytest.mark.parametrize("engine", Engine)
def test_both_engines_and_deviations_leave_a_forced_answer_alone(world: World, engine: Engine) -> None:
    deviations: list[Shown] = [d.shown for d in chosen(["hex-uuids", "actions-crash"]) if d.shown]
    deviating = Api(create_app(lambda: world, lambda: deviations, engine=engine), world)
    assert deviating("GET", CREDITS).json()[0]["uuid"] == UUID.replace("-", "")
    apply = f"{CREDITS}{UUID}/apply_compensations/"
    assert deviating("POST", apply).status_code == 500
    for path in (f"{apply}?__code=200", f"{apply}?__example=applied"):
        answer = deviating("POST", path)
        assert (answer.status_code, answer.json()["uuid"]) == (200, UUID)


def test_a_forced_answer_changes_nothing(api: Api) -> None:
    before = api("GET", f"{CREDITS}?page_size=300").json()
    first = api.first_credit()
    made = api("POST", f"{CREDITS}?__code=201", json={"customer": api.free_customer()})
    assert (made.status_code, made.headers["location"]) == (201, made.json()["url"])
    assert made.json()["url"].startswith("http://mock.test/api/customer-credits/")
    assert api("DELETE", first, headers={"Prefer": "code=204"}).status_code == 204
    assert api("PATCH", f"{first}?__example=updated", json={"value": "1"}).status_code == 200
    assert api("GET", f"{CREDITS}?page_size=300").json() == before


def test_an_example_alone_chooses_its_status(api: Api) -> None:
    answer = api("GET", f"{CREDITS}?__example=empty")
    assert (answer.status_code, answer.json(), answer.headers["x-result-count"]) == (200, [], "0")
    answer = api("GET", CREDITS, headers={"Prefer": 'example="unknownKey"'})
    assert (answer.status_code, list(answer.json())) == (400, ["o"])


def test_paging_headers_tell_of_the_example(api: Api) -> None:
    answer = api("GET", f"{CREDITS}?__code=200")
    page = f"http://mock.test{CREDITS}"
    assert answer.headers["x-result-count"] == str(len(answer.json())) == "2"
    assert answer.headers["link"] == f'<{page}>; rel="first", <{page}>; rel="last"'


def test_the_twin_wins_and_both_may_be_combined(api: Api) -> None:
    answer = api("GET", f"{CREDITS}?__code=401", headers={"Prefer": "code=400, example=empty"})
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Invalid token. No credentials provided."}
    assert answer.headers["www-authenticate"] == "Token"
    assert answer.headers["preference-applied"] == "code=401, example=empty"


@pytest.mark.parametrize(
    ("query", "violations"),
    [
        ("__code=418", [("__code", "prefer.code", "one of 201, 400, 401, 403, 404, 406, 415", "418")]),
        ("__code=", [("__code", "prefer.code", "one of 201, 400, 401, 403, 404, 406, 415", "")]),
        ("__code=403&__example=x", [("__example", "prefer.example", "403: notStaff", "x")]),
        ("__wait=61", [("__wait", "prefer.wait", "seconds, 0 to 60", "61")]),
        ("__wait=-1&__code=405", [
            ("__wait", "prefer.wait", "seconds, 0 to 60", "-1"),
            ("__code", "prefer.code", "one of 201, 400, 401, 403, 404, 406, 415", "405"),
        ]),
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_granted_is_a_problem_and_has_no_effect(
    api: Api, query: str, violations: list[tuple[str, ...]]
) -> None:
    count = api("HEAD", CREDITS).headers["x-result-count"]
    answer = api("POST", f"{CREDITS}?{query}", json={"customer": api.free_customer()})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-mock-answer"] == "refused"
    assert "preference-applied" not in answer.headers
    problem = answer.json()
    assert [(e["field"], e["rule"], e["expected"], e["got"]) for e in problem["errors"]] == violations
    assert list(CONTRACTS[1].schema("#/components/schemas/Problem").errors(problem)) == []
    assert api("HEAD", CREDITS).headers["x-result-count"] == count


def test_an_unknown_example_is_told_with_those_that_there_are(api: Api) -> None:
    problem = api("GET", CREDITS, headers={"Prefer": "example=thirdCredit"}).json()
    [error] = problem["errors"]
    assert (error["in"], error["field"]) == ("header", "Prefer")
    assert "200: twoCredits, empty, oneCredit, edgeCases;" in error["expected"]
    assert "404: noSuchPage" in error["expected"]


def test_the_contract_that_is_served_says_which_examples_there_are(world: World) -> None:
    contract = load(API)
    operation = contract.document["paths"][CREDITS]["get"]["responses"]
    operation["200"]["content"]["application/json"]["examples"]["mine"] = {"value": []}
    del contract.document["components"]["responses"]["NoSuchPage"]["content"]["application/json"]["examples"]
    api = Api(create_app(lambda: world, contract=contract), world)
    assert api("GET", f"{CREDITS}?__example=mine").json() == []
    answer = api("GET", f"{CREDITS}?__code=404")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["expected"] == "a status that has an example"


def test_waiting_changes_nothing_but_the_time(api: Api) -> None:
    began = time.monotonic()
    answer = api("GET", f"{CREDITS}?customer_name=aurora&__wait=0.2&page_size=1")
    assert time.monotonic() - began >= 0.2
    assert answer.headers["preference-applied"] == "wait=0.2"
    assert "x-mock-answer" not in answer.headers
    plain = api("GET", f"{CREDITS}?customer_name=aurora&page_size=1")
    assert (answer.json(), answer.headers["link"]) == (plain.json(), plain.headers["link"])


def test_a_wait_and_a_code_go_together(api: Api) -> None:
    answer = api("GET", CREDITS, headers={"Prefer": "wait=0, code=406"})
    assert (answer.status_code, answer.headers["preference-applied"]) == (406, "code=406, wait=0")


def test_where_no_operation_is_meant_nothing_is_granted(api: Api) -> None:
    assert api("GET", "/api/nowhere/?__code=200").status_code == 404
    assert api("PUT", f"{CREDITS}?__code=200").status_code == 405
    assert api("GET", "/openapi.json?__code=404").status_code == 200


def test_a_head_of_what_has_no_head_is_its_get_without_a_body(api: Api) -> None:
    answer = api("HEAD", f"{CREDITS}{UUID}/?__code=404")
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["content-length"] == str(
        len('{"detail":"No CustomerCredit matches the given query."}')
    )


def test_other_preferences_are_not_looked_at(api: Api) -> None:
    answer = api("GET", CREDITS, headers={"Prefer": "return=minimal, respond-async"})
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers
