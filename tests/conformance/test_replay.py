"""A finding is found by any of its names, and what became of it is told plainly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from creditkit.conformance import Exchange, Failure, Outcome, Requirement, Run, Verdict
from creditkit.conformance.replay import Recorded, again, exit_code, find, told
from creditkit.errors import UsageError

ROOT = Requirement("ROOT", "create", "MUST", "x", "y", ("create", "list"), "write")
OTHER = Requirement("OTHER", "create", "MUST", "x", "y", ("create",), "write")
DOCUMENT: Mapping[str, Any] = {
    "findings": [{"requirement": "ROOT", "verdicts": ["ROOT list"], "followers": ["OTHER create"]}],
    "verdicts": [
        {"requirement": "ROOT", "operation": "create", "outcome": "pass"},
        {"requirement": "ROOT", "operation": "list", "outcome": "fail"},
        {"requirement": "OTHER", "operation": "create", "outcome": "fail"},
    ],
}
EXCHANGE = Exchange(1, "list", "staff", "GET", "http://x/", (), b"", 200, {}, b"", datetime.now(UTC), 0)


@pytest.mark.parametrize(
    ("name", "requirement", "before"),
    [
        ("1", "ROOT", {"list": "fail"}),
        ("ROOT list", "ROOT", {"list": "fail"}),
        ("ROOT create", "ROOT", {"create": "pass"}),
        ("ROOT", "ROOT", {"create": "pass", "list": "fail"}),
        ("OTHER", "OTHER", {"create": "fail"}),
    ],
)
def test_a_finding_has_three_names(name: str, requirement: str, before: dict[str, str]) -> None:
    assert find(name, DOCUMENT) == Recorded(requirement, before)


@pytest.mark.parametrize("name", ["0", "2", "NONE", "ROOT retrieve", "root list", ""])
def test_what_is_not_in_the_run_is_told(name: str) -> None:
    with pytest.raises(UsageError, match="the run has no"):
        find(name, DOCUMENT)


def test_only_what_was_recorded_is_looked_at_again() -> None:
    verdicts = tuple(Verdict(r, o, Outcome.PASS) for r in (ROOT, OTHER) for o in r.operations)
    run = Run("http://x", "write", datetime.now(UTC), 1, verdicts, ())
    assert [verdict.key for verdict in again(find("1", DOCUMENT), run)] == ["ROOT list"]


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([Outcome.PASS], 0),
        ([Outcome.FAIL], 1),
        ([Outcome.WARN], 1),
        ([Outcome.PASS, Outcome.FAIL], 1),
        ([Outcome.NOT_EVALUATED], 2),
        ([Outcome.PASS, Outcome.ERROR], 2),
        ([], 2),
    ],
)
def test_the_exit_code_says_whether_it_still_shows(outcomes: list[Outcome], code: int) -> None:
    assert exit_code([Verdict(ROOT, "create", outcome) for outcome in outcomes]) == code


def test_what_became_of_it_is_told_with_its_evidence() -> None:
    failure = Failure("The list is wrong.", "2", "3", EXCHANGE)
    verdicts = [
        Verdict(ROOT, "list", Outcome.FAIL, (failure,)),
        Verdict(ROOT, "create", Outcome.NOT_EVALUATED, reason="no customer is free"),
    ]
    assert list(told(find("ROOT", DOCUMENT), verdicts)) == [
        "ROOT list: shows (fail before, fail now)",
        "  The list is wrong.",
        "    expected: 2",
        "    got: 3",
        f"    {EXCHANGE.curl()}",
        "ROOT create: could not be judged: no customer is free",
    ]
    assert list(told(find("1", DOCUMENT), [])) == ["ROOT: was not judged in this mode"]
