"""State, reset, snapshots, worlds: on the world that a request selects, and on no other."""

from __future__ import annotations

import pytest

from mock.conftest import CREDITS
from mock.control.conftest import Controlled

ALL = 14


def count(mocked: Controlled, world: str | None = None) -> int:
    return int(mocked.ctl("GET", "state?most=0", world)["world"]["credits"])


def delete_one(mocked: Controlled, world: str | None = None) -> None:
    headers = {} if world is None else {"X-Mock-World": world}
    credit = mocked("GET", CREDITS, headers=headers).json()[0]
    assert mocked("DELETE", f"{CREDITS}{credit['uuid']}/", headers=headers).status_code == 204


def test_the_state_is_what_the_api_shows(mocked: Controlled) -> None:
    state = mocked.ctl("GET", "state")
    shown = {credit["uuid"]: credit for credit in mocked("GET", f"{CREDITS}?page_size=300").json()}
    assert len(state["credits"]) == len(shown) == ALL == state["world"]["credits"]
    for credit in state["credits"]:
        api = shown[credit["uuid"]]
        assert credit["value"] == api["value"]
        assert credit["customer_name"] == api["customer_name"]
        assert credit["end_date"] == api["end_date"]
        assert float(credit["minimal_consumption"]) == api["minimal_consumption"]
        assert credit["offerings"] == [offering["name"] for offering in api["offerings"]]
    assert [user["token"] for user in state["users"]] == [user.token for user in mocked.world.users]
    assert len(state["customers"]) == state["world"]["customers"] == 22
    assert state["world"]["today"] == "2026-11-22"


def test_the_state_gives_no_more_than_it_is_asked_for(mocked: Controlled) -> None:
    state = mocked.ctl("GET", "state?most=3")
    assert (len(state["credits"]), len(state["customers"]), state["world"]["credits"]) == (3, 3, ALL)
    assert mocked.refuses(400, "GET", "state?most=-1")
    assert mocked.refuses(400, "GET", "state?most=10001")


def test_reset_goes_back_to_the_beginning(mocked: Controlled) -> None:
    delete_one(mocked)
    mocked.ctl("PUT", "deviations/hex-uuids")
    assert count(mocked) == ALL - 1
    world = mocked.ctl("POST", "reset")
    assert (world["credits"], world["deviations"]) == (ALL, [])
    assert count(mocked) == ALL


def test_a_snapshot_can_be_taken_listed_restored_and_dropped(mocked: Controlled) -> None:
    delete_one(mocked)
    assert mocked.ctl("PUT", "snapshots/one-less")["snapshots"] == ["one-less"]
    delete_one(mocked)
    mocked.ctl("PUT", "snapshots/two-less")
    assert mocked.ctl("GET", "snapshots") == ["one-less", "two-less"]
    assert mocked.ctl("POST", "snapshots/one-less/restore")["credits"] == ALL - 1
    assert mocked.ctl("POST", "reset")["snapshots"] == ["one-less", "two-less"]
    assert mocked.ctl("POST", "snapshots/two-less/restore")["credits"] == ALL - 2
    assert mocked.ctl("DELETE", "snapshots/one-less") is None
    assert mocked.ctl("GET", "snapshots") == ["two-less"]
    for method, path in (("POST", "snapshots/one-less/restore"), ("DELETE", "snapshots/one-less")):
        sentence = mocked.refuses(404, method, path)
        assert sentence == "There is no snapshot 'one-less': known are two-less."


@pytest.mark.parametrize("name", ["a%20b", "-a", "x" * 65, "%C3%A4"])
def test_what_cannot_be_a_name_is_refused(mocked: Controlled, name: str) -> None:
    for path in (f"snapshots/{name}", f"worlds/{name}"):
        assert "does not match" in mocked.refuses(400, "PUT", path)
    assert "cannot name a world" in mocked.refuses(400, "GET", f"state?world={name}")
    assert len(mocked.client_worlds) == 0


def test_a_world_is_forked_from_the_selected_one(mocked: Controlled) -> None:
    delete_one(mocked, "a")
    assert mocked.ctl("PUT", "worlds/b", "a")["credits"] == ALL - 1
    delete_one(mocked, "a")
    assert [count(mocked, name) for name in (None, "a", "b", "c")] == [ALL, ALL - 2, ALL - 1, ALL]
    listed = mocked.ctl("GET", "worlds")
    assert [(world["name"], world["credits"]) for world in listed] == [
        ("default", ALL),
        ("a", ALL - 2),
        ("b", ALL - 1),
        ("c", ALL),
    ]
    # In place of one that has the name.
    assert mocked.ctl("PUT", "worlds/a")["credits"] == ALL
    mocked.refuses(409, "PUT", "worlds/default")


def test_a_world_that_is_dropped_begins_anew(mocked: Controlled) -> None:
    delete_one(mocked, "a")
    assert mocked.ctl("DELETE", "worlds/a") is None
    assert mocked.refuses(404, "DELETE", "worlds/a") == "There is no world 'a'."
    assert mocked.refuses(409, "DELETE", "worlds/default") == "The default world stays: reset it instead."
    assert count(mocked, "a") == ALL


def test_the_query_selects_a_world_before_all_else(mocked: Controlled) -> None:
    delete_one(mocked, "a")
    assert mocked.ctl("GET", "state?world=a&most=0", "b")["world"]["name"] == "a"
    assert mocked.ctl("GET", "state?world=a&most=0")["world"]["credits"] == ALL - 1
    # But for the API it is not there: its parameters are the contract's.
    assert len(mocked("GET", f"{CREDITS}?world=a&page_size=300").json()) == ALL


def test_what_is_done_to_one_world_is_not_done_to_another(mocked: Controlled) -> None:
    for name in ("a", "b"):
        delete_one(mocked, name)
    mocked.ctl("PUT", "snapshots/s", "a")
    mocked.ctl("PUT", "deviations/hex-uuids", "a")
    mocked.ctl("POST", "reset", "a")
    assert [count(mocked, name) for name in ("a", "b")] == [ALL, ALL - 1]
    assert mocked.ctl("GET", "snapshots", "b") == []
    mocked.ctl("PUT", "deviations/actions-crash", "b")
    assert mocked.ctl("GET", "state", "a")["world"]["deviations"] == []
    assert mocked.ctl("GET", "state", "b")["world"]["deviations"] == ["actions-crash"]


def test_deviations_are_shown_and_hidden_by_id_and_by_release(mocked: Controlled) -> None:
    catalogue = {one["id"]: one for one in mocked.ctl("GET", "deviations")}
    assert catalogue["hex-uuids"]["is_shown"] is False
    assert mocked.ctl("PUT", "deviations/hex-uuids")["deviations"] == ["hex-uuids"]
    assert "-" not in mocked("GET", CREDITS).json()[0]["uuid"]
    assert mocked.ctl("PUT", "deviations/hex-uuids")["deviations"] == ["hex-uuids"]
    assert mocked.ctl("DELETE", "deviations/hex-uuids")["deviations"] == []
    assert "-" in mocked("GET", CREDITS).json()[0]["uuid"]
    shown = mocked.ctl("PUT", "deviations", json={"release": "waldur-8.0.9", "ids": ["actions-crash"]})
    of_release = [key for key, one in catalogue.items() if "waldur-8.0.9" in one["releases"]]
    assert shown["deviations"] == [*of_release, "actions-crash"]
    assert mocked.ctl("PUT", "deviations", json={})["deviations"] == []
    sentence = mocked.refuses(404, "PUT", "deviations/hex-uuid")
    assert sentence.startswith("there is no deviation 'hex-uuid': did you mean hex-uuids")
    mocked.refuses(404, "PUT", "deviations", json={"release": "waldur-1"})
    mocked.refuses(400, "PUT", "deviations", json={"releases": "waldur-8.0.9"})
    mocked.refuses(415, "PUT", "deviations", content=b"{}", headers={"Content-Type": "text/plain"})


def test_what_is_not_there_is_refused_as_problem_details(mocked: Controlled) -> None:
    sentence = mocked.refuses(404, "GET", "nothing")
    assert sentence == "There is nothing at /_mock/nothing: /_mock/docs/ tells what is."
    for method, path, allow in (
        ("POST", "state", "GET, HEAD"),
        ("GET", "reset", "POST"),
        ("POST", "snapshots/a", "PUT, DELETE"),
        ("OPTIONS", "journal", "GET, DELETE, HEAD"),
    ):
        answer = mocked.ask(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allow)
        assert answer.json()["detail"] == f"Method {method} is not allowed at /_mock/{path}."
    assert "not in spec" in mocked.refuses(400, "GET", "state?nothing=1")


DEEP = b'{"entry": %b%b}' % (b"[" * 1_000, b"]" * 1_000)


@pytest.mark.parametrize(
    "body", [b"{", b"\xff{}", b'{"entry": NaN}', b"[" * 100_000, DEEP, b"null", b"[]", b"3"]
)
def test_a_body_that_is_no_json_object_is_refused(mocked: Controlled, body: bytes) -> None:
    mocked.refuses(400, "POST", "rewind", content=body, headers={"Content-Type": "application/json"})


def test_the_contract_and_its_page_are_served(mocked: Controlled) -> None:
    document = mocked.ask("GET", "control.json").json()
    assert document["info"]["title"] == "creditkit, control of a mock"
    page = mocked.ask("GET", "docs/")
    assert page.status_code == 200
    assert "swagger-ui" in page.text
    # The pages of the API are where they were.
    assert mocked("GET", "/openapi.json", as_=None).json()["info"]["version"] == "7.9.1"
