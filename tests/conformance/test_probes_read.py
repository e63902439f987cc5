"""Each requirement on reading fails at a deployment with a fault of that kind."""

from __future__ import annotations

import pytest

from creditkit.conformance.requirements import load_requirements
from creditkit.conformance.target import Mode

from .faulty import Request  # noqa: TID251 - the tests' own folder
from .mutations import (  # noqa: TID251 - the tests' own folder
    Mutation,
    forgets_query,
    header,
    is_count,
    is_history,
    is_list,
    is_retrieve,
    name_of,
    refuses,
    shows,
    status,
)


def xml_is_answered_all_the_same(request: Request) -> None:
    request.headers["accept"] = "application/json"


def accepts_anything(request: Request) -> bool:
    return request.headers.get("accept") == "*/*"


def has_unknown_parameter(request: Request) -> bool:
    return "no_such_parameter" in request.query


def has_no_slash(request: Request) -> bool:
    return not request.path.endswith("/")


MUTATIONS = (
    Mutation("READ-STATUS", answer=status(is_list, 200, 206)),
    Mutation("READ-STATUS", answer=status(is_count, 200, 405)),
    Mutation("READ-STATUS", answer=status(is_retrieve, 200, 203)),
    Mutation("READ-STATUS", answer=status(is_history, 200, 404)),
    Mutation("READ-SAME", answer=shows(is_retrieve, value="1.00000")),
    Mutation("READ-SAME", answer=shows(is_list, end_date="2031-01-01")),
    Mutation("READ-HEAD", answer=header(is_count, "x-result-count", "0")),
    Mutation("READ-HEAD", answer=header(is_count, "link", None)),
    Mutation("READ-HEAD", answer=status(is_count, 404, 200)),
    Mutation("READ-MINIMUM", answer=shows(is_list, minimal_consumption=12.5)),
    Mutation("READ-AMOUNTS", answer=shows(is_list, value="-1.00000")),
    Mutation("READ-AMOUNTS", answer=shows(is_list, allocated_to_projects=-1)),
    Mutation("READ-ANY-MEDIA-TYPE", refuses(accepts_anything, 406)),
    Mutation("READ-ANY-MEDIA-TYPE", answer=header(accepts_anything, "content-type", "text/html")),
    Mutation("READ-NOT-ACCEPTABLE", xml_is_answered_all_the_same),
    Mutation("READ-UNKNOWN-PARAMETER", refuses(has_unknown_parameter)),
    Mutation("READ-UNKNOWN-PARAMETER", answer=shows(has_unknown_parameter, value="1.00000")),
    Mutation("READ-FILTERED", forgets_query(is_retrieve)),
    Mutation("READ-SLASH", refuses(has_no_slash, 404)),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=name_of)
def test_a_fault_fails_its_requirement(mutation: Mutation) -> None:
    assert mutation.failed(Mode.READ) == {mutation.requirement}


def test_every_requirement_has_a_fault_that_fails_it() -> None:
    known = {r.id for r in load_requirements().values() if r.group == "read"}
    assert {mutation.requirement for mutation in MUTATIONS} == known
