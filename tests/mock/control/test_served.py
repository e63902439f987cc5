"""The control API of a mock that really runs: made at the first request, streaming, ending with the mock."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx

CREDITS = "/api/customer-credits/"

Serve = Callable[..., AbstractContextManager[Any]]


def test_a_stream_tells_of_requests_as_they_come_and_ends_with_the_mock(serve: Serve) -> None:
    with (
        serve() as mock,
        mock.client() as http,
        httpx.stream("GET", f"{mock.url}/_mock/events", timeout=20) as stream,
    ):
        lines = stream.iter_lines()

        def event() -> tuple[str, Any]:
            kind = next(line for line in lines if line.startswith("event: "))
            return kind[7:], json.loads(next(lines).removeprefix("data: "))

        assert event()[0] == "world"
        http.get(CREDITS)
        kind, entry = event()
        assert (kind, entry["number"], entry["user"], entry["verdict"]) == ("entry", 1, "staff", "granted")
        http.post(f"{mock.url}/_mock/reset")
        assert [event()[0], event()[0]] == ["world", "entry"]


def test_a_stream_that_is_open_does_not_hold_up_the_end(serve: Serve) -> None:
    with httpx.Client() as watching:
        with serve() as mock:
            request = watching.build_request("GET", f"{mock.url}/_mock/events")
            stream = watching.send(request, stream=True)
            lines = stream.iter_lines()
            assert next(lines) == "event: world"
        assert next(lines).startswith("data: ")
        assert list(lines) == [""]
        stream.close()


def test_a_running_mock_is_controlled_by_this_machine_or_with_its_token(serve: Serve) -> None:
    with serve() as mock, httpx.Client(base_url=mock.url) as http:
        assert http.post("/_mock/reset").status_code == 200
        foreign = http.post("/_mock/reset", headers={"Host": "evil.example"})
        assert foreign.status_code == 403
        # A proxy on this machine that says whom it asks for.
        proxied = http.post("/_mock/reset", headers={"X-Forwarded-For": "203.0.113.9"})
        assert proxied.status_code == 403
    with serve("--control-token", "sesame") as mock, httpx.Client(base_url=mock.url) as http:
        assert http.post("/_mock/reset").status_code == 401
        good = {"Authorization": "Bearer sesame", "Host": "mock.example"}
        assert http.post("/_mock/reset", headers=good).status_code == 200


def test_a_mock_can_keep_no_journal_and_is_controlled_all_the_same(serve: Serve) -> None:
    with serve("--journal", "0") as mock, mock.client() as http:
        http.get(CREDITS)
        assert http.get("/_mock/journal").json() == []
        assert http.get("/_mock/state").json()["world"]["entry"] == 0
