"""The honest mock keeps every requirement; no answer makes a check touch the credits of strangers.

That each requirement fails where a deployment breaks it is shown by the selftest: tests/selftest.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from creditkit.conformance.asking import Mode
from creditkit.conformance.judging import Outcome, Requirement, Run, load_requirements
from creditkit.conformance.probing import probe_of
from creditkit.conformance.run import check
from creditkit.contract import API, load, load_facts

from .faulty import TOKENS, Answer, Deployment, Request, faulty

FIRST = "c4ed1700-0000-4000-8000-000000000001"

OPERATIONS = frozenset(load(API).operations)
REQUIREMENTS = [r for r in load_requirements().values() if r.mode != "full"]


def others(run: Run) -> dict[str, Any]:
    """The verdicts that are no pass, of those that the run's mode could give."""
    judged = (v for v in run.verdicts if v.requirement.group != "fuzz" and run.covers(v))
    return {v.key: v.reason or v.failures for v in judged if v.outcome is not Outcome.PASS}


def test_the_honest_mock_passes_in_write_mode() -> None:
    with faulty() as deployment:
        before = deployment.kept()
        run = deployment.check()
        assert deployment.kept() == before
    assert others(run) == {}
    assert run.is_green


def test_the_honest_mock_passes_in_read_mode_what_reading_can_judge() -> None:
    with faulty() as deployment:
        before = deployment.kept()
        run = deployment.check(mode=Mode.READ)
        assert deployment.kept() == before
    assert {e.method for e in run.exchanges} == {"GET", "HEAD", "OPTIONS"}
    seen = {v.requirement.id for v in run.verdicts if v.outcome is Outcome.PASS}
    # A Location comes with a create alone.
    assert {r.id for r in REQUIREMENTS if r.mode == "read"} - seen == {"HEADER-LOCATION"}
    assert run.is_green


def test_an_empty_deployment_is_judged_by_a_credit_of_our_own() -> None:
    with faulty() as deployment:
        deployment.clear()
        run = deployment.check("identity", "read", "methods")
        assert deployment.kept() == []
    assert {v.key: v.reason or v.failures for v in run.verdicts if v.outcome is not Outcome.PASS} == {}


def test_an_empty_deployment_cannot_be_judged_by_reading() -> None:
    with faulty() as deployment:
        deployment.clear()
        run = deployment.check("identity", mode=Mode.READ)
    assert {v.outcome for v in run.verdicts} == {Outcome.NOT_EVALUATED}


def test_a_create_that_answers_with_a_credit_of_strangers_does_not_make_it_ours() -> None:
    def strangers(request: Request, answer: Answer) -> None:
        if request.is_create:
            answer.rewrite(lambda credit: credit.update(uuid=FIRST))

    with faulty(change_answer=strangers) as deployment:
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


# What is no fault, and what cannot be judged


@pytest.mark.parametrize("role", ["support", "owner", "nobody"])
def test_without_the_token_of_a_role_its_requirements_are_not_evaluated(role: str) -> None:
    def without(deployment: Deployment) -> set[tuple[str, str]]:
        tokens = {name: token for name, token in TOKENS.items() if name != role}
        run = check(replace(deployment.target, tokens=tokens), Mode.WRITE, only=[f"{role.upper()}-WRITE"])
        return {(v.outcome.value, v.reason) for v in run.verdicts}

    with faulty() as deployment:
        assert without(deployment) == {("not evaluated", f"needs the token of a user who is {role}")}


def test_an_action_without_effect_is_not_evaluated_rather_than_passed() -> None:
    def does_nothing(request: Request) -> None:
        request.path = request.path.replace("/apply_compensations/", "/clear_compensations/")

    with faulty(change_request=does_nothing) as deployment:
        run = deployment.check("APPLY-TWICE")
    assert [(v.outcome.value, v.reason) for v in run.verdicts] == [
        (
            "not evaluated",
            "no free customer has usage on an open invoice, or apply_compensations does nothing",
        )
    ]


def test_a_record_that_somebody_changes_meanwhile_is_no_fault() -> None:
    calls = []

    def changed_once(request: Request, answer: Answer) -> None:
        if request.is_retrieve:
            calls.append(request)
            if len(calls) > 4:
                answer.rewrite(lambda credit: credit.update(value="3.00000"))

    with faulty(change_answer=changed_once) as deployment:
        assert deployment.failed("STABLE-RETRIEVE") == set()


def test_a_refused_change_that_changes_something_breaks() -> None:
    refused: list[str] = []

    def stored_all_the_same(request: Request, answer: Answer) -> None:
        if request.method == "PATCH" and answer.status == 400:
            refused.append(request.path)
        elif refused and request.is_retrieve:
            answer.rewrite(lambda credit: credit.update(grace_coefficient="99"))

    with faulty(change_answer=stored_all_the_same) as deployment:
        assert deployment.failed("VALUE-NULL") == {"VALUE-NULL"}


def test_a_refused_create_that_creates_something_breaks() -> None:
    refused: list[str] = []

    def created_all_the_same(request: Request, answer: Answer) -> None:
        if request.is_create and answer.status == 400:
            refused.append(request.path)
        elif refused and request.is_list and "customer_uuid=" in request.query:
            answer.json = [{"uuid": "c4ed1700-0000-4000-8000-0000000000ff", "customer_uuid": "another"}]

    with faulty(change_answer=created_all_the_same) as deployment:
        assert deployment.failed("VALUE-NULL") == {"VALUE-NULL"}


def test_whatever_a_lax_deployment_creates_is_deleted_again() -> None:
    def drops(request: Request) -> None:
        sent = request.json
        if isinstance(sent, dict) and request.method in ("POST", "PUT", "PATCH"):
            bad = ("value", "end_date", "offerings")
            request.json = {name: value for name, value in sent.items() if name not in bad}

    with faulty(change_request=drops) as deployment:
        before = deployment.kept()
        deployment.check("negative")
        assert deployment.kept() == before


def test_nothing_bad_is_sent_where_only_reading_is_allowed() -> None:
    with faulty() as deployment:
        run = deployment.check("negative", mode=Mode.READ)
    assert {v.outcome.value for v in run.verdicts} == {"not evaluated"}
    assert {exchange.method for exchange in run.exchanges} == {"GET"}


# The requirements as a table


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda r: r.id)
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
    for requirement in REQUIREMENTS:
        for named in re.findall(
            r"(?:\*|customer_credits_\w+)\.(?:path|query|request|status|response)\.[\w.*]+",
            requirement.source,
        ):
            pattern = re.escape(named.rstrip(".")).replace(r"\*", r".*")
            assert any(re.fullmatch(pattern, fact) for fact in facts), f"{requirement.id}: {named}"
