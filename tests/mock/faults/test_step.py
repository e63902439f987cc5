"""What a fault does to a request, in this process: before, instead of, and after the honest answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest

from creditkit.deviations import Shown, chosen
from creditkit.mock import Dice, Engine, Faults, create_app, fault_of
from creditkit.store import World
from mock.conftest import CREDITS, Api

LIST = "customer_credits_list"


class Steps:
    """An app, made once, with what a test may change between two requests."""

    def __init__(self, engine: Engine = Engine.PLANS) -> None:
        self.world: World | None = None
        self.shown: tuple[Shown, ...] = ()
        self.dice = Dice(Faults())
        self.app = create_app(self.current, lambda: self.shown, lambda: self.dice, engine=engine)

    def current(self) -> World:
        assert self.world is not None
        return self.world


class Failing(Api):
    """A mock that meets its clients with faults."""

    def __init__(self, steps: Steps, world: World) -> None:
        self.steps = steps
        steps.world = world
        self.meet()
        self.show()
        super().__init__(steps.app, world)

    def meet(self, *faults: str, seed: int = 0) -> None:
        self.steps.dice = Dice(Faults(tuple(map(fault_of, faults)), seed))

    def show(self, *deviations: str) -> None:
        self.steps.shown = tuple(one.shown for one in chosen(deviations) if one.shown)

    def statuses(self, times: int = 12) -> list[int]:
        return [self("GET", CREDITS).status_code for _ in range(times)]

    def messages(self, path: str) -> list[MutableMapping[str, Any]]:
        """What the app sends, message by message, until it ends the connection or is done."""
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        token = self.users["staff"].token
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"mock.test"), (b"authorization", f"Token {token}".encode())],
        }
        try:
            asyncio.run(self.steps.app(scope, receive, send))
        except ConnectionResetError:
            sent.append({"type": "reset"})
        return sent


@pytest.fixture(scope="module")
def steps() -> Steps:
    return Steps()


@pytest.fixture
def failing(steps: Steps, world: World) -> Failing:
    return Failing(steps, world)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("status=500", "<h1>Server Error (500)</h1>"),
        ("status=502", "502 Bad Gateway"),
        ("status=503", "503 Service Temporarily Unavailable"),
        ("status=504", "504 Gateway Time-out"),
    ],
)
def test_a_status_comes_as_a_page(failing: Failing, fault: str, words: str) -> None:
    failing.meet(fault)
    answer = failing("GET", CREDITS)
    assert (answer.status_code, answer.headers["content-type"]) == (
        int(fault[-3:]),
        "text/html; charset=utf-8",
    )
    assert words in answer.text
    assert answer.headers["x-mock-answer"] == f"fault; {fault}"
    assert "retry-after" not in answer.headers
    head = failing("HEAD", CREDITS)
    assert (head.status_code, head.content) == (answer.status_code, b"")


def test_when_to_try_again_is_told(failing: Failing) -> None:
    failing.meet("status=503,retry_after=5")
    assert failing("GET", CREDITS).headers["retry-after"] == "5"
    failing.meet("status=429,retry_after=1")
    answer = failing("GET", CREDITS)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert answer.json() == {"detail": "Request was throttled. Expected available in 1 second."}
    assert answer.headers["x-mock-answer"] == "fault; status=429; retry_after=1"
    failing.meet("status=429")
    assert failing("GET", CREDITS).json() == {"detail": "Request was throttled."}


@pytest.mark.parametrize("fault", ["status=502", "disconnect"])
def test_the_api_never_sees_a_request_that_gets_no_answer(failing: Failing, fault: str) -> None:
    count = failing("HEAD", CREDITS).headers["x-result-count"]
    failing.meet(f"customer_credits_create:{fault}")
    try:
        assert failing.create(value="5").status_code == 502
    except ConnectionResetError:
        assert fault == "disconnect"
    assert failing("HEAD", CREDITS).headers["x-result-count"] == count


def test_a_request_whose_answer_is_cut_has_taken_effect(failing: Failing) -> None:
    count = int(failing("HEAD", CREDITS).headers["x-result-count"])
    failing.meet("customer_credits_create:cut=0.25")
    with pytest.raises(ConnectionResetError):
        failing.create(value="5")
    assert int(failing("HEAD", CREDITS).headers["x-result-count"]) == count + 1


@pytest.mark.parametrize(("fault", "share"), [("cut", 0.5), ("cut=0", 0), ("cut=0.99", 0.99)])
def test_a_cut_answer_promises_more_than_it_sends(failing: Failing, fault: str, share: float) -> None:
    whole = failing("GET", CREDITS).content
    failing.meet(fault)
    start, body, reset = failing.messages(CREDITS)
    assert dict(start["headers"])[b"content-length"] == str(len(whole)).encode()
    assert body["body"] == whole[: int(share * len(whole))]
    assert body["more_body"]
    assert reset == {"type": "reset"}


def test_nothing_is_cut_where_there_is_no_body(failing: Failing) -> None:
    failing.meet("cut")
    assert failing("HEAD", CREDITS).status_code == 200
    assert failing("DELETE", failing.first_credit()).status_code == 204


def test_a_body_trickles_whole(failing: Failing) -> None:
    plain = failing("GET", CREDITS)
    failing.meet("trickle=200")
    began = time.monotonic()
    start, head, *pieces = failing.messages(CREDITS)
    assert time.monotonic() - began >= 0.2
    assert head == {"type": "http.response.body", "body": b"", "more_body": True}  # the head need not wait
    assert len(pieces) == 21
    assert b"".join(piece["body"] for piece in pieces) == plain.content
    assert [piece.get("more_body", False) for piece in pieces] == [True] * 20 + [False]
    assert dict(start["headers"])[b"x-mock-answer"] == b"fault; trickle=200"


def test_a_trickle_may_be_cut(failing: Failing) -> None:
    plain = failing("GET", CREDITS)
    failing.meet("trickle=20", "cut")
    _start, *pieces, reset = failing.messages(CREDITS)
    assert b"".join(piece["body"] for piece in pieces) == plain.content[: len(plain.content) // 2]
    assert reset == {"type": "reset"}


def test_latency_comes_before_the_honest_answer(failing: Failing) -> None:
    plain = failing("GET", CREDITS)
    failing.meet("latency=60", "latency=70")
    began = time.monotonic()
    answer = failing("GET", CREDITS)
    assert time.monotonic() - began >= 0.13
    assert (answer.status_code, answer.json()) == (200, plain.json())
    assert answer.headers["x-result-count"] == plain.headers["x-result-count"]
    assert answer.headers["x-mock-answer"] == "fault; latency=60; latency=70"


def test_latency_holds_up_nobody_else(failing: Failing) -> None:
    """A request that waits for another one to be answered, which comes after it."""
    failing.meet("customers_list:latency=600000")

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(failing.steps.app)
        token = {"Authorization": f"Token {failing.users['staff'].token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://mock.test", headers=token) as http:
            late = asyncio.create_task(http.get("/api/customers/"))
            await asyncio.sleep(0)
            answer = await http.get(CREDITS)
            assert not late.done()
            late.cancel()
            return answer

    assert asyncio.run(run()).status_code == 200


@pytest.mark.parametrize("engine", Engine)
def test_a_run_repeats_in_both_engines(world: World, engine: Engine) -> None:
    failing = Failing(Steps(engine), world)
    failing.meet("status=503,rate=0.3", f"{LIST}:status=500,rate=0.2", seed=11)
    first = failing.statuses()
    assert first == [*[200] * 8, 503, 503, 500, 500]
    failing.steps.dice = failing.steps.dice.fork()
    assert failing.statuses() == first
    failing.meet("status=503,rate=0.3", f"{LIST}:status=500,rate=0.2", seed=12)
    assert failing.statuses() != first


def test_faults_are_met_by_operation(failing: Failing) -> None:
    failing.meet(f"{LIST}:status=502", "customer_credits_retrieve:status=504")
    assert failing("GET", CREDITS).status_code == 502
    assert failing("HEAD", CREDITS).status_code == 200
    first = failing.first_credit()
    assert failing("GET", first).status_code == failing("HEAD", first).status_code == 504
    assert failing("PATCH", first, json={}).status_code == 200


def test_what_is_no_operation_meets_none(failing: Failing) -> None:
    failing.meet("status=500")
    assert failing("GET", CREDITS).status_code == 500
    for path in ("/docs/", "/openapi.json", "/"):
        assert failing("GET", path).status_code < 400
    assert failing("PUT", CREDITS).status_code == 405
    assert failing("OPTIONS", CREDITS).status_code == 200
    preflight = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    assert failing("OPTIONS", CREDITS, headers=preflight).status_code == 200


def test_a_page_on_another_origin_sees_the_fault(failing: Failing) -> None:
    failing.meet("status=503")
    answer = failing("GET", CREDITS, headers={"Origin": "https://a.example"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (503, "*")


def test_deviations_and_forced_answers_meet_faults_as_well(failing: Failing) -> None:
    failing.show("hex-uuids")
    failing.meet("latency=1", f"{LIST}:status=503,rate=0")
    answer = failing("GET", CREDITS)
    assert "-" not in answer.json()[0]["uuid"]
    assert answer.headers["x-mock-answer"] == "fault; latency=1"
    answer = failing("GET", f"{CREDITS}?__code=404")
    assert answer.status_code == 404
    assert answer.headers.get_list("x-mock-answer") == ["forced", "fault; latency=1"]


def test_cleared_faults_are_gone(failing: Failing) -> None:
    failing.meet("status=503")
    assert failing("GET", CREDITS).status_code == 503
    failing.steps.dice = Dice(failing.steps.dice.faults.clear())
    answer = failing("GET", CREDITS)
    assert answer.status_code == 200
    assert "x-mock-answer" not in answer.headers
