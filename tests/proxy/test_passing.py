"""What passes through the proxy, and what stops at it."""

from __future__ import annotations

import gzip
import logging
import socket
from typing import Any

import pytest

from conftest import Mock, Serve
from creditkit.errors import UsageError
from creditkit.proxy import Upstream

from .conftest import OWN, ProxyOf, ScriptedServer

LIST = "/api/customer-credits/"
FIRST = f"{LIST}c4ed1700-0000-4000-8000-000000000001/"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", LIST),
        ("GET", f"{LIST}?page=2&page_size=3&o=-value"),
        ("HEAD", LIST),
        ("OPTIONS", LIST),
        ("GET", FIRST),
        ("GET", f"{FIRST}consumptions/"),
        ("GET", f"{LIST}c4ed1700-0000-4000-8000-00000000ffff/"),
        ("GET", f"{LIST}?customer_uuid=x"),
        ("GET", f"{LIST}?page=77"),
        ("GET", "/api/customers/?name=nimbus"),
        ("GET", "/api/unknown/%C3%A9%2F?a=%20b"),
    ],
)
def test_an_answer_is_the_deployments_but_for_its_hyperlinks(
    mock: Mock, proxy_of: ProxyOf, method: str, path: str
) -> None:
    headers = {"Authorization": f"Token {mock.token}"}
    with mock.client() as client:
        direct = client.request(method, path)
    through = proxy_of(mock.url).ask(method, path, headers=headers)
    assert through.status_code == direct.status_code
    assert through.text == direct.text.replace(mock.url, OWN)
    for name in ("x-result-count", "link", "allow", "content-type", "vary", "www-authenticate"):
        there = direct.headers.get(name)
        assert through.headers.get(name) == (there and there.replace(mock.url, OWN)), name
    assert mock.url not in through.text + str(through.headers)


def test_without_a_token_it_is_the_deployment_that_refuses(mock: Mock, proxy_of: ProxyOf) -> None:
    assert proxy_of(mock.url).ask("GET", LIST).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_what_changes_something_is_not_passed_on_unasked(
    scripted: ScriptedServer, proxy_of: ProxyOf, method: str
) -> None:
    answer = proxy_of(scripted.url).ask(method, FIRST, json={"value": "1"})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == (
        f"This proxy only reads: {method} was not passed on. Start it with --allow-writes."
    )
    assert scripted.asked == []


def test_writes_that_are_allowed_go_through_with_the_hyperlinks_that_were_read(
    serve: Serve, proxy_of: ProxyOf
) -> None:
    with serve() as mock:
        through = proxy_of(mock.url, writes=True)
        headers = {"Authorization": f"Token {mock.token}"}
        free = through.ask("GET", "/api/customers/?name=nimbus", headers=headers).json()[0]["url"]
        assert free.startswith(OWN)
        made = through.ask("POST", LIST, headers=headers, json={"customer": free, "value": "12"})
        assert (made.status_code, through.told) == (201, [])
        where = made.headers["location"]
        assert where.startswith(f"{OWN}{LIST}")
        path = where.removeprefix(OWN)
        assert through.ask("PATCH", path, headers=headers, json={"value": "13"}).json()["value"] == "13.00000"
        assert through.ask("DELETE", path, headers=headers).status_code == 204
        assert through.told == []


def test_a_deployment_below_a_path_has_its_prefix_put_before_and_taken_off(
    scripted: ScriptedServer, proxy_of: ProxyOf
) -> None:
    base = f"{scripted.url}/waldur"
    body = f'[{{"url": "{base}/api/customers/1/", "text": "see {base}/x"}}]'.encode()
    scripted.script = (
        200,
        {"Content-Type": "application/json", "Link": f'<{base}{LIST}>; rel="first"'},
        body,
    )
    through = proxy_of(f"{base}/", writes=True)
    answer = through.ask("POST", LIST, content=b'{"customer": "http://proxy.test/api/customers/1/"}')
    assert scripted.asked[0][1] == f"/waldur{LIST}"
    assert answer.json() == [{"url": f"{OWN}/api/customers/1/", "text": f"see {base}/x"}]
    assert answer.headers["link"] == f'<{OWN}{LIST}>; rel="first"'


def test_headers_of_the_connection_stop_at_the_proxy(scripted: ScriptedServer, proxy_of: ProxyOf) -> None:
    scripted.script = (
        200,
        {"Connection": "X-Hop", "X-Hop": "1", "X-Kept": "2", "Keep-Alive": "9", "Set-Cookie": "session=abc"},
        b"",
    )
    through = proxy_of(scripted.url)
    sent = {"Connection": "X-Mine", "X-Mine": "1", "TE": "trailers", "Accept-Encoding": "br", "X-End": "2"}
    answer = through.ask("GET", "/", headers=sent)
    through.ask("GET", "/")
    got = {name.lower(): value for name, value in scripted.asked[0][2].items()}
    assert got["x-end"] == "2"
    assert got["accept-encoding"] == "gzip, deflate"
    assert got["host"] == scripted.url.removeprefix("http://")
    assert not {"x-mine", "te"} & got.keys()
    assert answer.headers["x-kept"] == "2"
    assert answer.headers["set-cookie"] == "session=abc"
    assert not {"x-hop", "keep-alive"} & answer.headers.keys()
    # A cookie is its client's: nobody else's next request has it.
    assert "cookie" not in {name.lower() for name in scripted.asked[1][2]}


def test_a_page_on_another_origin_may_call_it(scripted: ScriptedServer, proxy_of: ProxyOf) -> None:
    through = proxy_of(scripted.url)
    asks = {"Origin": "http://page.test", "Access-Control-Request-Method": "GET"}
    assert through.ask("OPTIONS", LIST, headers=asks).headers["access-control-allow-origin"] == "*"
    assert scripted.asked == []
    answer = through.ask("GET", LIST, headers={"Origin": "http://page.test"})
    assert "X-Result-Count" in answer.headers["access-control-expose-headers"]


def test_a_redirect_is_the_clients_to_follow(scripted: ScriptedServer, proxy_of: ProxyOf) -> None:
    scripted.script = (301, {"Location": f"{scripted.url}{LIST}"}, b"")
    answer = proxy_of(scripted.url).ask("GET", "/api/customer-credits")
    assert (answer.status_code, answer.headers["location"]) == (301, f"{OWN}{LIST}")
    assert len(scripted.asked) == 1


def test_a_packed_answer_is_judged_and_given_unpacked(
    mock: Mock, scripted: ScriptedServer, proxy_of: ProxyOf
) -> None:
    with mock.client() as client:
        plain = client.get(LIST)
    kept = {name: plain.headers[name] for name in ("Content-Type", "Link", "X-Result-Count", "Allow")}
    scripted.script = (200, {**kept, "Content-Encoding": "gzip"}, gzip.compress(plain.content))
    through = proxy_of(scripted.url)
    answer = through.ask("GET", LIST)
    assert answer.content == plain.content
    assert "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(plain.content)
    assert through.told == []


def problem(answer: Any) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return str(answer.json()["detail"])


def test_a_deployment_that_gives_no_answer_is_a_problem(
    scripted: ScriptedServer, proxy_of: ProxyOf, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{free.getsockname()[1]}"
        answer = proxy_of(down).ask("GET", LIST)
    assert (answer.status_code, "cannot be reached" in problem(answer)) == (502, True)
    scripted.script = (200, {"Content-Encoding": "gzip"}, b"no gzip at all")
    answer = proxy_of(scripted.url).ask("GET", LIST)
    assert (answer.status_code, "cannot be unpacked" in problem(answer)) == (502, True)
    scripted.script = (0, {}, b"")
    answer = proxy_of(scripted.url, timeout=0.2).ask("GET", LIST)
    assert (answer.status_code, "did not answer in 0.2 s" in problem(answer)) == (504, True)
    assert [record.levelno for record in caplog.records if record.name == "creditkit.proxy"] == [
        logging.ERROR
    ] * 3


@pytest.mark.parametrize(
    "url",
    [
        "staging.example.com",
        "ftp://x",
        "https://",
        "https://u:p@x",
        "https://x?a=1",
        "https://exa mple",
        "http://[",
        "",
    ],
)
def test_what_is_no_url_of_a_deployment_is_a_clear_error(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Upstream(url)
    assert "https://staging.example.com" in caught.value.hint
