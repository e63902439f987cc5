"""Each requirement on create fails at a deployment with a fault of that kind."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from creditkit.conformance.requirements import load_requirements

from .faulty import Answer, Request  # noqa: TID251 - the tests' own folder
from .mutations import (  # noqa: TID251 - the tests' own folder
    Mutation,
    both,
    header,
    is_count,
    is_create,
    is_form,
    is_list,
    is_retrieve,
    name_of,
    once_done,
    reads,
    refuses,
    sent,
    shows,
    status,
)


def the_newest_is_missing(request: Request, answer: Answer) -> None:
    if request.is_list and answer.status == 200:
        answer.json = answer.json[:-1]


def the_newest_is_there_twice(request: Request, answer: Answer) -> None:
    if request.is_list and answer.status == 200:
        answer.json = [*answer.json, *answer.json[-1:]]


def what_was_sent_is_shown(request: Request, answer: Answer) -> None:
    if request.is_create and "allocated_to_projects" in request.json:
        answer.rewrite(
            lambda credit: credit.update(allocated_to_projects=request.json["allocated_to_projects"])
        )


def rounded(credit: dict[str, Any]) -> None:
    credit["value"] = f"{round(Decimal(credit['value']), 3)}00"


def a_day_earlier(credit: dict[str, Any]) -> None:
    if credit["end_date"]:
        credit["end_date"] = (date.fromisoformat(credit["end_date"]) - timedelta(days=1)).isoformat()


def spread_over_months(credit: dict[str, Any]) -> None:
    if credit["minimal_consumption_logic"] == "linear":
        credit["expected_consumption"] = "83.33333"


def grace_does_not_count(credit: dict[str, Any]) -> None:
    if credit["apply_as_minimal_consumption"]:
        credit["minimal_consumption"] = float(credit["expected_consumption"])


def always_applied(credit: dict[str, Any]) -> None:
    grace, expected = float(credit["grace_coefficient"]), float(credit["expected_consumption"])
    credit["minimal_consumption"] = (100 - grace) / 100 * expected


def as_objects(credit: dict[str, Any]) -> None:
    credit["offerings"] = [{"uuid": link.rstrip("/").rpartition("/")[2]} for link in credit["offerings"]]


def as_hyperlinks(credit: dict[str, Any]) -> None:
    credit["offerings"] = [offering["url"] for offering in credit["offerings"]]


def has_repetitions(request: Request) -> bool:
    links = (request.json or {}).get("offerings", [])
    return request.is_create and len(set(links)) < len(links)


def is_bare(request: Request) -> bool:
    return request.is_create and request.json.get("customer", "").startswith("/")


MUTATIONS = (
    Mutation("CREATE-STATUS", answer=status(is_create, 201, 200)),
    Mutation("CREATE-STATUS", refuses(both(is_create, sent("offerings")))),
    Mutation("CREATE-LOCATION", answer=header(is_create, "location", None)),
    Mutation("CREATE-LOCATION", answer=header(is_create, "location", "http://mock/api/customer-credits/")),
    Mutation("CREATE-ECHO", answer=shows(is_create, value="1.00000")),
    Mutation(
        "CREATE-ECHO",
        reads(is_create, lambda body: body.pop("end_date", None) and body.pop("minimal_consumption_logic")),
    ),
    Mutation("CREATE-ECHO", reads(is_create, lambda body: body.pop("apply_as_minimal_consumption", None))),
    Mutation("CREATE-READ", answer=shows(is_retrieve, grace_coefficient="99")),
    Mutation("CREATE-READ", refuses(is_retrieve, 404)),
    Mutation("CREATE-LISTED", answer=the_newest_is_missing),
    Mutation("CREATE-LISTED", answer=the_newest_is_there_twice),
    Mutation("CREATE-LISTED", answer=shows(is_list, value="1.00000")),
    Mutation("CREATE-COUNTED", answer=header(is_count, "x-result-count", "0")),
    Mutation("CREATE-COUNTED", answer=header(is_count, "x-result-count", None)),
    Mutation("CREATE-DEFAULTS", reads(is_create, lambda body: body.setdefault("grace_coefficient", "10"))),
    Mutation("CREATE-DEFAULTS", answer=shows(is_create, apply_as_minimal_consumption=False)),
    Mutation("CREATE-CUSTOMER-FIELDS", answer=shows(is_create, customer_slug="another")),
    Mutation("CREATE-OWN-UUID", answer=shows(is_create, uuid="7b0e4c52-9d1f-4a36-8c57-2f6a1e90d3b8")),
    Mutation("CREATE-READ-ONLY", answer=what_was_sent_is_shown),
    Mutation("CREATE-READ-ONLY", refuses(both(is_create, sent("uuid")))),
    Mutation("CREATE-UNKNOWN-FIELD", refuses(both(is_create, sent("comment")))),
    Mutation("CREATE-EXACT", answer=shows(is_create, rounded)),
    Mutation("CREATE-EXACT", answer=shows(is_retrieve, rounded)),
    Mutation("CREATE-END-DATE", answer=shows(is_create, a_day_earlier)),
    Mutation("CREATE-LINEAR", answer=shows(is_create, spread_over_months)),
    Mutation("CREATE-OFFERINGS", reads(is_create, lambda body: body.pop("offerings", None))),
    Mutation("CREATE-OFFERINGS", answer=shows(is_create, as_objects)),
    Mutation("CREATE-OFFERINGS", answer=shows(is_retrieve, as_hyperlinks)),
    Mutation("CREATE-OFFERINGS-ONCE", refuses(has_repetitions)),
    Mutation("CREATE-MINIMUM", answer=shows(is_create, grace_does_not_count)),
    Mutation("CREATE-MINIMUM", answer=shows(is_retrieve, always_applied)),
    Mutation("CREATE-ALONE", answer=once_done(is_create, 2, shows(is_retrieve, value="0.00000"))),
    Mutation("CREATE-ALONE", answer=once_done(is_create, 2, status(is_retrieve, 200, 404))),
    Mutation("CREATE-LINK-SPELLINGS", refuses(is_bare)),
    Mutation("CREATE-FORM", refuses(both(is_create, is_form), 415)),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_a_fault_fails_its_requirement(mutation: Mutation) -> None:
    assert mutation.failed() == {mutation.requirement}


def test_every_requirement_has_a_fault_that_fails_it() -> None:
    known = {r.id for r in load_requirements().values() if r.group == "create"}
    assert {mutation.requirement for mutation in MUTATIONS} == known
