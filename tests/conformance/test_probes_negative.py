"""Each requirement on bad input is kept by the honest mock, and broken by a deployment that lets it pass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from creditkit.conformance.requirements import Requirement, load_requirements
from creditkit.conformance.target import Mode

from .faulty import Answer, ChangeRequest, Request, faulty  # noqa: TID251 - the tests' own folder

NEGATIVE = [r for r in load_requirements().values() if r.group == "negative"]
ONE_FIELD = [r for r in NEGATIVE if any("field" in case for case in r.cases)]


def drops(*fields: str) -> ChangeRequest:
    """A deployment that takes some fields for absent."""

    def change(request: Request) -> None:
        sent = request.json
        if isinstance(sent, dict) and request.method in ("POST", "PUT", "PATCH"):
            request.json = {name: value for name, value in sent.items() if name not in fields}

    return change


def accepts(request: Request, answer: Answer) -> None:
    """Refusals look like success, and hold no credit."""
    if request.method in ("POST", "PUT", "PATCH") and answer.status in (400, 415):
        answer.status, answer.body = 200, b"{}"


def fails(request: Request, answer: Answer) -> None:
    """Refusals are failures of the server."""
    if answer.status in (400, 415):
        answer.status = 500


def names_no_field(request: Request, answer: Answer) -> None:
    """A refusal says that something is wrong, and not what."""
    if answer.status == 400:
        answer.json = {"detail": "Bad request."}


class ChangesAllTheSame:
    """A PATCH that is refused is stored nonetheless: the credit reads otherwise afterwards."""

    def __init__(self) -> None:
        self.refused = False

    def __call__(self, request: Request, answer: Answer) -> None:
        if request.method == "PATCH" and answer.status == 400:
            self.refused = True
        elif self.refused and request.is_retrieve:
            answer.rewrite(lambda credit: credit.update(grace_coefficient="99"))


class CreatesAllTheSame:
    """A create that is refused stores a credit nonetheless."""

    def __init__(self) -> None:
        self.refused = False

    def __call__(self, request: Request, answer: Answer) -> None:
        if request.is_create and answer.status == 400:
            self.refused = True
        elif self.refused and request.is_list and "customer_uuid=" in request.query:
            answer.json = [{"uuid": "c4ed1700-0000-4000-8000-0000000000ff", "customer_uuid": "another"}]


def field_of(requirement: Requirement) -> str:
    return next(str(case["field"]) for case in requirement.cases if "field" in case)


def silently_dropped() -> Iterator[tuple[str, str]]:
    """The requirements on one field that can be left out, and the field."""
    for requirement in ONE_FIELD:
        if field_of(requirement) != "customer":
            yield requirement.id, field_of(requirement)


@pytest.mark.parametrize("requirement", [r.id for r in NEGATIVE])
def test_bad_input_that_is_accepted_breaks(requirement: str) -> None:
    with faulty(change_answer=accepts) as deployment:
        assert deployment.failed(requirement) == {requirement}


@pytest.mark.parametrize("requirement", ["EXPECTED-NEEDS-VALUE", "BODY-JSON"])
def test_bad_input_that_is_too_much_for_the_server_breaks(requirement: str) -> None:
    with faulty(change_answer=fails) as deployment:
        assert deployment.failed(requirement) == {requirement}


@pytest.mark.parametrize(("requirement", "field"), [*silently_dropped()])
def test_a_bad_field_that_is_ignored_breaks(requirement: str, field: str) -> None:
    with faulty(change_request=drops(field)) as deployment:
        run = deployment.check(requirement)
    assert [v.outcome.value for v in run.verdicts] == ["fail"] * len(run.verdicts)


@pytest.mark.parametrize(
    "requirement", [*(r.id for r in ONE_FIELD), "CUSTOMER-UNIQUE", "CUSTOMER-TAKEN", "EVERY-FIELD-NAMED"]
)
def test_a_refusal_that_does_not_name_the_field_breaks(requirement: str) -> None:
    with faulty(change_answer=names_no_field) as deployment:
        assert deployment.failed(requirement) == {requirement}


def test_a_refused_change_that_changes_something_breaks() -> None:
    with faulty(change_answer=ChangesAllTheSame()) as deployment:
        assert deployment.failed("VALUE-NULL") == {"VALUE-NULL"}


def test_a_refused_create_that_creates_something_breaks() -> None:
    with faulty(change_answer=CreatesAllTheSame()) as deployment:
        assert deployment.failed("VALUE-NULL") == {"VALUE-NULL"}


def test_whatever_a_lax_deployment_creates_is_deleted_again() -> None:
    with faulty(change_request=drops("value", "end_date", "offerings")) as deployment:
        before = deployment.check("COUNT-HEADER").exchanges[0].json()
        deployment.check("negative")
        assert deployment.check("COUNT-HEADER").exchanges[0].json() == before


def test_an_honest_deployment_keeps_every_requirement_on_input() -> None:
    with faulty() as deployment:
        verdicts = deployment.check("negative").verdicts
    told = {verdict.key: (verdict.outcome.value, verdict.reason) for verdict in verdicts}
    assert set(told.values()) == {("pass", "")}, told


def test_nothing_bad_is_sent_where_only_reading_is_allowed() -> None:
    with faulty() as deployment:
        run = deployment.check("negative", mode=Mode.READ)
    assert {v.outcome.value for v in run.verdicts} == {"not evaluated"}
    assert {exchange.method for exchange in run.exchanges} == {"GET"}
