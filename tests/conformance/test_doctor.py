"""The doctor says in plain words whether a check can work, changes nothing, and stops where it must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from creditkit.conformance import (
    Diagnosis,
    Exchange,
    Mode,
    OwnershipJournal,
    Settings,
    State,
    Target,
    examine,
)
from creditkit.conformance.doctor import _clock, _transport, preflight
from creditkit.errors import DeploymentError

from .faulty import CREDITS, TOKENS, Answer, Request, faulty
from .servers import closed_port


def examined(
    target: Target, mode: Mode = Mode.WRITE, journal: Path = Path("no/journal")
) -> Sequence[Diagnosis]:
    return list(examine(Settings(target, mode, journal)))


def told(found: Sequence[Diagnosis]) -> dict[str, tuple[State, str]]:
    """State and message of each subject."""
    return {diagnosis.subject: (diagnosis.state, diagnosis.message) for diagnosis in found}


def test_a_good_deployment_is_good_in_every_way_and_only_read() -> None:
    methods = set()
    with faulty(change_request=lambda request: methods.add(request.method)) as deployment:
        found = examined(deployment.target)
    assert [diagnosis for diagnosis in found if diagnosis.state is not State.GOOD] == []
    assert told(found)["token of staff"][1] == "valid: staff, sees 14 credits"
    assert told(found)["token of owner"][1] == "valid: no staff, sees 1 credit"
    assert told(found)["token of nobody"][1] == "valid: no staff, sees 0 credits"
    assert told(found)["credits"][1] == "14 in the pages of the list, X-Result-Count says 14"
    assert told(found)["free customers"][1].startswith("8 customers without a credit: ")
    assert told(found)["offerings"][1] == "7"
    assert methods == {"GET", "OPTIONS"}


def test_the_user_is_asked_for_where_a_deployment_has_that() -> None:
    def me(request: Request) -> Answer | None:
        if request.path != "/api/users/me/":
            return None
        answer = Answer()
        answer.json = {"is_staff": TOKENS["staff"] in request.headers["authorization"], "is_support": True}
        return answer

    with faulty(change_request=me) as deployment:
        found = told(examined(deployment.target))
    assert found["token of staff"][1] == "valid: staff, sees 14 credits"
    assert found["token of support"][1] == "valid: support, sees 14 credits"


@pytest.mark.parametrize(("mode", "state"), [(Mode.READ, State.NOTE), (Mode.WRITE, State.PROBLEM)])
def test_writing_takes_staff(mode: Mode, state: State) -> None:
    with faulty() as deployment:
        target = Target(deployment.url, {"staff": TOKENS["support"]})
        assert told(examined(target, mode))["token of staff"] == (state, "valid: no staff, sees 14 credits")


@pytest.mark.parametrize(
    ("tokens", "subject", "says"),
    [
        ({"owner": TOKENS["staff"]}, "token of owner", "is also the token of another role"),
        ({"support": "decaf", "staff": TOKENS["staff"]}, "token of support", "is not accepted (status 401)"),
        ({"nobody": TOKENS["owner"]}, "token of nobody", "valid: no staff, sees 1 credit"),
    ],
)
def test_a_token_of_the_wrong_role_is_a_problem(tokens: dict[str, str], subject: str, says: str) -> None:
    with faulty() as deployment:
        target = Target(deployment.url, {"staff": TOKENS["staff"], **tokens})
        assert told(examined(target))[subject] == (State.PROBLEM, says)


def test_a_missing_token_is_noted() -> None:
    with faulty() as deployment:
        found = told(examined(Target(deployment.url, {"staff": TOKENS["staff"]})))
    assert found["token of owner"] == (State.NOTE, "none: what needs it will not be evaluated")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(401), "is answered with 401: the token is not accepted"),
        (Answer(404), "is answered with 404: there is no Customer Credits API"),
        (Answer(301, {"location": "https://other/api/"}), "it leads to https://other/api/"),
        (Answer(200, {"content-type": "text/html"}, b"<html>"), "200 and text/html, which is not JSON"),
        (Answer(200, body=b"{}"), "200 and JSON that is no array"),
        (Answer(503), "503: the deployment or a proxy before it is not well"),
    ],
)
def test_what_is_no_waldur_ends_the_examination(
    answer: Answer, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creditkit.conformance.doctor._PAUSE", 0)
    with faulty(change_request=lambda _: replace(answer)) as deployment:
        last = examined(deployment.target)[-1]
        assert (last.state, last.subject) == (State.PROBLEM, "api")
        assert says in last.message
        assert last.advice
        with pytest.raises(DeploymentError) as caught:
            preflight(deployment.target)
        assert says in caught.value.message


def test_a_deployment_without_a_token_is_asked_for_one() -> None:
    with faulty() as deployment, pytest.raises(DeploymentError) as caught:
        preflight(Target(deployment.url))
    assert "401, and there is no token" in caught.value.message
    assert "CREDITKIT_TOKEN" in caught.value.hint


def test_one_bad_moment_is_no_reason_to_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creditkit.conformance.doctor._PAUSE", 0)
    bad = [Answer(503), Answer(502)]
    with faulty(change_request=lambda _: bad.pop() if bad else None) as deployment:
        preflight(deployment.target)
    assert bad == []


def test_what_cannot_be_reached_is_the_only_thing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creditkit.conformance.asking.client._PAUSE", 0)
    (only,) = examined(Target(closed_port()))
    assert (only.state, only.subject) == (State.PROBLEM, "reachable")
    assert only.message.startswith("cannot connect to http://127.0.0.1:")
    assert only.advice == "does the deployment run, and on this port?"


@pytest.mark.parametrize(("minutes", "says"), [(5, "ahead of"), (-5, "behind")])
def test_a_clock_that_is_wrong_is_noted(minutes: int, says: str) -> None:
    now = datetime.now(UTC)
    date = format_datetime(now + timedelta(minutes=minutes), usegmt=True)
    answer = Exchange(1, "", "", "GET", "", (), b"", 200, {"date": date}, b"", now, 0)
    found = _clock(answer)
    assert found.state is State.NOTE
    assert f"s {says} this machine" in found.message
    assert _clock(replace(answer, headers={"date": format_datetime(now)})).state is State.GOOD
    for useless in ({}, {"date": "soon"}, {"date": f"{date}, {date}"}):
        assert _clock(replace(answer, headers=useless)).message == "the answer has no usable Date header"


@pytest.mark.parametrize(("mode", "state"), [(Mode.READ, State.NOTE), (Mode.WRITE, State.PROBLEM)])
def test_without_a_free_customer_nothing_can_be_created(mode: Mode, state: State) -> None:
    def none(request: Request, answer: Answer) -> None:
        if request.path == "/api/customers/":
            answer.json = []

    with faulty(change_answer=none) as deployment:
        assert told(examined(deployment.target, mode))["free customers"] == (state, "none")


def test_a_count_that_disagrees_with_the_pages_is_noted() -> None:
    def miscount(request: Request, answer: Answer) -> None:
        if request.path == CREDITS:
            answer.headers["x-result-count"] = "13"

    with faulty(change_answer=miscount) as deployment:
        assert told(examined(deployment.target))["credits"] == (
            State.NOTE,
            "14 in the pages of the list, X-Result-Count says 13",
        )


def test_what_an_earlier_run_left_is_noted(tmp_path: Path) -> None:
    with faulty() as deployment:
        OwnershipJournal(tmp_path / "j", deployment.url).take("5a1c0de0-0000-4000-8000-0000000000f1")
        found = told(examined(deployment.target, journal=tmp_path / "j"))
    assert found["earlier runs"] == (State.NOTE, "one was ended before it had tidied up")


def test_plain_http_to_another_machine_and_unverified_tls_are_noted() -> None:
    assert _transport(Target("http://waldur.example.com")).state is State.NOTE
    assert _transport(Target("https://waldur.example.com", verify=False)).state is State.NOTE
    assert _transport(Target("https://waldur.example.com")).state is State.GOOD
