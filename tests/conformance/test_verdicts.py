"""Which failure is behind which: a root cause is one finding, however many requirements notice it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from creditkit.conformance.asking import Exchange
from creditkit.conformance.judging import Failure, Outcome, Requirement, Verdict, with_causes

FIELD = "#/components/schemas/CustomerCredit/properties/value"


def exchange(number: int = 1, status: int = 200) -> Exchange:
    return Exchange(
        number=number,
        operation="customer_credits_retrieve",
        role="staff",
        method="GET",
        url="http://host.test/",
        request_headers=(),
        request_body=b"",
        status=status,
        headers={},
        body=b"",
        started=datetime(2026, 11, 22, tzinfo=UTC),
        seconds=0.1,
    )


def failure(name: str, group: str, *failures: Failure) -> Verdict:
    requirement = Requirement(
        name, group, "MUST", "It holds.", "page", ("customer_credits_retrieve",), "read"
    )
    return Verdict(requirement, "customer_credits_retrieve", Outcome.FAIL, failures)


def cause_of(*verdicts: Verdict, after: Mapping[str, Sequence[str]] | None = None) -> str:
    """The cause of the last verdict."""
    return with_causes(verdicts, after or {})[-1].cause


def test_what_a_requirement_builds_on_explains_it_only_where_that_failed() -> None:
    base, follower = failure("BASE", "read"), failure("FOLLOWER", "update")
    after = {"FOLLOWER": ("BASE",)}
    assert cause_of(base, follower, after=after) == "BASE"
    assert cause_of(replace(base, outcome=Outcome.PASS), follower, after=after) == ""
    assert cause_of(follower, base, after=after) == ""


@pytest.mark.parametrize(
    ("known", "seen", "cause"),
    [
        (
            Failure("a", exchange=exchange(), contract=FIELD),
            Failure("b", exchange=exchange(), contract=FIELD),
            "SHAPE",
        ),
        (
            Failure("a", exchange=exchange(), contract=FIELD + "/pattern"),
            Failure("b", exchange=exchange(), contract=FIELD),
            "SHAPE",
        ),
        (
            Failure("a", exchange=exchange(), contract=FIELD),
            Failure("b", exchange=exchange(), contract=FIELD + "_other"),
            "",
        ),
        (
            Failure("a", exchange=exchange(1), contract=FIELD),
            Failure("b", exchange=exchange(2), contract=FIELD),
            "",
        ),
        (Failure("a", exchange=exchange(status=500)), Failure("b", exchange=exchange(status=500)), "SHAPE"),
        (Failure("a", exchange=exchange()), Failure("b", exchange=exchange()), ""),
        (Failure("a", contract=FIELD), Failure("b", contract=FIELD), ""),
    ],
)
def test_the_structure_of_the_same_answer_explains_what_is_wrong_at_the_same_place(
    known: Failure, seen: Failure, cause: str
) -> None:
    assert cause_of(failure("SHAPE", "structure", known), failure("BEHAVIOUR", "read", seen)) == cause


def test_one_fault_that_is_not_explained_makes_a_finding_of_its_own() -> None:
    shape = failure("SHAPE", "structure", Failure("a", exchange=exchange(), contract=FIELD))
    explained = Failure("b", exchange=exchange(), contract=FIELD)
    other = Failure("c", exchange=exchange(2), contract=FIELD)
    assert cause_of(shape, failure("BEHAVIOUR", "read", explained, other)) == ""
