"""Faults as real clients see them, from the command line to the socket."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from conftest import Mock
from mock.conftest import CREDITS

CUSTOMERS = "/api/customers/"
OFFERINGS = "/api/marketplace-provider-offerings/"
FILE = """
- customers_list:disconnect
- {operation: customers_retrieve, status: 503, retry_after: 7}
"""

Serve = Callable[..., AbstractContextManager[Mock]]


@pytest.fixture(scope="module")
def failing(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("faults") / "faults.yaml"
    file.write_text(FILE)
    options = ["--faults", str(file), "--fault-seed", "11"]
    options += ["--fault", "marketplace_provider_offerings_list:cut"]
    options += ["--fault", "customer_credits_create:cut=0"]
    options += ["--fault", "customer_credits_consumptions_list:trickle=40"]
    options += ["--fault", "customer_credits_list:status=503,rate=0.3"]
    with serve(*options) as mock:
        yield mock


def curl(mock: Mock, path: str, *options: str) -> tuple[int, str]:
    """The exit code of curl, and the body that it got."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("needs curl")
    token = f"Authorization: Token {mock.token}"
    done = subprocess.run(
        [program, "-s", "-H", token, *options, mock.url + path], capture_output=True, text=True, timeout=30
    )
    return done.returncode, done.stdout


def test_a_dropped_connection_is_no_answer(failing: Mock) -> None:
    with failing.client() as http, pytest.raises(httpx.RemoteProtocolError, match="without sending"):
        http.get(CUSTOMERS)
    assert curl(failing, CUSTOMERS) in ((52, ""), (56, ""))  # empty reply, or reset


def test_a_cut_body_ends_too_soon(failing: Mock) -> None:
    with failing.client() as http, http.stream("GET", OFFERINGS) as answer:
        assert answer.status_code == 200
        promised = int(answer.headers["content-length"])
        pieces = answer.iter_raw()
        got = next(pieces)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            next(pieces)
    assert len(got) == promised // 2
    code, text = curl(failing, OFFERINGS)
    assert (code, len(text.encode())) == (18, promised // 2)  # partial file


def test_a_cut_write_has_taken_effect(failing: Mock) -> None:
    with failing.client() as http:
        count = int(http.head(CREDITS).headers["x-result-count"])
        free = f"{failing.url}{CUSTOMERS}5a1c0de0-0000-4000-8000-0000000000f1/"
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            http.post(CREDITS, json={"customer": free})
        assert int(http.head(CREDITS).headers["x-result-count"]) == count + 1


def test_a_trickle_comes_whole(failing: Mock) -> None:
    path = f"{CREDITS}c4ed1700-0000-4000-8000-000000000001/consumptions/"
    with failing.client() as http:
        answer = http.get(path)
    assert answer.headers["x-mock-answer"] == "fault; trickle=40"
    assert len(answer.json()) > 0
    assert curl(failing, path) == (0, answer.text)


def test_a_file_of_faults_is_read(failing: Mock) -> None:
    with failing.client() as http:
        answer = http.get(f"{CUSTOMERS}5a1c0de0-0000-4000-8000-000000000001/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


def test_the_same_requests_meet_the_same_faults_in_another_process(failing: Mock, serve: Serve) -> None:
    """In a world of their own, which has dice of its own, too."""

    def statuses(mock: Mock, world: str) -> list[int]:
        with mock.client() as http:
            return [http.get(CREDITS, headers={"X-Mock-World": world}).status_code for _ in range(12)]

    expected = [200, 200, 503, *[200] * 6, 503, 200, 200]
    assert statuses(failing, "a") == statuses(failing, "b") == expected
    with serve("--fault-seed", "11", "--fault", "customer_credits_list:status=503,rate=0.3") as other:
        assert statuses(other, "a") == expected


def test_faults_of_one_world_are_set_while_the_mock_runs(failing: Mock) -> None:
    path = f"{CREDITS}c4ed1700-0000-4000-8000-000000000001/"
    mine = {"X-Mock-World": "mine"}
    with failing.client() as http:
        control = "/_mock/faults"
        assert http.put(control, json={"faults": [{"disconnect": True}]}, headers=mine).status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="without sending"):
            http.patch(path, json={"grace_coefficient": "55"}, headers=mine)
        assert http.get(path).status_code == 200
        entry = http.get("/_mock/journal?verdict=fault", headers=mine).json()[-1]
        assert (entry["method"], entry["status"], entry["verdict"]) == ("PATCH", 0, "fault")
        assert http.delete(control, headers=mine).json()["faults"] == []
        assert http.get(path, headers=mine).json()["grace_coefficient"] != "55"


def test_connections_that_fail_leave_the_others_alone(failing: Mock) -> None:

    def fail(_number: int) -> bool:
        with pytest.raises(httpx.RemoteProtocolError):
            http.get(CUSTOMERS)
        return True

    def succeed(_number: int) -> int:
        return http.head(CREDITS).status_code

    with failing.client() as http, ThreadPoolExecutor(8) as pool:
        failed, answered = pool.map(fail, range(20)), pool.map(succeed, range(20))
        assert (list(failed), list(answered)) == ([True] * 20, [200] * 20)
