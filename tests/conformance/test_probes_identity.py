"""Each requirement on identity fails at a deployment with a fault of that kind."""

from __future__ import annotations

import pytest

from creditkit.conformance.requirements import load_requirements
from creditkit.conformance.target import Mode

from .faulty import CREDITS, Answer, Request  # noqa: TID251 - the tests' own folder
from .mutations import (  # noqa: TID251 - the tests' own folder
    Mutation,
    is_list,
    is_retrieve,
    name_of,
    refuses,
    shows,
)

FIRST = "c4ed1700-0000-4000-8000-000000000001"
OTHER = "c4ed1700-0000-4000-8000-000000000002"


def always_the_first(request: Request) -> None:
    if request.is_retrieve:
        request.path = f"{CREDITS}{FIRST}/"


def without_dashes(request: Request) -> bool:
    return request.is_retrieve and "-" not in request.path.removeprefix(CREDITS)


def with_dashes(request: Request) -> bool:
    return request.is_retrieve and not without_dashes(request)


def in_capitals(request: Request) -> bool:
    return (
        request.is_retrieve
        and request.path.removeprefix(CREDITS) != request.path.removeprefix(CREDITS).lower()
    )


def same_twice(field: str):  # type: ignore[no-untyped-def]
    def change(request: Request, answer: Answer) -> None:
        entries = answer.json
        if request.is_list and len(entries) > 1:
            entries[1][field] = entries[0][field]
            answer.json = entries

    return change


def offering(**fields: str):  # type: ignore[no-untyped-def]
    return lambda credit: [entry.update(fields) for entry in credit["offerings"]]


MUTATIONS = (
    Mutation("ID-PATH", always_the_first),
    Mutation("ID-SPELLINGS", refuses(without_dashes, 404)),
    Mutation("ID-SPELLINGS", refuses(with_dashes, 404)),
    Mutation("ID-CASE", refuses(in_capitals, 404)),
    Mutation("ID-URL", answer=shows(is_list, url=f"http://mock{CREDITS}{OTHER}/")),
    Mutation("ID-URL", answer=shows(is_retrieve, url=f"http://mock{CREDITS}{OTHER}/")),
    Mutation(
        "ID-URL-LEADS",
        refuses(without_dashes, 404),
        shows(
            is_list,
            lambda credit: credit.update(
                url=credit["url"].replace("-", "").replace("customerc", "customer-c")
            ),
        ),
    ),
    Mutation(
        "ID-URL-HOST", answer=shows(is_list, lambda c: c.update(url=c["url"].replace("http:", "https:")))
    ),
    Mutation("ID-URL-HOST", answer=shows(is_list, customer="http://inner:8000/api/customers/1/")),
    Mutation("ID-UNIQUE", answer=same_twice("uuid")),
    Mutation("ID-ONE-EACH", answer=same_twice("customer_uuid")),
    Mutation("ID-CUSTOMER", answer=shows(is_retrieve, customer_uuid=FIRST)),
    Mutation(
        "ID-CUSTOMER",
        answer=shows(is_list, lambda c: c.update(customer=c["customer"].replace("customers", "customer"))),
    ),
    Mutation("ID-CUSTOMER-FIELDS", answer=shows(is_list, customer_name="Another")),
    Mutation("ID-CUSTOMER-FIELDS", answer=shows(is_retrieve, customer_slug="another")),
    Mutation("ID-OFFERINGS", answer=shows(is_retrieve, offering(url=f"http://mock/api/offerings/{FIRST}/"))),
    Mutation("ID-OFFERING-FIELDS", answer=shows(is_list, offering(name="Another"))),
    Mutation("ID-OFFERING-FIELDS", answer=shows(is_retrieve, offering(type="Another"))),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_a_fault_fails_its_requirement(mutation: Mutation) -> None:
    assert mutation.failed(Mode.READ) == {mutation.requirement}


def test_every_requirement_has_a_fault_that_fails_it() -> None:
    known = {r.id for r in load_requirements().values() if r.group == "identity"}
    assert {mutation.requirement for mutation in MUTATIONS} == known
