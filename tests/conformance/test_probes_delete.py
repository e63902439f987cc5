"""Each requirement on delete fails at a deployment with a fault of that kind."""

from __future__ import annotations

import pytest

from creditkit.conformance.requirements import load_requirements

from .faulty import Answer, ChangeAnswer, Request  # noqa: TID251 - the tests' own folder
from .mutations import (  # noqa: TID251 - the tests' own folder
    Memory,
    Mutation,
    forgets_query,
    header,
    is_action,
    is_count,
    is_create,
    is_delete,
    is_history,
    is_patch,
    is_put,
    is_retrieve,
    name_of,
    once_done,
    reads,
    refuses,
    request_once_done,
    shows,
    status,
)


def nothing_is_deleted(request: Request) -> Answer | None:
    return Answer(204, {}) if is_delete(request) else None


def deleted_credits_are_listed() -> ChangeAnswer:
    memory = Memory(is_create)

    def change(request: Request, answer: Answer) -> None:
        memory.watch(request, answer)
        if (
            request.is_list
            and answer.status == 200
            and memory.created
            and not request.parameters.get("customer_uuid")
        ):
            answer.json = [*answer.json, memory.created]

    return change


def uuids_are_used_again() -> ChangeAnswer:
    memory = Memory(is_create)

    def change(request: Request, answer: Answer) -> None:
        if request.is_create and memory.created:
            answer.rewrite(lambda credit: credit.update(uuid=memory.created["uuid"]))
        else:
            memory.watch(request, answer)

    return change


def updates_bring_back(when_asked: str) -> Mutation:
    """An update of what is gone creates it again."""
    memory = Memory(is_delete)

    def change(request: Request) -> None:
        if memory.times and request.method == when_asked and request.is_credit:
            request.method, request.path = "POST", "/api/customer-credits/"

    return Mutation("DELETE-NO-UPDATE", change, memory.watch)


MUTATIONS = (
    Mutation("DELETE-STATUS", answer=status(is_delete, 204, 200)),
    Mutation("DELETE-STATUS", answer=status(is_delete, 204, 202)),
    Mutation("DELETE-GONE", nothing_is_deleted),
    Mutation("DELETE-GONE", answer=status(is_retrieve, 404, 410)),
    Mutation("DELETE-UNLISTED", answer=deleted_credits_are_listed()),
    Mutation("DELETE-UNCOUNTED", answer=header(is_count, "x-result-count", "1")),
    Mutation("DELETE-NO-HISTORY", answer=status(is_history, 404, 200)),
    Mutation("DELETE-TWICE", answer=status(is_delete, 404, 204)),
    Mutation("DELETE-NO-UPDATE", answer=status(is_patch, 404, 200)),
    Mutation("DELETE-NO-UPDATE", answer=status(is_put, 404, 400)),
    updates_bring_back("PUT"),
    Mutation("DELETE-NO-ACTION", answer=status(is_action, 404, 200)),
    Mutation("DELETE-ALONE", answer=once_done(is_delete, 1, status(is_retrieve, 200, 404))),
    Mutation("DELETE-ALONE", answer=once_done(is_delete, 1, shows(is_retrieve, value="0.00000"))),
    Mutation("DELETE-FREES", *request_once_done(is_delete, refuses(is_create))),
    Mutation("DELETE-FREES", answer=uuids_are_used_again()),
    Mutation(
        "DELETE-FORGETS",
        *request_once_done(
            is_delete, reads(is_create, lambda body: body.setdefault("grace_coefficient", "10"))
        ),
    ),
    Mutation("DELETE-FILTERED", forgets_query(is_delete)),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_a_fault_fails_its_requirement(mutation: Mutation) -> None:
    assert mutation.failed() == {mutation.requirement}


def test_every_requirement_has_a_fault_that_fails_it() -> None:
    known = {r.id for r in load_requirements().values() if r.group == "delete"}
    assert {mutation.requirement for mutation in MUTATIONS} == known
