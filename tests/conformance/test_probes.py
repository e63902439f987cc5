"""The honest mock keeps every requirement; no answer makes a check touch the credits of strangers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from creditkit.conformance.requirements import Requirement, load_requirements
from creditkit.conformance.run import probe_of
from creditkit.conformance.target import Mode
from creditkit.conformance.verdicts import Outcome
from creditkit.contract import API, load, load_facts

from .faulty import Answer, Request, faulty  # noqa: TID251 - the tests' own folder
from .mutations import is_create, shows  # noqa: TID251 - the tests' own folder

GROUPS = ("structure", "identity", "create", "read", "update", "delete", "absence", "methods")
UUID = re.compile(rb"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})")
FIRST = "c4ed1700-0000-4000-8000-000000000001"

OPERATIONS = frozenset(load(API).operations)
MINE = [r for r in load_requirements().values() if r.group in GROUPS]


def test_the_honest_mock_passes_in_write_mode() -> None:
    # The other two give the structure group what it needs of every operation: refusals and actions.
    with faulty() as deployment:
        before = deployment.kept()
        run = deployment.check(*GROUPS, "access", "actions", "negative")
        assert deployment.kept() == before
    assert {v.key: v.reason or v.faults for v in run.verdicts if v.outcome is not Outcome.PASS} == {}


def test_the_honest_mock_passes_in_read_mode_what_reading_can_judge() -> None:
    with faulty() as deployment:
        before = deployment.kept()
        run = deployment.check(*GROUPS, "access", mode=Mode.READ)
        assert deployment.kept() == before
    assert {e.method for e in run.exchanges} == {"GET", "HEAD", "OPTIONS"}
    assert {
        v.key: v.reason or v.faults
        for v in run.verdicts
        if v.outcome is not Outcome.PASS and v.requirement.group in GROUPS and run.covers(v)
    } == {}
    assert run.is_green


def test_a_deployment_that_writes_uuids_without_dashes_passes() -> None:
    def change(request: Request, answer: Answer) -> None:
        answer.body = UUID.sub(rb"\1\2\3\4\5", answer.body)
        for name in ("location", "link"):
            if name in answer.headers:
                answer.headers[name] = UUID.sub(rb"\1\2\3\4\5", answer.headers[name].encode()).decode()

    with faulty(change_answer=change) as deployment:
        assert deployment.failed(*GROUPS) == set()


def test_a_deployment_that_writes_computed_amounts_as_texts_fails_by_their_type_alone() -> None:
    def as_texts(credit: dict[str, Any]) -> None:
        for field in ("minimal_consumption", "allocated_to_projects", "consumption_last_month"):
            if credit[field] is not None:
                credit[field] = f"{credit[field]:.6f}"

    with faulty(change_answer=shows(lambda _: True, as_texts)) as deployment:
        assert deployment.failed(*GROUPS) == {"FIELD-TYPES"}


def test_an_empty_deployment_is_judged_by_a_credit_of_our_own() -> None:
    with faulty() as deployment:
        deployment.clear()
        run = deployment.check("identity", "read", "methods")
        assert deployment.kept() == []
    assert {v.key: v.reason or v.faults for v in run.verdicts if v.outcome is not Outcome.PASS} == {}


def test_an_empty_deployment_cannot_be_judged_by_reading() -> None:
    with faulty() as deployment:
        deployment.clear()
        run = deployment.check("identity", mode=Mode.READ)
    assert {v.outcome for v in run.verdicts} == {Outcome.NOT_EVALUATED}


def test_a_create_that_answers_with_a_credit_of_strangers_does_not_make_it_ours() -> None:
    with faulty(change_answer=shows(is_create, uuid=FIRST)) as deployment:
        before = deployment.kept()
        deployment.check("create", "update", "delete")
        assert deployment.kept() == before


def test_a_list_that_shows_every_credit_as_the_one_asked_for_does_not_make_them_ours() -> None:
    asked: list[str] = []

    def ignore(request: Request) -> None:
        asked[:] = [request.parameters[name] for name in request.parameters if name == "customer_uuid"]
        if asked:
            request.query = ""

    def pretend(request: Request, answer: Answer) -> None:
        if request.is_list and asked:
            answer.rewrite(lambda credit: credit.update(customer_uuid=asked[0]))

    with faulty(ignore, pretend) as deployment:
        before = deployment.kept()
        deployment.check("create", "delete")
        assert deployment.kept() == before


@pytest.mark.parametrize("requirement", MINE, ids=lambda r: r.id)
def test_a_requirement_says_what_it_rests_on(requirement: Requirement) -> None:
    assert re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)+|LATENCY", requirement.id)
    assert f" {requirement.level} " in requirement.text
    assert requirement.text.endswith(".")
    assert requirement.why.endswith(".")
    assert set(requirement.operations) <= OPERATIONS
    assert requirement.mode in ("read", "write")
    assert (requirement.group == "structure") != callable(requirement.probe and probe_of(requirement))


def test_every_fact_that_a_requirement_names_exists() -> None:
    facts = [fact.id for fact in load_facts()]
    for requirement in MINE:
        for named in re.findall(
            r"(?:\*|customer_credits_\w+)\.(?:path|query|request|status|response)\.[\w.*]+",
            requirement.source,
        ):
            pattern = re.escape(named.rstrip(".")).replace(r"\*", r".*")
            assert any(re.fullmatch(pattern, fact) for fact in facts), f"{requirement.id}: {named}"
