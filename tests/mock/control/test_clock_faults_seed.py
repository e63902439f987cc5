"""Clock, faults and seeds of a world, through the control API."""

from __future__ import annotations

from typing import Any

import pytest

from mock.conftest import CREDITS
from mock.control.conftest import Controlled


def test_the_clock_can_be_stopped_set_and_let_go_on(mocked: Controlled) -> None:
    assert mocked.ctl("GET", "clock")["today"] == "2026-11-22"
    frozen = mocked.ctl("POST", "clock/freeze")
    assert frozen["is_frozen"] is True
    assert mocked.ctl("GET", "clock") == frozen
    moved = mocked.ctl("PUT", "clock", json={"now": "2027-01-31"})
    assert moved == {"now": "2027-01-31T00:00:00.000000+00:00", "today": "2027-01-31", "is_frozen": True}
    for instant in ("2027-01-31T12:30:00Z", "2027-01-31T14:30:00+02:00", "2027-01-31T12:30:00"):
        moved = mocked.ctl("PUT", "clock", json={"now": instant})
        assert moved["now"] == "2027-01-31T12:30:00.000000+00:00"
    assert mocked.ctl("POST", "clock/run")["is_frozen"] is False
    assert mocked.ctl("GET", "clock", "other")["today"] == "2027-01-31", "forked as it is now"


def test_letting_time_pass_runs_the_jobs_and_tells_what_they_did(mocked: Controlled) -> None:
    before = {one["uuid"]: one["value"] for one in mocked.ctl("GET", "state")["credits"]}
    passed = mocked.ctl("POST", "clock/advance", json={"months": 1})
    assert passed["clock"]["today"] == "2026-12-22"
    after = {one["uuid"]: one["value"] for one in mocked.ctl("GET", "state")["credits"]}
    moved: dict[str, float] = {}
    for one in passed["movements"]:
        moved[one["credit"]] = moved.get(one["credit"], 0) + float(one["amount"])
    assert moved
    for uuid, value in before.items():
        assert float(after[uuid]) == pytest.approx(float(value) + moved.get(uuid, 0))
    assert mocked.ctl("POST", "clock/advance", json={"days": 2})["clock"]["today"] == "2026-12-24"
    assert mocked.ctl("POST", "clock/advance", json={"to": "2027-01-05"})["clock"]["today"] == "2027-01-05"
    # Each is an entry that tells its changes, and that one can go back beyond.
    entries = mocked.ctl("GET", "journal")
    assert [one["operation"] for one in entries] == ["clock_advance"] * 3
    tables = {change["table"] for change in mocked.ctl("GET", "journal/1")["changes"]}
    assert {"clock", "credits"} <= tables
    mocked.ctl("POST", "rewind", json={"entry": 0})
    assert mocked.ctl("GET", "clock")["today"] == "2026-11-22"
    assert {one["uuid"]: one["value"] for one in mocked.ctl("GET", "state")["credits"]} == before


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("clock", {"now": "soon"}, "'soon' is no date and no instant"),
        ("clock", {"now": "2027-02-30"}, "is no date"),
        ("clock", {"now": "1066-10-14"}, "cannot show the year 1066"),
        ("clock", {}, "'now' is a required property"),
        ("clock/advance", {}, "should be non-empty"),
        ("clock/advance", {"days": 1, "months": 1}, "too many properties"),
        ("clock/advance", {"days": -1}, "less than the minimum"),
        ("clock/advance", {"to": "2020-13-01"}, "is no date"),
    ],
)
def test_a_time_that_cannot_be_is_refused(mocked: Controlled, path: str, body: Any, says: str) -> None:
    assert says in mocked.refuses(400, "PUT" if path == "clock" else "POST", path, json=body)
    assert mocked.ctl("GET", "clock")["today"] == "2026-11-22"


def test_a_time_that_does_not_go_with_the_present_is_a_conflict(mocked: Controlled) -> None:
    back = mocked.refuses(409, "POST", "clock/advance", json={"to": "2020-01-01"})
    assert back.startswith("cannot advance back from 2026-11-22")
    far = mocked.refuses(409, "POST", "clock/advance", json={"to": "2090-01-01"})
    assert "120 month ends" in far
    assert mocked.ctl("GET", "clock")["today"] == "2026-11-22"


def test_faults_can_be_chosen_added_and_cleared(mocked: Controlled) -> None:
    assert mocked.ctl("GET", "faults") == {"seed": 0, "faults": []}
    chosen = mocked.ctl(
        "PUT", "faults", json={"seed": 7, "faults": [{"operation": "customer_credits_list", "status": 503}]}
    )
    assert chosen == {
        "seed": 7,
        "faults": [{"operation": "customer_credits_list", "status": 503, "rate": 1}],
    }
    assert mocked("GET", CREDITS).status_code == 503
    assert mocked("GET", mocked.first_credit()).status_code == 200
    added = mocked.ctl("POST", "faults", json={"text": "customer_credits_retrieve:status=429,retry_after=3"})
    assert len(added["faults"]) == 2
    throttled = mocked("GET", mocked.first_credit())
    assert (throttled.status_code, throttled.headers["retry-after"]) == (429, "3")
    assert mocked.ctl("GET", "state")["world"]["faults"] == [
        "customer_credits_list:status=503",
        "customer_credits_retrieve:status=429,retry_after=3",
    ]
    left = mocked.ctl("DELETE", "faults?operation=customer_credits_list")
    assert [one["operation"] for one in left["faults"]] == ["customer_credits_retrieve"]
    assert mocked("GET", CREDITS).status_code == 200
    assert mocked.ctl("GET", "faults", "other")["faults"] == left["faults"], "forked as it is now"
    assert mocked.ctl("DELETE", "faults")["faults"] == []
    assert mocked.ctl("GET", "faults", "other")["faults"] == left["faults"]
    assert [one["verdict"] for one in mocked.ctl("GET", "journal")] == [
        "fault",
        "granted",
        "fault",
        "granted",
    ]
    assert "status=503" in mocked.ctl("GET", "journal?limit=4")[0]["told"]


def test_the_same_seed_lets_the_same_requests_meet_the_same_faults(mocked: Controlled) -> None:
    def statuses(seed: int) -> list[int]:
        mocked.ctl("PUT", "faults", json={"seed": seed, "faults": [{"status": 503, "rate": 0.5}]})
        return [mocked("HEAD", CREDITS).status_code for _ in range(12)]

    assert statuses(1) == statuses(1)
    assert statuses(1) != statuses(2)


def test_going_back_takes_the_dice_along(mocked: Controlled) -> None:
    mocked.ctl("PUT", "faults", json={"seed": 3, "faults": [{"status": 503, "rate": 0.5}]})

    def statuses(many: int) -> list[int]:
        return [mocked("HEAD", CREDITS).status_code for _ in range(many)]

    first = statuses(10)
    assert {200, 503} == set(first)
    mocked.ctl("POST", "rewind", json={"entry": 4})
    assert statuses(6) == first[4:]
    mocked.ctl("POST", "rewind", json={"entry": 0})
    assert statuses(10) == first


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"status": 418}, "418"),
        ({"operation": "nothing", "status": 503}, "there is no operation 'nothing'"),
        ({"rate": 0.5}, "a fault is one of"),
        ({"text": "latency=soon"}, "latency takes milliseconds"),
        ({"text": "disconnect", "rate": 1}, "has nothing else"),
    ],
)
def test_a_fault_that_is_none_is_refused(mocked: Controlled, body: Any, says: str) -> None:
    assert says in mocked.refuses(400, "POST", "faults", json=body)
    assert mocked.ctl("GET", "faults")["faults"] == []


def test_reset_brings_back_the_faults_of_the_start(mocked: Controlled) -> None:
    mocked.ctl("POST", "faults", json={"status": 503})
    assert mocked.ctl("POST", "reset")["faults"] == []
    assert mocked("GET", CREDITS).status_code == 200


SEED = """
clock: 2027-05-01
users:
  - {username: ann, token: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, staff: true}
customers:
  - {key: acme, name: Acme}
credits:
  - {customer: acme, value: "42"}
"""


def test_a_seed_can_be_planted_and_reset_goes_back_to_it(mocked: Controlled) -> None:
    world = mocked.ctl("POST", "seed", "w", json={"text": SEED})
    assert (world["today"], world["users"], world["customers"], world["credits"]) == ("2027-05-01", 1, 1, 1)
    headers = {"Authorization": "Token " + "a" * 40, "X-Mock-World": "w"}
    (credit,) = mocked("GET", CREDITS, headers=headers).json()
    assert credit["value"] == "42.00000"
    mocked("DELETE", f"{CREDITS}{credit['uuid']}/", headers=headers)
    assert mocked.ctl("POST", "reset", "w")["credits"] == 1
    assert mocked("GET", CREDITS, headers=headers).json()[0]["value"] == "42.00000"
    assert mocked.ctl("GET", "state")["world"]["credits"] == 14
    # The seed was an entry: before it is the world that was forked.
    assert mocked.ctl("POST", "rewind", "w", json={"entry": 0})["credits"] == 14


def test_a_world_of_the_gallery_can_be_planted(mocked: Controlled) -> None:
    gallery = mocked.ctl("GET", "gallery")
    assert gallery[0]["name"] == "default"
    assert len(gallery) >= 30
    assert mocked.ctl("POST", "seed", json={"gallery": "empty"})["credits"] == 0
    assert mocked.ctl("POST", "seed", json={"gallery": "default"})["credits"] == 14
    assert "did you mean empty" in mocked.refuses(404, "POST", "seed", json={"gallery": "emty"})


def test_a_seed_with_a_fault_is_refused_with_its_line_and_changes_nothing(mocked: Controlled) -> None:
    sentence = mocked.refuses(400, "POST", "seed", json={"text": SEED.replace("42", "lots")})
    assert sentence.startswith("the seed:8: credits[0].value: must be")
    assert "the seed" in mocked.refuses(400, "POST", "seed", json={"text": "- ["})
    mocked.refuses(400, "POST", "seed", json={"text": SEED, "gallery": "default"})
    mocked.refuses(400, "POST", "seed", json={})
    assert mocked.ctl("GET", "state")["world"]["credits"] == 14
    assert mocked.ctl("GET", "journal") == []
