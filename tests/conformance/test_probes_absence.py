"""Each requirement on unknown credits fails at a deployment with a fault of that kind."""

from __future__ import annotations

import pytest

from creditkit.conformance.requirements import load_requirements

from .faulty import CREDITS, Request  # noqa: TID251 - the tests' own folder
from .mutations import (  # noqa: TID251 - the tests' own folder
    Mutation,
    When,
    both,
    is_action,
    is_delete,
    is_history,
    is_patch,
    is_put,
    is_retrieve,
    name_of,
    refuses,
    status,
)

FIRST = "c4ed1700-0000-4000-8000-000000000001"


def updates_create(method: str) -> Mutation:
    def change(request: Request) -> None:
        if request.method == method:
            request.method, request.path = "POST", CREDITS

    return Mutation("ABSENT-NOT-CREATED", change)


def has(text: str) -> When:
    return lambda request: text in request.path


def is_of(media_type: str) -> When:
    return lambda request: request.headers.get("content-type") == media_type


def is_not_json(request: Request) -> bool:
    return request.json is None and bool(request.body)


def zeros_find_the_first(request: Request) -> None:
    request.path = request.path.replace("0" * 32, FIRST)


def customers_find_their_credit(request: Request) -> None:
    if request.path.startswith(CREDITS):
        request.path = request.path.replace("5a1c0de0", "c4ed1700")


def is_below(request: Request) -> bool:
    return request.path.endswith(("/apply/", "/no_such_action/"))


MUTATIONS = (
    Mutation("ABSENT-READ", answer=status(is_retrieve, 404, 200)),
    Mutation("ABSENT-READ", answer=status(is_history, 404, 200)),
    Mutation("ABSENT-WRITE", answer=status(is_patch, 404, 200)),
    Mutation("ABSENT-WRITE", answer=status(is_put, 404, 400)),
    Mutation("ABSENT-WRITE", answer=status(is_delete, 404, 204)),
    Mutation("ABSENT-WRITE", answer=status(is_action, 404, 200)),
    updates_create("PUT"),
    updates_create("PATCH"),
    Mutation("ABSENT-BEFORE-BODY", refuses(both(is_patch, is_of("text/plain")), 415)),
    Mutation("ABSENT-BEFORE-BODY", refuses(both(is_put, is_of("application/json"), is_not_json))),
    Mutation("ABSENT-NIL", zeros_find_the_first),
    Mutation("ABSENT-NIL", answer=status(has("f" * 32), 404, 500)),
    Mutation("ABSENT-MALFORMED", answer=status(has("no-uuid"), 404, 400)),
    Mutation("ABSENT-MALFORMED", answer=status(both(is_history, has("é")), 404, 500)),
    Mutation("ABSENT-MALFORMED-WRITE", answer=status(both(is_patch, has("123")), 404, 400)),
    Mutation("ABSENT-MALFORMED-WRITE", answer=status(is_action, 404, 405)),
    Mutation("ABSENT-CUSTOMER", customers_find_their_credit),
    Mutation("ABSENT-PATH", answer=status(is_below, 404, 200)),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_a_fault_fails_its_requirement(mutation: Mutation) -> None:
    assert mutation.failed() == {mutation.requirement}


def test_every_requirement_has_a_fault_that_fails_it() -> None:
    known = {r.id for r in load_requirements().values() if r.group == "absence"}
    assert {mutation.requirement for mutation in MUTATIONS} == known
