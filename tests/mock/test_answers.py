"""An answer that the contract does not allow never leaves: it is logged whole and becomes a 500."""

from __future__ import annotations

from typing import Any

import pytest

from creditkit import handlers
from creditkit.handlers import Call, Reply
from creditkit.mock import Engine, create_app
from creditkit.mock.answering.answers import Outgoing
from creditkit.mock.answering.request_context import RequestContext
from creditkit.store import World
from mock.conftest import CREDITS, Api


def fresh(world: World) -> Api:
    """A mock of its own, made after a handler was replaced."""
    return Api(create_app(lambda: world), world)


GOOD = {"X-Result-Count": "0", "Link": '<http://mock.test/api/customer-credits/>; rel="first"'}


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(200, [{"uuid": "x"}], GOOD), "is a required property"),
        (Reply(200, {}, GOOD), "is not of type"),
        (Reply(200, [], {"Link": GOOD["Link"]}), "header x-result-count is missing"),
        (Reply(200, [], {**GOOD, "X-Result-Count": "many"}), "header x-result-count"),
        (Reply(202, [], GOOD), "status 202 is not documented"),
        (Reply(200, None, GOOD), "media type (none) is not documented"),
    ],
)
def test_a_wrong_answer_becomes_a_500_and_is_logged(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, reply: Reply, fault: str
) -> None:
    def wrong(_call: Call) -> Reply:
        return reply

    monkeypatch.setattr(handlers, "customer_credits_list", wrong)
    answer = fresh(world)("GET", CREDITS)
    assert answer.status_code == 500
    assert "bug of the mock" in answer.json()["detail"]
    assert "response breaks the contract: GET /api/customer-credits/" in caplog.text
    assert fault in caplog.text


def test_a_body_where_there_is_none_is_caught(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(handlers, "customer_credits_destroy", lambda _call: Reply(204, {"gone": True}))
    api = fresh(world)
    assert api("DELETE", api.first_credit()).status_code == 500
    assert "a body where the contract has none" in caplog.text


def test_an_undocumented_field_is_caught(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    honest: Any = handlers.customer_credits_retrieve

    def chatty(call: Call) -> Reply:
        reply = honest(call)
        return Reply(reply.status, {**reply.body, "surplus": 1}, reply.headers)

    monkeypatch.setattr(handlers, "customer_credits_retrieve", chatty)
    api = fresh(world)
    assert api("GET", api.first_credit()).status_code == 500
    assert "surplus" in caplog.text


def test_a_handler_that_fails_is_a_plain_500_without_a_traceback(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_call: Call) -> Reply:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(handlers, "customer_credits_list", broken)
    answer = fresh(world)("GET", CREDITS)
    assert (answer.status_code, answer.text) == (500, "<h1>Server Error (500)</h1>")
    assert "ZeroDivisionError" in caplog.text


def test_a_refusal_that_cannot_be_told_is_a_plain_500_as_well(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object, **__: object) -> Reply:
        raise ZeroDivisionError

    monkeypatch.setattr("creditkit.mock.answering.plans.reply_to", failing)
    answer = fresh(world)("POST", CREDITS, json={})
    assert (answer.status_code, answer.text) == (500, "<h1>Server Error (500)</h1>")
    assert "POST /api/customer-credits/ failed" in caplog.text


@pytest.mark.parametrize("engine", Engine)
def test_whoever_looks_on_is_told_of_each_request_and_of_what_leaves(engine: Engine, world: World) -> None:
    seen: list[tuple[str, str, str, int, bytes]] = []

    def observe(context: RequestContext, answer: Outgoing) -> None:
        user = context.user.username if context.user else ""
        seen.append((context.method, context.path, user, answer.status, answer.body))

    api = Api(create_app(lambda: world, engine=engine, observe=observe), world)
    credit = api.first_credit()
    answers = [api("GET", credit), api("GET", credit, as_=None), api("POST", credit)]
    assert seen == [
        ("GET", credit, "staff", 200, answers[0].content),
        ("GET", credit, "", 401, answers[1].content),
        ("POST", credit, "", 405, answers[2].content),
    ]
