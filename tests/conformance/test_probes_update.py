"""Each requirement on updates fails at a deployment with a fault of that kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from creditkit.conformance.requirements import load_requirements

from .faulty import Answer, ChangeAnswer, Request  # noqa: TID251 - the tests' own folder
from .mutations import (  # noqa: TID251 - the tests' own folder
    Edit,
    Memory,
    Mutation,
    When,
    both,
    forgets_query,
    is_form,
    is_list,
    is_patch,
    is_put,
    is_retrieve,
    name_of,
    reads,
    refuses,
    sent,
    shows,
    status,
)

OFFERING = "http://mock/api/marketplace-provider-offerings/0ffe4000-0000-4000-8000-000000000001/"
STRANGER = "7b0e4c52-9d1f-4a36-8c57-2f6a1e90d3b8"


def is_empty(request: Request) -> bool:
    return not request.body


def has_no_fields(request: Request) -> bool:
    return bool(request.json == {})


def forgets(field: str) -> Edit:
    return lambda body: body.pop(field, None)


def forgets_null(body: dict[str, Any]) -> None:
    if body.get("end_date", "") is None:
        del body["end_date"]


def forgets_empty_list(body: dict[str, Any]) -> None:
    if body.get("offerings") == []:
        del body["offerings"]


def adds_offering(body: dict[str, Any]) -> None:
    if body.get("offerings"):
        body["offerings"].append(OFFERING)


def in_floating_point(body: dict[str, Any]) -> None:
    for field in ("value", "expected_consumption"):
        if field in body:
            body[field] = f"{round(Decimal(body[field]), 4):f}"


def is_a(field: str, *kinds: type) -> When:
    return lambda request: isinstance((request.json or {}).get(field), kinds)


def has_no_dashes(request: Request) -> bool:
    return "-" not in str((request.json or {}).get("end_date", "-"))


def others_lose_their_money(when: When) -> ChangeAnswer:
    """Once one credit was updated, every other one has no value any more."""
    updated: list[str] = []

    def change(request: Request, answer: Answer) -> None:
        if when(request) and answer.status == 200:
            updated.append(request.path)
        elif updated and request.is_retrieve and request.path != updated[-1]:
            answer.rewrite(lambda credit: credit.update(value="0.00000"))

    return change


def stale_minimum(when: When) -> ChangeAnswer:
    """Updates answer the minimum that was there before them."""
    return shows(when, minimal_consumption=45.0)


def the_second_update_differs() -> ChangeAnswer:
    memory = Memory(is_put)

    def change(request: Request, answer: Answer) -> None:
        memory.watch(request, answer)
        if is_put(request) and memory.times == 2:
            answer.rewrite(lambda credit: credit.update(value="1225.00000"))

    return change


def sent_back(request: Request) -> bool:
    return is_put(request) and "consumption_last_month" in request.json


MUTATIONS = (
    Mutation("PATCH-STATUS", answer=status(is_patch, 200, 202)),
    Mutation("PATCH-STATUS", refuses(both(is_patch, sent("grace_coefficient")))),
    Mutation("PATCH-ECHO", answer=shows(is_patch, value="1.00000")),
    Mutation("PATCH-ECHO", reads(is_patch, forgets("apply_as_minimal_consumption"))),
    Mutation("PATCH-KEPT", answer=shows(is_retrieve, grace_coefficient="99")),
    Mutation("PATCH-ONLY", reads(is_patch, lambda body: body.setdefault("offerings", []))),
    Mutation(
        "PATCH-ONLY", reads(is_patch, lambda body: body.setdefault("apply_as_minimal_consumption", True))
    ),
    Mutation("PATCH-NOTHING", refuses(both(is_patch, has_no_fields))),
    Mutation("PATCH-NOTHING", reads(both(is_patch, has_no_fields), lambda body: body.update(value="99"))),
    Mutation("PATCH-EMPTY-BODY", refuses(both(is_patch, is_empty))),
    Mutation("PATCH-NO-END", reads(is_patch, forgets_null)),
    Mutation("PATCH-NO-OFFERINGS", reads(is_patch, forgets_empty_list)),
    Mutation("PATCH-OFFERINGS", reads(is_patch, adds_offering)),
    Mutation("PATCH-READ-ONLY", refuses(both(is_patch, sent("uuid")))),
    Mutation(
        "PATCH-READ-ONLY",
        reads(both(is_patch, sent("uuid")), lambda body: body.update(grace_coefficient="1")),
    ),
    Mutation("PATCH-UNKNOWN-FIELD", refuses(both(is_patch, sent("comment")))),
    Mutation("PATCH-EXACT", reads(is_patch, in_floating_point)),
    Mutation("PATCH-AMOUNT-SPELLINGS", refuses(both(is_patch, is_a("value", int, float)))),
    Mutation("PATCH-BOOLEAN-SPELLINGS", refuses(both(is_patch, is_a("apply_as_minimal_consumption", str)))),
    Mutation("PATCH-DATE-SPELLINGS", refuses(both(is_patch, has_no_dashes))),
    Mutation("PATCH-FORM", refuses(both(is_patch, is_form), 415)),
    Mutation("PATCH-ALONE", answer=others_lose_their_money(is_patch)),
    Mutation("PATCH-LISTED", answer=shows(is_list, value="1.00000")),
    Mutation("PATCH-CUSTOMER", reads(is_patch, forgets("customer"))),
    Mutation("PATCH-CUSTOMER", answer=shows(is_retrieve, customer_name="The One Before")),
    Mutation("PATCH-TOGETHER", answer=status(is_patch, 400, 200)),
    Mutation("PATCH-TOGETHER", answer=status(is_patch, 400, 409)),
    Mutation("PATCH-FILTERED", forgets_query(is_patch)),
    Mutation("PUT-STATUS", answer=status(is_put, 200, 201)),
    Mutation("PUT-STATUS", answer=status(is_put, 200, 204)),
    Mutation("PUT-ECHO", answer=shows(is_put, value="1.00000")),
    Mutation("PUT-ECHO", reads(is_put, forgets("end_date"))),
    Mutation("PUT-KEPT", answer=shows(is_retrieve, grace_coefficient="99")),
    Mutation("PUT-KEEPS", reads(is_put, lambda body: body.setdefault("offerings", []))),
    Mutation("PUT-KEEPS", reads(is_put, lambda body: body.setdefault("grace_coefficient", "0"))),
    Mutation("PUT-SAME", answer=the_second_update_differs()),
    Mutation("PUT-BACK", refuses(sent_back)),
    Mutation("PUT-BACK", reads(sent_back, forgets("customer"))),
    Mutation("PUT-READ-ONLY", refuses(both(is_put, sent("uuid")))),
    Mutation("PUT-READ-ONLY", reads(both(is_put, sent("uuid")), lambda body: body.update(value="77"))),
    Mutation("PUT-ALONE", answer=others_lose_their_money(is_put)),
    Mutation("PUT-CUSTOMER", answer=shows(is_put, customer_slug="the-one-before")),
    Mutation("PUT-CUSTOMER", refuses(is_put, 403)),
    Mutation("UPDATE-IDENTITY", answer=shows(is_put, uuid=STRANGER)),
    Mutation("UPDATE-IDENTITY", answer=shows(is_patch, url=f"http://mock/api/customer-credits/{STRANGER}/")),
    Mutation("UPDATE-MINIMUM", answer=stale_minimum(is_patch)),
    Mutation("UPDATE-MINIMUM", answer=stale_minimum(is_put)),
    Mutation("UPDATE-MINIMUM", answer=stale_minimum(is_retrieve)),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_a_fault_fails_its_requirement(mutation: Mutation) -> None:
    assert mutation.failed() == {mutation.requirement}


def test_every_requirement_has_a_fault_that_fails_it() -> None:
    known = {r.id for r in load_requirements().values() if r.group == "update"}
    assert {mutation.requirement for mutation in MUTATIONS} == known
