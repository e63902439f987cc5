"""Each requirement on methods fails at a deployment with a fault of that kind."""

from __future__ import annotations

import pytest

from creditkit.conformance.requirements import load_requirements

from .faulty import Request  # noqa: TID251 - the tests' own folder
from .mutations import Mutation, When, both, header, is_action, is_count, name_of, status  # noqa: TID251 - the tests' own folder


def has(*methods: str) -> When:
    return lambda request: request.method in methods


def is_one_credit(request: Request) -> bool:
    return request.is_credit


def is_below(request: Request) -> bool:
    return request.path.endswith("/consumptions/")


def deletes_from_below(request: Request) -> None:
    if request.method == "DELETE":
        request.path = request.path.removesuffix("consumptions/")


def updates_from_actions(request: Request) -> None:
    if request.method == "PATCH" and is_action(request):
        request.path = "/".join(request.path.split("/")[:-2]) + "/"
        request.json = {"grace_coefficient": "1"}


MUTATIONS = (
    Mutation("METHOD-READ-ACTION", answer=status(both(has("GET"), is_action), 405, 200)),
    Mutation("METHOD-READ-ACTION", answer=status(both(has("GET"), is_action), 405, 404)),
    Mutation("METHOD-CREDIT", answer=status(both(has("POST"), is_one_credit), 405, 404)),
    Mutation("METHOD-CONSUMPTIONS", answer=status(both(has("PUT"), is_below), 405, 200)),
    Mutation("METHOD-CONSUMPTIONS", deletes_from_below),
    Mutation("METHOD-ACTION", answer=status(both(has("DELETE"), is_action), 405, 204)),
    Mutation("METHOD-ALLOW", answer=header(has("GET"), "allow", None)),
    Mutation("METHOD-ALLOW", answer=header(has("GET"), "allow", "GET, POST, OPTIONS")),
    Mutation("METHOD-NO-EFFECT", deletes_from_below),
    Mutation("METHOD-NO-EFFECT", updates_from_actions),
    Mutation("METHOD-OPTIONS", answer=status(has("OPTIONS"), 200, 405)),
    Mutation("METHOD-OPTIONS", answer=header(has("OPTIONS"), "allow", "GET, POST, HEAD, OPTIONS")),
    Mutation("METHOD-HEAD", answer=status(is_count, 200, 405)),
    Mutation("METHOD-HEAD", answer=status(both(has("HEAD"), is_below), 404, 200)),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_a_fault_fails_its_requirement(mutation: Mutation) -> None:
    assert mutation.failed() == {mutation.requirement}


def test_every_requirement_has_a_fault_that_fails_it() -> None:
    known = {r.id for r in load_requirements().values() if r.group == "methods"}
    assert {mutation.requirement for mutation in MUTATIONS} == known
