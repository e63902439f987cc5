"""The client shows no token, waits for nobody for ever, and sends twice only what was not sent at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from creditkit.conformance.asking import Client, Guard, Mode, NotAllowed, Target, processor_wait
from creditkit.conformance.asking import client as module
from creditkit.errors import DeploymentError

from .servers import Canned, closed_port, raw

CANARY = "canary0123456789canary0123456789canary01"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"


@pytest.fixture
def connect() -> Iterator[Callable[..., Client]]:
    opened = []

    def start(url: str, mode: Mode = Mode.READ, **more: object) -> Client:
        client = Client(Target(url, {"staff": CANARY}, **more), Guard(mode))  # type: ignore[arg-type]
        opened.append(client)
        return client

    yield start
    for client in opened:
        client.close()


def test_a_token_is_in_no_record_of_what_was_said(connect: Callable[..., Client]) -> None:
    echo = f"HTTP/1.1 200 OK\r\nX-Echo: {CANARY}\r\nContent-Length: {len(CANARY)}\r\n\r\n{CANARY}".encode()
    with raw(Canned(echo)) as server:
        exchange = connect(server.url).send("GET", "/", query=f"token={CANARY}", headers={"Accept": CANARY})
        assert f"authorization: token {CANARY}" in server.heard.lower()
    assert CANARY not in repr(exchange)
    assert exchange.headers["x-echo"] == exchange.body.decode() == "$CREDITKIT_TOKEN"
    assert '"Authorization: Token $CREDITKIT_TOKEN"' in exchange.curl()
    assert CANARY not in exchange.curl()


def test_a_token_is_in_no_error(connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSE", 0)
    with pytest.raises(DeploymentError) as caught:
        connect(closed_port()).send("GET", f"/{CANARY}")
    assert CANARY not in str(caught.value)
    assert "$CREDITKIT_TOKEN" not in str(caught.value)
    with raw(Canned(b"")) as server, pytest.raises(DeploymentError) as caught:
        connect(server.url).send("GET", f"/{CANARY}/")
    assert "/$CREDITKIT_TOKEN/: " in caught.value.message


def test_what_the_guard_forbids_is_not_sent(connect: Callable[..., Client]) -> None:
    with raw(Canned(OK)) as server:
        client = connect(server.url)
        with pytest.raises(NotAllowed):
            client.send("DELETE", "/api/customer-credits/x/")
        assert (server.heard, client.exchanges) == ("", [])


def test_only_a_connection_is_tried_again(
    connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSE", 0.001)
    tries = []
    send = httpx.Client.send

    def counted(*arguments: Any, **more: Any) -> httpx.Response:
        tries.append(arguments)
        return send(*arguments, **more)

    monkeypatch.setattr(httpx.Client, "send", counted)
    with pytest.raises(DeploymentError, match="cannot connect"):
        connect(closed_port()).send("GET", "/")
    assert len(tries) == 3
    with raw(Canned(b"")) as server:
        with pytest.raises(DeploymentError):
            connect(server.url).send("GET", "/")
        assert server.connections == 1


def test_an_answer_that_trickles_in_ends_with_the_timeout(connect: Callable[..., Client]) -> None:
    def trickle(send: Callable[[bytes], object]) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            send(b" ")
            time.sleep(0.05)

    begin = time.monotonic()
    with raw(trickle) as server, pytest.raises(DeploymentError, match=r"had no answer in 0\.3 s"):
        connect(server.url, timeout=0.3).send("GET", "/")
    assert time.monotonic() - begin < 2


def test_a_body_without_end_is_cut(connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BODY_LIMIT", 1000)
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 5000
    with raw(Canned(endless)) as server:
        assert connect(server.url).send("GET", "/").body == b"x" * 1000


def test_no_more_leaves_than_the_rate_allows(connect: Callable[..., Client]) -> None:
    with raw(Canned(OK)) as server:
        client = connect(server.url, rate=20)
        begin = time.monotonic()
        for _ in range(5):
            client.send("GET", "/")
        assert 0.2 <= time.monotonic() - begin < 1


def test_neither_redirects_nor_cookies_are_followed(connect: Callable[..., Client]) -> None:
    with raw(
        Canned(b"HTTP/1.1 302 Found\r\nLocation: /there\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
    ) as server:
        client = connect(server.url)
        assert [client.send("GET", "/here").status, client.send("GET", "/here").status] == [302, 302]
        assert "cookie" not in server.heard.lower()
        assert "/there" not in server.heard


def test_settings_that_cannot_be_used_are_told(connect: Callable[..., Client]) -> None:
    with pytest.raises(DeploymentError, match="TLS or proxy settings"):
        connect("https://x", verify="/does/not/exist.pem")
    with pytest.raises(DeploymentError, match="TLS or proxy settings"):
        connect("https://x", proxy="nonsense://x")


def test_the_threads_of_this_process_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for thread, text in (("1", "5 1500000000 7\n"), ("2", "5 250000000 7\n"), ("3", "\n")):
        (tmp_path / thread).mkdir()
        (tmp_path / thread / "schedstat").write_text(text)
    monkeypatch.setattr(module, "_THREADS", tmp_path)
    assert processor_wait() == 1.75


def test_where_no_system_tells_nothing_was_waited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_THREADS", tmp_path / "nothing")
    assert processor_wait() == 0
