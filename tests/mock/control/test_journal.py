"""The journal: what became of each request, what it changed, and the way back; never a token."""

from __future__ import annotations

import asyncio
import json
import random
import shlex
from typing import Any

import httpx
import pytest

from creditkit.store.tables.rows import TABLES
from mock.conftest import CREDITS
from mock.control.conftest import Controlled


def brief(entries: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(one["number"], one["operation"], one["user"], one["status"], one["verdict"]) for one in entries]


def grace_of(mocked: Controlled) -> str:
    grace: str = mocked("GET", mocked.first_credit()).json()["grace_coefficient"]
    return grace


def test_an_entry_says_who_asked_for_what_and_what_became_of_it(mocked: Controlled) -> None:
    mocked("GET", f"{CREDITS}?page_size=2")
    mocked("POST", CREDITS, json={"value": "x"})
    mocked("POST", CREDITS, as_="owner", json={})
    mocked("GET", CREDITS, as_=None)
    mocked("GET", f"{CREDITS}00000000-0000-4000-8000-000000000000/")
    mocked("GET", "/api/customer-credit/")
    mocked("HEAD", CREDITS)
    mocked("OPTIONS", CREDITS)
    assert brief(mocked.ctl("GET", "journal")) == [
        (1, "customer_credits_list", "staff", 200, "granted"),
        (2, "customer_credits_create", "staff", 400, "violation"),
        (3, "customer_credits_create", "owner", 403, "refused"),
        (4, "customer_credits_list", "", 401, "refused"),
        (5, "customer_credits_retrieve", "staff", 404, "refused"),
        (6, "", "", 404, "refused"),
        (7, "customer_credits_count", "staff", 200, "granted"),
        (8, "", "", 200, "granted"),
    ]
    first, second, *_ = mocked.ctl("GET", "journal")
    assert (first["method"], first["path"], first["query"]) == ("GET", CREDITS, "page_size=2")
    assert first["violations"] == []
    assert first["milliseconds"] > 0
    assert [(one["field"], one["rule"], one["pointer"]) for one in second["violations"]] == [
        ("value", "decimal.number", "/value"),
        ("customer", "required", "/customer"),
    ]
    assert second["violations"][0]["contract"] == "#/components/schemas/ValueInput"


def test_pages_and_questions_of_the_control_api_are_no_entries(mocked: Controlled) -> None:
    for path in ("/", "/docs/", "/openapi.json", "/favicon.ico"):
        mocked("GET", path, as_=None)
    mocked.ctl("GET", "state")
    mocked.ctl("PUT", "snapshots/a")
    mocked.refuses(404, "GET", "nothing")
    assert mocked.ctl("GET", "journal") == []


def test_the_journal_can_be_filtered(mocked: Controlled) -> None:
    for _ in range(3):
        mocked("GET", CREDITS)
        mocked("POST", CREDITS, json={})
    mocked("GET", CREDITS, as_="owner")

    def numbers(query: str) -> list[int]:
        return [one["number"] for one in mocked.ctl("GET", f"journal?{query}")]

    assert numbers("method=POST") == [2, 4, 6]
    assert numbers("operation=customer_credits_list") == [1, 3, 5, 7]
    assert numbers("status=400&after=2") == [4, 6]
    assert numbers("username=owner") == [7]
    assert numbers("verdict=violation&limit=2") == [4, 6]
    assert numbers("verdict=granted&username=staff") == [1, 3, 5]
    assert numbers("username=nobody") == []
    mocked.refuses(400, "GET", "journal?verdict=good")
    mocked.refuses(400, "GET", "journal?limit=0")


def test_an_entry_in_full_has_both_bodies_and_what_changed(mocked: Controlled) -> None:
    path = mocked.first_credit()
    before = mocked("GET", path).json()
    mocked("PATCH", path, json={"grace_coefficient": "77"})
    full = mocked.ctl("GET", "journal/2")
    assert json.loads(full["request"]["text"]) == {"grace_coefficient": "77"}
    assert json.loads(full["answer"]["text"])["grace_coefficient"] == "77"
    assert full["request"]["size"] == len(full["request"]["text"])
    uuid = path.split("/")[-2]
    assert full["changes"] == [
        {
            "table": "credits",
            "key": uuid,
            "action": "changed",
            "fields": [{"name": "grace_coefficient", "before": before["grace_coefficient"], "after": "77"}],
        }
    ]
    assert full["unknown"] == ""
    assert mocked.ctl("GET", "journal/1")["changes"] == []
    mocked("DELETE", path)
    (change,) = (one for one in mocked.ctl("GET", "journal/3")["changes"] if one["table"] == "credits")
    assert (change["action"], change["key"]) == ("removed", uuid)
    made = mocked.create(value="5").json()
    (change,) = mocked.ctl("GET", "journal/4")["changes"]
    assert (change["action"], change["key"]) == ("created", made["uuid"])
    assert {"name": "value", "before": None, "after": "5.00000"} in change["fields"]
    assert (
        mocked.refuses(404, "GET", "journal/9") == "There is no entry 9 in the journal, which holds 1 to 4."
    )


def test_a_reset_is_an_entry_that_one_can_go_back_beyond(mocked: Controlled) -> None:
    path = mocked.first_credit()
    mocked("PATCH", path, json={"grace_coefficient": "77"})
    mocked.ctl("POST", "reset")
    assert brief(mocked.ctl("GET", "journal"))[1] == (2, "world_reset", "", 200, "control")
    (change,) = mocked.ctl("GET", "journal/2")["changes"]
    assert (change["fields"][0]["name"], change["fields"][0]["before"]) == ("grace_coefficient", "77")
    mocked.ctl("POST", "rewind", json={"entry": 1})
    assert grace_of(mocked) == "77"
    # That was entry 2: the reset has never been.
    assert [one["operation"] for one in mocked.ctl("GET", "journal")][1:] == ["customer_credits_retrieve"]


def test_going_back_takes_the_later_entries_away(mocked: Controlled) -> None:
    for grace in ("1", "2", "3"):
        mocked("PATCH", mocked.first_credit(), json={"grace_coefficient": grace})
    mocked("GET", "/api/nothing/")
    assert mocked.ctl("POST", "rewind", json={"entry": 2})["entry"] == 2
    assert grace_of(mocked) == "2"
    assert [one["number"] for one in mocked.ctl("GET", "journal")] == [1, 2, 3]
    sentence = mocked.refuses(409, "POST", "rewind", json={"entry": 4})
    assert sentence == "Cannot go back to entry 4 of the journal, which holds 1 to 3."
    mocked.refuses(400, "POST", "rewind", json={"entry": -1})
    mocked.refuses(400, "POST", "rewind", json={})
    mocked.refuses(400, "POST", "rewind", content=b"", headers={"Content-Type": "application/json"})
    mocked.ctl("POST", "rewind", json={"entry": 0})
    assert mocked.ctl("GET", "journal") == []


def test_the_journal_can_be_cleared_and_goes_on_counting(mocked: Controlled) -> None:
    mocked("PATCH", mocked.first_credit(), json={"grace_coefficient": "1"})
    mocked.ctl("DELETE", "journal")
    assert mocked.ctl("GET", "journal") == []
    mocked("PATCH", mocked.first_credit(), json={"grace_coefficient": "2"})
    assert [one["number"] for one in mocked.ctl("GET", "journal")] == [2]
    assert "which holds 2 to 2" in mocked.refuses(409, "POST", "rewind", json={"entry": 0})
    mocked.ctl("POST", "rewind", json={"entry": 1})
    assert grace_of(mocked) == "1"


def test_the_journal_keeps_the_latest(mocked: Controlled) -> None:
    journal = mocked.client_worlds.default.request_log
    journal.most = 3
    for grace in range(5):
        mocked("PATCH", mocked.first_credit(), json={"grace_coefficient": str(grace)})
    assert [one["number"] for one in mocked.ctl("GET", "journal")] == [3, 4, 5]
    assert "which holds 3 to 5" in mocked.refuses(409, "POST", "rewind", json={"entry": 1})
    mocked.ctl("POST", "rewind", json={"entry": 2})
    assert grace_of(mocked) == "1"


def test_a_journal_that_is_off_notes_nothing(mocked: Controlled) -> None:
    mocked.client_worlds.default.request_log.most = 0
    assert mocked("GET", CREDITS).status_code == 200
    mocked.ctl("POST", "reset")
    assert mocked.ctl("GET", "journal") == []
    assert "which is off (--journal 0)" in mocked.refuses(409, "POST", "rewind", json={"entry": 1})


def test_no_token_is_told_wherever_it_stands(mocked: Controlled) -> None:
    token, other = mocked.users["staff"].token, mocked.users["owner"].token
    foreign = "0123456789abcdef0123456789abcdef01234567"
    mocked(
        "POST",
        f"{CREDITS}?token={token}&x={other}",
        headers={"Cookie": f"sessionid={foreign}", "X-Api-Key": foreign, "X-Note": f"see {token}"},
        json={"value": token, "customer": other.upper()},
    )
    mocked("GET", CREDITS, headers={"Authorization": f"Token {foreign}"})
    mocked("GET", f"{CREDITS}{token}/")
    mocked("GET", CREDITS, headers={"Authorization": f"Token w:{token}"})
    told = [mocked.ask("GET", f"journal/{number}").text for number in (1, 2, 3)]
    told += [mocked.ask("GET", "journal").text, mocked.ask("GET", "journal/1", "w").text]
    for text in told:
        for secret in (token, other, foreign):
            assert secret not in text.lower()
    headers = {one["name"]: one["value"] for one in json.loads(told[0])["request"]["headers"]}
    assert headers["authorization"] == "(token of staff)"
    assert headers["cookie"] == headers["x-api-key"] == "(not shown)"
    assert headers["x-note"] == "see (token of staff)"
    assert json.loads(told[0])["entry"]["query"] == "token=(token of staff)&x=(token of owner)"


def test_a_long_body_is_counted_and_its_beginning_is_kept(mocked: Controlled) -> None:
    mocked("POST", CREDITS, json={"value": "x" * 100_000})
    request = mocked.ctl("GET", "journal/1")["request"]
    assert request["size"] == 100_000 + len('{"value":""}')
    assert len(request["text"]) == 32_768


def test_a_deviation_is_told_from_the_honest_mock(mocked: Controlled) -> None:
    mocked.ctl("PUT", "deviations/actions-crash")
    mocked("GET", CREDITS)
    mocked("POST", f"{mocked.first_credit()}apply_compensations/")
    mocked.ctl("PUT", "deviations/hex-uuids")
    mocked("GET", CREDITS)
    assert brief(mocked.ctl("GET", "journal"))[:3] == [
        (1, "customer_credits_list", "staff", 200, "granted"),
        (2, "customer_credits_apply_compensations", "staff", 500, "deviation"),
        (3, "customer_credits_list", "staff", 200, "deviation"),
    ]


def test_the_command_does_the_same_again(mocked: Controlled) -> None:
    mocked("POST", f"{CREDITS}?a=b c", json={"value": "it's"}, headers={"X-Mock-World": "w"})
    command = shlex.split(mocked.ctl("GET", "journal/1", "w")["curl"])
    assert command[:5] == ["curl", "-i", "-X", "POST", f"http://mock.test{CREDITS}?a=b%20c"]
    assert "x-mock-world: w" in command
    assert "Authorization: Token $TOKEN" in command
    assert json.loads(command[-1]) == {"value": "it's"}


def test_events_tell_what_happens_until_the_world_ends(mocked: Controlled) -> None:
    events: list[tuple[str, Any]] = []

    async def watch() -> None:
        transport = mocked._transport
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            client_world = mocked.client_worlds.named("w")
            reading = asyncio.create_task(http.get("/_mock/events", params={"world": "w"}))
            while not client_world.request_log.has_listeners:
                await asyncio.sleep(0)
            own = {"X-Mock-World": "w", "Authorization": f"Token {mocked.users['staff'].token}"}
            await http.get(CREDITS, headers=own)
            await http.get(CREDITS, headers={**own, "X-Mock-World": "other"})
            await http.put("/_mock/snapshots/s", headers=own)
            await http.post("/_mock/reset", headers=own)
            await http.post("/_mock/rewind", headers=own, json={"entry": 1})
            await http.put("/_mock/deviations/hex-uuids", headers=own)
            await http.delete("/_mock/journal", headers=own)
            await http.delete("/_mock/worlds/w")
            answer = await reading
            assert answer.headers["content-type"].startswith("text/event-stream")
            for block in answer.text.strip().split("\n\n"):
                kind, data = block.split("\n")
                events.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
            assert not client_world.request_log.has_listeners

    asyncio.run(watch())
    assert [kind for kind, _ in events] == [
        "world",
        "entry",
        "world",
        "world",
        "entry",
        "rewound",
        "world",
        "cleared",
    ]
    assert events[1][1]["operation"] == "customer_credits_list"
    assert events[4][1]["operation"] == "world_reset"
    assert events[5][1]["entry"] == 1
    assert events[6][1]["deviations"] == ["hex-uuids"]


def everything(mocked: Controlled, world: str) -> Any:
    """All documents of a world, but for when its daily job ran."""
    content = mocked.client_worlds.named(world).world._database.content
    return {codec.table: content.table(codec).rows() for codec in TABLES if codec.table != "meta"}


def act(mocked: Controlled, world: str, dice: random.Random) -> None:
    """One request, of those that change something, those that are refused, and those that only look."""
    there = mocked.client_worlds.named(world).world
    credits_ = there.credits.listing(there.users[0])
    headers = {"X-Mock-World": world}
    path = f"{CREDITS}{dice.choice(credits_).uuid}/"
    match dice.randrange(8):
        case 0:
            mocked("DELETE", path, headers=headers)
        case 1:
            mocked("PATCH", path, headers=headers, json={"grace_coefficient": str(dice.randrange(100))})
        case 2:
            mocked("POST", CREDITS, headers=headers, json={"customer": mocked.free_customer()})
        case 3:
            mocked("POST", f"{path}apply_compensations/", headers=headers)
        case 4:
            mocked("POST", f"{path}clear_compensations/", headers=headers)
        case 5:
            mocked("GET", "/api/nothing/", headers=headers)
        case 6:
            mocked("PATCH", path, as_="owner", headers=headers, json={"value": "1"})
        case 7:
            mocked.ctl("POST", "reset", world)


def rewinds_to_what_was(mocked: Controlled, number: int) -> None:
    """A sequence of requests, and going back twice: the world is what it was then."""
    dice = random.Random(number)
    world = f"sequence-{number}"
    states = [everything(mocked, world)]
    for _ in range(2):
        for _ in range(dice.randrange(1, 6)):
            act(mocked, world, dice)
            states.append(everything(mocked, world))
        states = states[: dice.randrange(len(states)) + 1]
        mocked.ctl("POST", "rewind", world, json={"entry": len(states) - 1})
        assert everything(mocked, world) == states[-1]
    mocked.client_worlds.drop(world)


@pytest.mark.parametrize("part", range(5))
def test_going_back_finds_the_world_as_it_was(mocked: Controlled, part: int) -> None:
    for number in range(10):
        rewinds_to_what_was(mocked, part * 10 + number)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_going_back_finds_the_world_as_it_was_in_a_thousand_sequences(mocked: Controlled, part: int) -> None:
    for number in range(100):
        rewinds_to_what_was(mocked, 1_000 + part * 100 + number)
