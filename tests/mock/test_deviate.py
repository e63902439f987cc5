"""The step that shows deviations: what can be declared, when it applies, and that nothing else changes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from creditkit.deviations import Shown
from creditkit.errors import ContractError
from creditkit.mock import create_app
from creditkit.mock.deviate import FUNCTIONS, Answer, Ask, Deviate, Request, behaviour_of

from .deviating import CREDITS, Deviating

LIST = {"operations": ["customer_credits_list"]}
RETRIEVE = {"operations": ["customer_credits_retrieve"]}


@pytest.fixture(scope="module")
def mock() -> Deviating:
    """One mock for all tests that only read."""
    return Deviating()


Show = Callable[..., Deviating]


@pytest.fixture
def show(mock: Deviating) -> Show:
    """The mock, showing what is declared."""

    def showing(*rows: dict[str, Any]) -> Deviating:
        mock.show(*rows)
        return mock

    return showing


def first(mock: Deviating) -> dict[str, Any]:
    return mock.credits()[0]


def test_an_app_without_deviations_does_not_have_the_step(mock: Deviating) -> None:
    app: Any = create_app(lambda: mock.world)
    assert Deviate not in [getattr(one, "func", one) for one in app.middlewares]


def test_a_mock_that_shows_nothing_is_honest(show: Show) -> None:
    honest = first(show())
    assert first(show({"where": RETRIEVE, "answer": {"fields": {"value": {"drop": True}}}})) == honest


@pytest.mark.parametrize(
    ("field", "edit", "becomes"),
    [
        ("value", {"drop": True}, None),
        ("value", {"set": None}, None),
        ("value", {"set": "1"}, "1"),
        ("value", {"copy": "expected_consumption"}, "400.00000"),
        ("value", {"add": 1}, "5871.35000"),
        ("value", {"replace": [r"\.", ","]}, "5870,35000"),
        ("value", {"as": "number"}, 5870.35),
        ("value", {"as": "list"}, ["5870.35000"]),
        ("value", {"as": "object"}, {"value": "5870.35000"}),
        ("minimal_consumption", {"add": 1}, 361),
        ("minimal_consumption", {"as": "text"}, "360"),
        ("minimal_consumption", {"as": "boolean"}, True),
        ("minimal_consumption", {"replace": ["3", "4"]}, 360),
        ("extra", {"set": 1}, 1),
    ],
)
def test_a_field_can_be_edited(show: Show, field: str, edit: dict[str, Any], becomes: Any) -> None:
    found = first(show({"where": LIST, "answer": {"fields": {field: edit}}}))
    assert found.get(field) == becomes
    assert (field in found) is ("drop" not in edit)


def test_a_field_can_be_renamed(show: Show) -> None:
    found = first(show({"where": LIST, "answer": {"fields": {"value": {"rename": "amount"}}}}))
    assert (found["amount"], "value" in found) == ("5870.35000", False)


def test_a_field_of_every_nested_object_can_be_edited(show: Show) -> None:
    edits = {"answer": {"fields": {"offerings.name": {"set": "x"}}}}
    named = [o["name"] for c in show({"where": LIST, **edits}).credits() for o in c["offerings"]]
    assert set(named) == {"x"}


def test_status_headers_and_body_can_be_changed(show: Show) -> None:
    row = {"status": 299, "headers": {"Link": None, "X-New": "1"}, "body": "no JSON"}
    answer = show({"where": LIST, "answer": row})("GET")
    assert (answer.status_code, answer.text, answer.headers["x-new"]) == (299, "no JSON", "1")
    assert "link" not in answer.headers
    assert answer.headers["content-length"] == "7"
    assert answer.headers["x-result-count"] == "14"


def test_the_mock_need_not_be_asked(show: Show) -> None:
    mock = show({"where": {"methods": ["DELETE"]}, "instead": {"status": 204}})
    uuid = first(mock)["uuid"]
    assert mock("DELETE", f"{CREDITS}{uuid}/").status_code == 204
    assert mock("GET", f"{CREDITS}{uuid}/").status_code == 200


def test_the_query_can_be_forgotten_or_changed(show: Show) -> None:
    assert len(show({"where": LIST, "request": {"forget_query": True}}).credits("page_size=2")) == 10
    shorter = {"where": LIST, "request": {"query": {"page_size": "1"}}}
    assert len(show(shorter).credits("page_size=2&o=value")) == 1
    without = {"where": LIST, "request": {"query": {"customer_slug": None}}}
    assert len(show(without).credits("customer_slug=nobody&page_size=3")) == 3


def test_headers_of_a_request_can_be_changed(show: Show) -> None:
    row = {"where": LIST, "request": {"headers": {"Authorization": None}}}
    assert show(row)("GET").status_code == 401


def test_the_body_of_a_request_can_be_changed() -> None:
    where = {"operations": ["customer_credits_partial_update"]}
    mock = Deviating({"where": where, "request": {"fields": {"value": {"set": "7"}}}})
    path = f"{CREDITS}{first(mock)['uuid']}/"
    answer = mock("PATCH", path, json={"value": "5000", "expected_consumption": "0"})
    assert (answer.status_code, answer.json()["value"]) == (200, "7.00000")


def test_it_shows_itself_only_where_its_condition_holds(show: Show) -> None:
    teapot = {"status": 418}
    mock = show({"where": {**LIST, "query": ["o"], "statuses": [200]}, "answer": teapot})
    statuses = [mock("GET", f"{CREDITS}{query}").status_code for query in ("", "?o=value", "?o=x")]
    assert statuses == [200, 418, 400]
    mock = show({"where": {"roles": ["owner", "anonymous"]}, "answer": teapot})
    found = {
        role: mock("GET", as_=role).status_code for role in ("staff", "support", "owner", "nobody", None)
    }
    assert found == {"staff": 200, "support": 200, "owner": 418, "nobody": 200, None: 418}
    mock = show({"where": {"sends": ["value"], "media_type": "urlencoded"}, "answer": teapot})
    posts: list[Any] = [{"data": {"value": "x"}}, {"json": {"value": "x"}}, {"data": {"other": "x"}}]
    assert [mock("POST", **post).status_code for post in posts] == [418, 400, 400]


def test_without_operations_it_shows_itself_at_credits_alone(show: Show) -> None:
    teapot = {"answer": {"status": 418}}
    paths = (CREDITS, f"{CREDITS}x/y/", "/api/customers/", "/openapi.json")
    mock = show(teapot)
    assert [mock("GET", path).status_code for path in paths] == [418, 418, 200, 200]
    mock = show({"where": {"operations": ["*"]}, **teapot})
    assert [mock("GET", path).status_code for path in paths] == [418, 418, 418, 200]


def test_a_head_is_the_count_on_the_list_and_a_retrieve_on_a_credit(show: Show) -> None:
    uuid = first(show())["uuid"]
    mock = show({"where": {"operations": ["customer_credits_count"]}, "answer": {"status": 418}})
    assert mock("HEAD").status_code == 418
    mock = show({"where": RETRIEVE, "answer": {"status": 418}})
    assert mock("HEAD", f"{CREDITS}{uuid}/").status_code == 418


def test_each_nth_exchange_is_counted_among_those_that_it_is_about(show: Show) -> None:
    mock = show({"where": LIST, "answer": {"status": 503}, "every": 3})
    statuses = []
    for _ in range(7):
        statuses.append(mock("GET").status_code)
        mock("HEAD")
    assert statuses == [200, 200, 503, 200, 200, 503, 200]


def test_what_is_shown_anew_has_forgotten(show: Show) -> None:
    row = {"where": LIST, "answer": {"status": 503}, "every": 2}
    statuses = [show(row)("GET").status_code for _ in range(4)]
    assert statuses == [200] * 4


def test_an_answer_can_be_late(show: Show) -> None:
    mock = show({"where": LIST, "delay": 0.05})
    begin = time.monotonic()
    assert mock("GET").status_code == 200
    assert time.monotonic() - begin >= 0.05


def test_the_first_of_several_is_the_outermost(show: Show) -> None:
    set_, add = ({"where": LIST, "answer": {"fields": {"value": e}}} for e in ({"set": "1.0"}, {"add": 1}))
    assert first(show(set_, add))["value"] == "1.0"
    assert first(show(add, set_))["value"] == "2.0"


def test_the_honest_answer_is_held_to_the_contract_and_what_leaves_is_not(
    show: Show, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="creditkit.mock"):
        answer = show({"where": LIST, "answer": {"fields": {"value": {"drop": True}}}})("GET")
    assert (answer.status_code, "value" in answer.json()[0], caplog.records) == (200, False, [])


def test_a_page_on_another_origin_can_read_what_deviates(show: Show) -> None:
    answer = show({"where": LIST, "instead": {"status": 503}})("GET", headers={"Origin": "https://a.example"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (503, "*")


def test_a_function_that_is_nowhere_is_told() -> None:
    for name in ("nowhere.at_all", "at_all"):
        with pytest.raises(ContractError, match=name):
            behaviour_of(Shown(function=name))


def test_a_request_tells_what_functions_ask_for() -> None:
    request = Request("GET", f"{CREDITS}abc/", "a=1&a=2", {}, b'{"value": 1}')
    assert (request.uuid, request.parameters, request.fields) == ("abc", {"a": "2"}, {"value": 1})
    assert (request.is_credit, request.is_retrieve, request.is_list, request.is_create) == (
        True,
        True,
        False,
        False,
    )
    form = request.but(headers={"content-type": "application/x-www-form-urlencoded"}, body=b"value=1&x=")
    assert form.fields == {"value": "1", "x": ""}
    assert request.but(path=CREDITS).uuid == ""
    assert request.but(body=b"[1]").fields == {}


def test_what_one_behaviour_does_to_a_request_those_before_it_do_not_see(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    async def outer(request: Request, ask: Ask) -> Answer:
        request.memory["name"] = "outer"
        answer = await ask(request)
        seen.append((request.query, request.memory["name"]))
        return answer

    async def inner(request: Request, ask: Ask) -> Answer:
        request.memory["name"] = "inner"
        request.query = ""
        return await ask(request)

    monkeypatch.setitem(FUNCTIONS, "outer", outer)
    monkeypatch.setitem(FUNCTIONS, "inner", inner)
    mock = show({"function": "outer"}, {"function": "inner"})
    assert (len(mock.credits("page_size=2")), seen) == (10, [("page_size=2", "outer")])


def test_a_function_need_not_wait_and_takes_arguments(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(_request: Request, _ask: Ask, status: int) -> Answer:
        return Answer(status, body=b"[]")

    monkeypatch.setitem(FUNCTIONS, "plain", plain)
    assert show({"function": "plain", "with": {"status": 203}})("GET").status_code == 203


def test_an_answer_without_a_body_has_the_headers_of_the_honest_one() -> None:
    mock, honest = Deviating({"where": LIST, "answer": {"status": 299}}), Deviating()
    path = f"{CREDITS}{first(honest)['uuid']}/"
    for method in ("HEAD", "DELETE"):
        assert mock(method, path).headers == honest(method, path).headers
