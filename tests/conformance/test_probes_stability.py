"""Each requirement on stability is kept by the honest mock, and broken by a deployment that wavers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from creditkit.conformance.requirements import load_requirements
from creditkit.conformance.target import Mode

from .faulty import Answer, ChangeAnswer, Request, faulty  # noqa: TID251 - the tests' own folder


class Now:
    """Every third of some answers is changed."""

    def __init__(self, which: Callable[[Request], bool], change: Callable[[Answer], None]) -> None:
        self.calls = 0
        self._which, self._change = which, change

    def __call__(self, request: Request, answer: Answer) -> None:
        if self._which(request):
            self.calls += 1
            if self.calls % 3 == 0:
                self._change(answer)


class Lagging:
    """Reads give the credit as it was one write ago."""

    def __init__(self, which: Callable[[Request], bool]) -> None:
        self.values = ["1.00000"]
        self._which = which

    def __call__(self, request: Request, answer: Answer) -> None:
        if request.method == "PATCH" and answer.status == 200:
            self.values.append(answer.json["value"])
        elif self._which(request) and len(self.values) > 1:
            before, last = self.values[-2:]
            answer.rewrite(lambda credit: credit.update(value=before) if credit["value"] == last else None)


class Counting:
    """Each HEAD of a credit of 21 costs 1."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self, request: Request, answer: Answer) -> None:
        self.reads += request.method == "HEAD"
        value = f"{21 - self.reads}.00000"
        answer.rewrite(lambda credit: credit.update(value=value) if credit["value"] == "21.00000" else None)


def status(code: int) -> Callable[[Answer], None]:
    def change(answer: Answer) -> None:
        answer.status = code

    return change


def value(answer: Answer) -> None:
    answer.rewrite(lambda credit: credit.update(value="3.00000"))


def backwards(answer: Answer) -> None:
    found: Any = answer.json
    answer.json = found[::-1]


def count(answer: Answer) -> None:
    answer.headers["x-result-count"] = "13"


def one_retrieve_in_three_fails(answer: Answer) -> None:
    answer.status = 404 if answer.status == 200 else answer.status


FAULTY: list[tuple[str, ChangeAnswer]] = [
    ("STABLE-RETRIEVE", Now(lambda r: r.is_retrieve, value)),
    ("STABLE-RETRIEVE", Now(lambda r: r.is_retrieve, status(503))),
    ("STABLE-LIST", Now(lambda r: r.is_list, backwards)),
    ("STABLE-ORDER", Now(lambda r: "o=-value" in r.query, backwards)),
    ("STABLE-COUNT", Now(lambda r: r.method == "HEAD", count)),
    ("STABLE-HISTORY", Now(lambda r: r.path.endswith("/consumptions/"), backwards)),
    ("STABLE-REFUSAL", Now(lambda r: r.is_retrieve, status(200))),
    ("STABLE-REFUSAL", Now(lambda r: "nonsense" in r.query, status(200))),
    ("READ-CHANGES-NOTHING", Counting()),
    ("WRITE-RETRIEVED", Lagging(lambda r: r.is_retrieve)),
    ("WRITE-LISTED", Lagging(lambda r: r.is_list)),
    ("CREATE-DELETE-REPEATED", Now(lambda r: r.is_retrieve, one_retrieve_in_three_fails)),
]


@pytest.mark.parametrize(("requirement", "fault"), FAULTY)
def test_a_deployment_that_wavers_breaks(requirement: str, fault: ChangeAnswer) -> None:
    with faulty(change_answer=fault) as deployment:
        assert deployment.failed(requirement) == {requirement}


def test_a_record_that_somebody_changes_meanwhile_is_no_fault() -> None:
    calls = []

    def changed_once(request: Request, answer: Answer) -> None:
        if request.is_retrieve:
            calls.append(request)
            if len(calls) > 4:
                value(answer)

    with faulty(change_answer=changed_once) as deployment:
        assert deployment.failed("STABLE-RETRIEVE") == set()


def test_every_requirement_on_stability_is_proven() -> None:
    proven = {requirement for requirement, _ in FAULTY}
    assert proven == {r.id for r in load_requirements().values() if r.group == "stability"}


@pytest.mark.parametrize("mode", [Mode.READ, Mode.WRITE])
def test_an_honest_deployment_is_stable(mode: Mode) -> None:
    with faulty() as deployment:
        verdicts = deployment.check("stability", mode=mode).verdicts
    told = {
        v.key: (v.outcome.value, v.reason) for v in verdicts if mode.writes or v.requirement.mode == "read"
    }
    assert set(told.values()) == {("pass", "")}, told
