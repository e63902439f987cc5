"""What the proxy finds: the same as the mock in requests, and whatever breaks the contract in answers."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import pytest

from conftest import Mock, Serve
from creditkit.mock import Cors, Judge
from creditkit.proxy import Proxy, Upstream

from .conftest import ProxyOf, ScriptedServer

LIST = "/api/customer-credits/"
FIRST = f"{LIST}c4ed1700-0000-4000-8000-000000000001/"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", LIST, {}),
        ("POST", LIST, {"customer": "x", "value": "abc", "grace_coefficient": "1.5", "end_date": "soon"}),
        ("POST", LIST, []),
        ("PUT", FIRST, {"value": "1e40", "offerings": [None], "minimal_consumption_logic": "odd"}),
        ("PATCH", FIRST, {"value": None, "apply_as_minimal_consumption": "perhaps"}),
        ("PATCH", FIRST, {"value": 5870}),
    ],
)
def test_a_request_is_judged_as_the_mock_judges_it(
    mock: Mock, proxy_of: ProxyOf, method: str, path: str, body: Any
) -> None:
    headers = {
        "Authorization": f"Token {mock.token}",
        "Accept": "application/json, application/problem+json",
    }
    through = proxy_of(mock.url, writes=True)
    answer = through.ask(method, path, headers=headers, json=body)
    errors = answer.json().get("errors", []) if answer.status_code == 400 else []
    expected = [
        f"request /{e['field']}: {e['message']}" if e["field"] else f"request: {e['message']}" for e in errors
    ]
    assert through.told == expected


@pytest.mark.parametrize(
    ("method", "path", "more", "told"),
    [
        ("GET", f"{LIST}?customer_uuid=x&o=size", {}, ["request ?customer_uuid: Enter a valid UUID."]),
        (
            "GET",
            LIST,
            {"headers": {"Accept": "text/html"}},
            ["request: Could not satisfy the request Accept"],
        ),
        ("GET", f"{LIST}?format=xml", {}, ["request: Not found."]),
        ("PATCH", LIST, {}, ['request: Method "PATCH" not allowed.']),
        ("POST", LIST, {"content": "{"}, ["request: Unsupported media type"]),
        (
            "POST",
            LIST,
            {"content": "{", "headers": {"Content-Type": "application/json"}},
            ["request: JSON parse"],
        ),
        ("POST", f"{FIRST}apply_compensations/", {"json": {"value": "x"}}, []),
        ("GET", "/api/users/me/?x=1", {}, []),
    ],
)
def test_the_rest_of_a_request_is_judged_too(
    mock: Mock, proxy_of: ProxyOf, method: str, path: str, more: Any, told: list[str]
) -> None:
    headers = {"Authorization": f"Token {mock.token}", **more.get("headers", {})}
    through = proxy_of(mock.url, writes=True)
    through.ask(method, path, **{**more, "headers": headers})
    assert len(through.told) >= len(told)
    for found, expected in zip(through.told, told, strict=False):
        assert found.startswith(expected), through.told


def test_a_deployment_that_breaks_the_contract_is_told_with_pointers(serve: Serve, proxy_of: ProxyOf) -> None:
    with serve("--as", "waldur-8.0.9") as mock:
        through = proxy_of(mock.url)
        headers = {"Authorization": f"Token {mock.token}"}
        through.ask("GET", FIRST, headers=headers)
        assert through.told[0].startswith("answer /minimal_consumption: ")
        assert through.told[0].endswith('is not of type "number"')
        through.ask("GET", LIST, headers=headers)
        assert any(
            told.startswith("answer /*/minimal_consumption: ") and told.endswith(" times)")
            for told in through.told
        ), through.told


@pytest.mark.parametrize(
    ("status", "headers", "body", "told"),
    [
        (
            200,
            {"Content-Type": "text/html"},
            b"<h1>Log in</h1>",
            "answer: media type text/html is not documented",
        ),
        (200, {"Content-Type": "application/json"}, b"[", "answer: the body is not JSON"),
        (200, {"Content-Type": "application/json"}, b"{}", "answer /: {} is not of type"),
        (502, {"Content-Type": "text/html"}, b"<h1>Bad Gateway</h1>", "answer: status 502 is not documented"),
        (418, {}, b"", "answer: status 418 is not documented"),
        (
            200,
            {"Content-Type": "application/json", "X-Result-Count": "many"},
            b"[]",
            "answer: header x-result",
        ),
    ],
)
def test_whatever_comes_is_judged_and_passed_on_as_it_is(
    scripted: ScriptedServer, proxy_of: ProxyOf, status: int, headers: Any, body: bytes, told: str
) -> None:
    scripted.script = (status, headers, body)
    through = proxy_of(scripted.url)
    answer = through.ask("GET", LIST)
    assert (answer.status_code, answer.content) == (status, body)
    assert any(line.startswith(told) for line in through.told), through.told


def test_no_token_and_no_query_is_ever_on_the_screen(caplog: pytest.LogCaptureFixture, mock: Mock) -> None:
    async def send() -> None:
        upstream = Upstream(mock.url)
        app = Cors(Proxy(upstream, Judge(), writes=True))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://p") as client:
            headers = {"Authorization": f"Token {mock.token}"}
            await client.get(f"{LIST}?token={mock.token}&customer_uuid=x", headers=headers)
            await client.post(LIST, headers=headers, content=b"{")
        await upstream.close()

    with caplog.at_level(logging.DEBUG, logger="creditkit.proxy"):
        asyncio.run(send())
    lines = [record.getMessage() for record in caplog.records if record.name == "creditkit.proxy"]
    assert len(lines) == 2
    assert lines[0] == f"GET {LIST} 400  request ?customer_uuid: Enter a valid UUID."
    assert mock.token not in "".join(lines)
