"""Who may control a mock: this machine, or whoever has the token."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from mock.conftest import CREDITS
from mock.control.conftest import Controlled

Client = tuple[str, int] | None
LOOPBACK = ("127.0.0.1", 4711)
RESET = "/_mock/reset"


def asked(mocked: Controlled, client: Client = LOOPBACK, path: str = RESET, **headers: str) -> int:
    """The status of POST /_mock/reset, or of GET for another path, with these headers."""
    transport = mocked._transport
    inner: Any = transport.app

    async def from_client(scope: Any, receive: Any, send: Any) -> None:
        await inner({**scope, "client": client}, receive, send)

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(from_client), base_url="http://127.0.0.1:8000"
        ) as http:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await http.request("POST" if path == RESET else "GET", path, headers=named)

    return asyncio.run(send()).status_code


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8000",
        "localhost",
        "LOCALHOST:1",
        "[::1]:8000",
        "app.localhost:5173",
        "127.1.2.3",
    ],
)
def test_a_loopback_host_may_be_asked(mocked: Controlled, host: str) -> None:
    assert asked(mocked, Host=host) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "192.168.0.7:8000",
        "0.0.0.0",
        "",
    ],
)
def test_a_foreign_name_that_leads_here_is_refused(mocked: Controlled, host: str) -> None:
    assert asked(mocked, Host=host) == 403


@pytest.mark.parametrize("client", [("127.0.0.1", 1), ("::1", 1), ("::ffff:127.0.0.1", 1), ("127.9.9.9", 1)])
def test_this_machine_may_ask(mocked: Controlled, client: tuple[str, int]) -> None:
    assert asked(mocked, client=client) == 200


@pytest.mark.parametrize(
    "client", [("192.168.0.7", 1), ("10.0.0.1", 1), ("::ffff:10.0.0.1", 1), ("fe80::1", 1), None]
)
def test_another_machine_may_not(mocked: Controlled, client: tuple[str, int] | None) -> None:
    assert asked(mocked, client=client) == 403


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:8000", "http://localhost:5173", "https://localhost", "http://[::1]:3000"]
)
def test_a_dev_server_and_the_mock_itself_may_ask(mocked: Controlled, origin: str) -> None:
    assert asked(mocked, Origin=origin) == 200
    assert asked(mocked, Origin=origin, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors") == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://evil.example:8000",
        "file://",
        "",
    ],
)
def test_a_foreign_page_may_not(mocked: Controlled, origin: str) -> None:
    assert asked(mocked, Origin=origin) == 403


def test_what_a_foreign_page_embeds_is_refused_and_what_it_links_to_is_not(mocked: Controlled) -> None:
    for site, mode, status in (
        ("cross-site", "no-cors", 403),
        ("cross-site", "navigate", 200),
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
    ):
        headers = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": mode}
        assert asked(mocked, LOOPBACK, "/_mock/state", **headers) == status


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("X_Forwarded_For", "203.0.113.9", 403),
        ("X_Forwarded_For", "127.0.0.1, 203.0.113.9", 403),
        ("X_Forwarded_For", "127.0.0.1", 200),
        ("X_Forwarded_For", "127.0.0.1:5000", 200),
        ("X_Real_Ip", "203.0.113.9", 403),
        ("Forwarded", "for=203.0.113.9;proto=https", 403),
        ("Forwarded", 'proto=http;for="[::1]:4711"', 200),
        ("Forwarded", "for=unknown", 403),
    ],
)
def test_a_proxy_does_not_let_others_in(mocked: Controlled, header: str, value: str, status: int) -> None:
    assert asked(mocked, LOOPBACK, RESET, **{header: value}) == status


def test_who_is_refused_makes_no_world_and_changes_nothing(mocked: Controlled) -> None:
    assert mocked("DELETE", mocked.first_credit()).status_code == 204
    assert asked(mocked, Origin="https://evil.example", X_Mock_World="w") == 403
    assert len(mocked.client_worlds) == 0
    assert mocked("HEAD", CREDITS).headers["x-result-count"] == "13"


def test_the_api_itself_asks_none_of_this(mocked: Controlled) -> None:
    headers = {"Origin": "https://evil.example", "Host": "evil.example"}
    assert mocked("GET", CREDITS, headers=headers).status_code == 200
    assert mocked("GET", "/_mockery", headers=headers).status_code == 404


@pytest.fixture(scope="module")
def with_token() -> Controlled:
    return Controlled("open-sesame")


def test_with_a_control_token_it_is_needed_and_nothing_else(with_token: Controlled) -> None:
    good = {"Authorization": "Bearer open-sesame"}
    assert (
        asked(with_token, client=("192.168.0.7", 1), Host="mock.example", Origin="https://a.example", **good)
        == 200
    )
    assert asked(with_token, Authorization="bearer open-sesame") == 200
    for bad in ("", "Bearer", "Bearer open-sesame2", "Token open-sesame", "Bearer open sesame"):
        assert asked(with_token, Authorization=bad) == 401
    refused = with_token.ask("POST", "reset")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert "open-sesame" not in refused.text


def test_pages_and_contract_need_no_token(with_token: Controlled) -> None:
    for path in ("docs/", "control.json"):
        assert with_token.ask("GET", path).status_code == 200
    for path in ("state", "journal", "events", "docsx", "control.json/"):
        assert with_token.ask("GET", path).status_code == 401
