"""The client: a method for each operation of the contract, and one sentence for each refusal."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from creditkit.contract import CONTROL, load
from creditkit.control import Control
from creditkit.errors import ControlError
from creditkit.mock.worlds.client_worlds import DEFAULT

CREDITS = "/api/customer-credits/"


def patch(running: Any, control: Control, grace: int) -> None:
    with running.client() as http:
        http.headers["X-Mock-World"] = control.world
        uuid = http.get(CREDITS).json()[0]["uuid"]
        assert http.patch(f"{CREDITS}{uuid}/", json={"grace_coefficient": str(grace)}).status_code == 200


def test_a_world_is_controlled_from_its_first_day_to_its_last(running: Any, control: Control) -> None:
    assert control.state(most=1)["world"]["name"] == control.world
    control.seed_from_gallery("default")
    assert control.snapshot("full")["snapshots"] == ["full"]
    patch(running, control, 5)
    assert control.restore("full")["credits"] == 14
    assert control.snapshots() == ["full"]
    control.drop_snapshot("full")
    assert control.snapshots() == []
    control.freeze()
    control.set_clock("2027-01-31")
    assert control.clock()["is_frozen"] is True
    assert control.advance(days=1)["clock"]["today"] == "2027-02-01"
    assert control.run()["is_frozen"] is False
    assert control.reset()["credits"] == 14
    assert control.seed("users: [{username: a, token: " + "a" * 40 + "}]")["users"] == 1
    assert control.gallery()[0]["name"] == "default"


def test_the_journal_is_read_rewound_and_cleared(running: Any, control: Control) -> None:
    patch(running, control, 5)
    patch(running, control, 6)
    entries = control.journal(method="PATCH")
    assert [one["number"] for one in entries] == [2, 4]
    assert control.entry(4)["changes"][0]["fields"] == [
        {"name": "grace_coefficient", "before": "5", "after": "6"}
    ]
    assert control.rewind(2)["entry"] == 2
    control.clear_journal()
    assert control.journal() == []


def test_deviations_and_faults_are_put_on_and_off(control: Control) -> None:
    assert control.choose_deviations(release="waldur-8.0.9")["deviations"]
    assert control.choose_deviations("hex-uuids")["deviations"] == ["hex-uuids"]
    assert control.show_deviation("actions-crash")["deviations"] == ["hex-uuids", "actions-crash"]
    assert control.hide_deviation("hex-uuids")["deviations"] == ["actions-crash"]
    assert [one["id"] for one in control.deviations() if one["is_shown"]] == ["actions-crash"]
    assert control.choose_faults("latency=1", {"status": 503, "rate": 0}, seed=3)["seed"] == 3
    assert len(control.add_fault("customer_credits_list:cut=0.5")["faults"]) == 3
    assert len(control.clear_faults("customer_credits_list")["faults"]) == 2
    assert control.clear_faults()["faults"] == control.faults()["faults"] == []


def test_worlds_are_forked_listed_and_dropped(control: Control) -> None:
    other = f"{control.world}-fork"
    assert control.fork(other)["name"] == other
    names = [one["name"] for one in control.worlds()]
    assert names[0] == DEFAULT
    assert {control.world, other} <= set(names)
    control.drop_world(other)
    assert other not in [one["name"] for one in control.worlds()]
    control.state()


def test_events_come_until_the_world_ends(running: Any) -> None:
    with Control(running.url, world="watched") as watching, Control(running.url, world="watched") as acting:
        seen: list[tuple[str, Any]] = []
        begun = threading.Event()

        def watch() -> None:
            for event in watching.events():
                seen.append(event)
                begun.set()

        thread = threading.Thread(target=watch)
        thread.start()
        assert begun.wait(20)
        acting.reset()
        acting.drop_world("watched")
        thread.join(20)
        assert not thread.is_alive()
    assert [kind for kind, _ in seen] == ["world", "world", "entry"]
    assert seen[2][1]["operation"] == "world_reset"


def test_a_refusal_is_an_error_with_the_mocks_sentence(control: Control) -> None:
    with pytest.raises(ControlError, match="There is no snapshot 'ab': none has been taken") as caught:
        control.restore("ab")
    assert (caught.value.status, caught.value.exit_code) == (404, 8)
    for name in ("a b", "a/b", "ä", "?"):
        with pytest.raises(ControlError) as caught:
            control.snapshot(name)
        assert caught.value.status in (400, 404, 405)
    control.state()


def test_a_mock_that_is_not_there_is_an_error_that_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with Control(url) as control:
            for ask in (control.state, lambda: next(control.events())):
                with pytest.raises(ControlError, match="no mock answers") as caught:
                    ask()
                assert caught.value.status == 0
    with pytest.raises(ControlError, match="no URL"):
        Control("http://127.0.0.1:port")


def test_what_is_no_mock_is_told_from_one() -> None:
    def other(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, text="nothing here")

    not_ours = pytest.raises(ControlError, match="answered 404, and not as the control of a mock")
    with Control(transport=httpx.MockTransport(other)) as control, not_ours:
        control.state()


def test_there_is_a_method_for_each_operation() -> None:
    """Each method is called once, and the requests that it sends are those of the contract."""
    asked: set[tuple[str, str]] = set()

    def note(request: httpx.Request) -> httpx.Response:
        asked.add((request.method, request.url.path))
        return httpx.Response(200, json={}, headers={"content-type": "application/json"})

    with Control(transport=httpx.MockTransport(note)) as control:
        assert len(list(calls(control))) == 26
    values = {"name": "n", "id": "n", "number": "1"}
    operations = [one for one in load(CONTROL).operations.values() if one.id != "page_read"]
    assert asked == {(one.method, one.path.format_map(values)) for one in operations}


def calls(control: Control) -> Iterator[object]:
    yield control.state()
    yield control.reset()
    yield control.seed("")
    yield control.gallery()
    yield control.rewind(1)
    yield control.snapshots()
    yield control.snapshot("n")
    yield control.restore("n")
    control.drop_snapshot("n")
    yield control.worlds()
    yield control.fork("n")
    control.drop_world("n")
    yield control.clock()
    yield control.set_clock("2027-01-31")
    yield control.freeze()
    yield control.run()
    yield control.advance(days=1)
    yield control.deviations()
    yield control.choose_deviations()
    yield control.show_deviation("n")
    yield control.hide_deviation("n")
    yield control.faults()
    yield control.choose_faults()
    yield control.add_fault("disconnect")
    yield control.clear_faults()
    yield control.journal()
    yield control.entry(1)
    control.clear_journal()
    yield list(control.events())
