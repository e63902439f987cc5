"""Each requirement on actions and history is kept by the honest mock, and broken by a faulty deployment."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from creditkit.conformance.requirements import load_requirements
from creditkit.conformance.target import Mode

from .faulty import (  # noqa: TID251 - the tests' own folder
    Answer,
    ChangeAnswer,
    ChangeRequest,
    Request,
    faulty,
)

APPLY, CLEAR = "/apply_compensations/", "/clear_compensations/"
AMPLE = Decimal(50000000)


def fails(action: str, when: Callable[[Request], bool] = lambda _: True) -> ChangeRequest:
    """The action is answered with 500, and nothing is done."""

    def change(request: Request) -> Answer | None:
        return Answer(500) if request.path.endswith(action) and when(request) else None

    return change


def offerings_ignored(request: Request) -> None:
    if request.method == "PATCH" and "offerings" in (request.json or {}):
        request.json = {key: value for key, value in request.json.items() if key != "offerings"}


class Ledger:
    """Credits read with another value than they have, by how often an action was called on them."""

    def __init__(self, shown: Callable[[Decimal, dict[str, Any], int, int], Decimal]) -> None:
        self.applied: dict[str, int] = {}
        self.cleared: dict[str, int] = {}
        self._shown = shown

    def __call__(self, request: Request, answer: Answer) -> None:
        path, _, action = request.path.rstrip("/").rpartition("/")
        if action == "apply_compensations":
            self.applied[path] = self.applied.get(path, 0) + 1
        elif action == "clear_compensations":
            self.cleared[path] = self.cleared.get(path, 0) + 1
        elif request.is_retrieve and answer.status == 200:
            path = request.path.rstrip("/")
            counts = self.applied.get(path, 0), self.cleared.get(path, 0)
            answer.rewrite(lambda c: c.update(value=str(self._shown(Decimal(c["value"]), c, *counts))))


def applied_again(value: Decimal, _: dict[str, Any], applied: int, cleared: int) -> Decimal:
    return value - 50 * (applied - 1) if applied > 1 else value


def cleared_again(value: Decimal, _: dict[str, Any], applied: int, cleared: int) -> Decimal:
    return value + 50 * (cleared - 1) if cleared > 1 else value


def cleared_for_nothing(value: Decimal, _: dict[str, Any], applied: int, cleared: int) -> Decimal:
    return value + 60 if cleared and not applied else value


def not_all_back(value: Decimal, _: dict[str, Any], applied: int, cleared: int) -> Decimal:
    return value - 1 if cleared else value


def only_usage_back(value: Decimal, credit: dict[str, Any], applied: int, cleared: int) -> Decimal:
    return value - 50 if credit["expected_consumption"] != "0.00000" and cleared > 1 else value


def into_the_red(value: Decimal, _: dict[str, Any], applied: int, cleared: int) -> Decimal:
    return Decimal(-25) if applied and value == 0 else value


def no_grace(value: Decimal, credit: dict[str, Any], applied: int, cleared: int) -> Decimal:
    expected = Decimal(credit["expected_consumption"])
    return min(value, AMPLE - expected) if applied and expected else value


def stale_answer(request: Request, answer: Answer) -> None:
    if request.path.endswith(APPLY):
        answer.rewrite(lambda credit: credit.update(value="100.00000", minimal_consumption=3))


def consumptions(change: Callable[[list[dict[str, Any]]], Any]) -> ChangeAnswer:
    """Histories are what `change` makes of them."""

    def edit(request: Request, answer: Answer) -> None:
        if request.path.endswith("/consumptions/") and answer.status == 200:
            answer.json = change(answer.json)

    return edit


def paged(request: Request) -> Answer | None:
    return Answer(404) if request.path.endswith("/consumptions/") and request.query == "page=2" else None


class Changing:
    """Every second history lacks its first month."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, request: Request, answer: Answer) -> None:
        if request.path.endswith("/consumptions/") and answer.status == 200:
            self.calls += 1
            answer.json = answer.json[self.calls % 2 :]


class GraceLost:
    """After an action the grace coefficient reads 0; so do values of 40 as 39."""

    def __init__(self) -> None:
        self.acted = False

    def __call__(self, request: Request, answer: Answer) -> None:
        self.acted = self.acted or request.path.endswith(APPLY)
        if self.acted and request.method == "GET" and answer.status == 200:
            answer.rewrite(lambda credit: credit.update(grace_coefficient="0"))


class OthersPay:
    """Each action takes 1 from every credit of 40."""

    def __init__(self) -> None:
        self.taken = 0

    def __call__(self, request: Request, answer: Answer) -> None:
        self.taken += request.path.endswith(CLEAR)
        if request.is_list:
            value = f"{40 - self.taken}.00000"
            answer.rewrite(
                lambda credit: credit.update(value=value) if credit["value"] == "40.00000" else None
            )


FAULTY_REQUESTS: list[tuple[str, ChangeRequest]] = [
    ("APPLY-STATUS", fails(APPLY)),
    ("CLEAR-STATUS", fails(CLEAR)),
    ("APPLY-OFFERINGS", offerings_ignored),
    ("ACTION-BODY", fails(APPLY, lambda request: not request.body)),
    ("ACTION-BODY", fails(CLEAR, lambda request: "value" in (request.json or {}))),
    ("ACTION-BODY-IGNORED", fails(APPLY, lambda request: request.body == b"[]")),
    ("HISTORY-PARAMETERS", paged),
]

FAULTY_ANSWERS: list[tuple[str, ChangeAnswer]] = [
    ("ACTION-ANSWER", stale_answer),
    ("APPLY-TWICE", Ledger(applied_again)),
    ("CLEAR-TWICE", Ledger(cleared_again)),
    ("CLEAR-NOTHING", Ledger(cleared_for_nothing)),
    ("CLEAR-RESTORES", Ledger(not_all_back)),
    ("CLEAR-RESTORES-MINIMUM", Ledger(only_usage_back)),
    ("APPLY-NOT-BELOW-ZERO", Ledger(into_the_red)),
    ("APPLY-MINIMAL-CONSUMPTION", Ledger(no_grace)),
    ("APPLY-HISTORY", consumptions(lambda _: [])),
    ("APPLY-HISTORY", consumptions(lambda rows: rows or [{"date": "2026-01-01", "price": "1.00"}])),
    ("ACTION-OTHER-FIELDS", GraceLost()),
    ("ACTION-OTHER-CREDITS", OthersPay()),
    (
        "HISTORY-FIRST-OF-MONTH",
        consumptions(lambda rows: [{**r, "date": f"{r['date'][:8]}15"} for r in rows]),
    ),
    ("HISTORY-ORDER", consumptions(lambda rows: rows[::-1])),
    ("HISTORY-ONE-A-MONTH", consumptions(lambda rows: [*rows, *rows[-1:]])),
    ("HISTORY-POSITIVE", consumptions(lambda rows: [{**r, "price": f"-{r['price']}"} for r in rows])),
    ("HISTORY-REPEATABLE", Changing()),
    ("HISTORY-NEW", consumptions(lambda rows: rows or [{"date": "2026-01-01", "price": "1.00"}])),
]


@pytest.mark.parametrize(("requirement", "fault"), FAULTY_REQUESTS)
def test_a_request_read_wrongly_breaks(requirement: str, fault: ChangeRequest) -> None:
    with faulty(change_request=fault) as deployment:
        assert deployment.failed(requirement) == {requirement}


@pytest.mark.parametrize(("requirement", "fault"), FAULTY_ANSWERS)
def test_a_wrong_answer_breaks(requirement: str, fault: ChangeAnswer) -> None:
    with faulty(change_answer=fault) as deployment:
        assert deployment.failed(requirement) == {requirement}


def test_every_requirement_on_actions_is_proven() -> None:
    proven = {requirement for requirement, _ in [*FAULTY_REQUESTS, *FAULTY_ANSWERS]}
    assert proven == {r.id for r in load_requirements().values() if r.group == "actions"}


def test_an_action_without_effect_is_not_evaluated_rather_than_passed() -> None:
    def does_nothing(request: Request) -> None:
        request.path = request.path.replace(APPLY, CLEAR)

    with faulty(change_request=does_nothing) as deployment:
        run = deployment.check("APPLY-TWICE")
    assert [(v.outcome.value, v.reason) for v in run.verdicts] == [
        (
            "not evaluated",
            "no free customer has usage on an open invoice, or apply_compensations does nothing",
        )
    ]


@pytest.mark.parametrize("mode", [Mode.READ, Mode.WRITE])
def test_an_honest_deployment_keeps_every_requirement_on_actions(mode: Mode) -> None:
    with faulty() as deployment:
        verdicts = deployment.check("actions", mode=mode).verdicts
    told = {
        v.key: (v.outcome.value, v.reason) for v in verdicts if mode.writes or v.requirement.mode == "read"
    }
    assert set(told.values()) == {("pass", "")}, told
