"""What changed between two runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from creditkit.conformance.judging import Comparison, Outcome, Run, Verdict, compare
from creditkit.conformance.report import document

from .runs import LIST, SCHEMA, broken, good, partial, reading


def between(old: Run, new: Run) -> Comparison:
    return compare(document(old), document(new))


def one(outcome: Outcome | None) -> Run:
    """A run with one verdict, or none."""
    verdicts = () if outcome is None else (Verdict(SCHEMA, LIST, outcome, reason="because"),)
    return replace(good(), verdicts=verdicts)


@pytest.mark.parametrize("run", [good(), partial(), reading()])
def test_equal_runs_have_no_difference(run: Run) -> None:
    assert between(run, run) == Comparison((), (), (), ())
    assert str(between(run, run)) == "Nothing changed."


def test_what_fails_in_both_runs_is_no_change() -> None:
    found = between(broken(), broken())
    assert found.is_empty
    assert [change.requirement for change in found.still_failing] == [
        "SCHEMA", "SCHEMA", "CREATE-STATUS", "READ-SAME", "PAGE-CAP", "DELETE-GONE",
    ]  # fmt: skip
    assert str(found).startswith("Nothing changed.\nStill failing: 6\n")


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        (Outcome.PASS, Outcome.FAIL, "new"),
        (None, Outcome.FAIL, "new"),
        (Outcome.NOT_EVALUATED, Outcome.ERROR, "new"),
        (Outcome.PASS, Outcome.WARN, "new"),
        (Outcome.FAIL, Outcome.PASS, "fixed"),
        (Outcome.WAIVED, Outcome.PASS, "fixed"),
        (Outcome.FAIL, Outcome.WAIVED, "still_failing"),
        (Outcome.ERROR, Outcome.FAIL, "still_failing"),
        (Outcome.PASS, Outcome.NOT_EVALUATED, "no_longer_evaluated"),
        (Outcome.FAIL, Outcome.NOT_EVALUATED, "no_longer_evaluated"),
        (Outcome.FAIL, None, "no_longer_evaluated"),
        (Outcome.NOT_EVALUATED, Outcome.PASS, ""),
        (Outcome.NOT_EVALUATED, None, ""),
        (None, Outcome.PASS, ""),
    ],
)
def test_each_change_is_in_one_place(before: Outcome | None, after: Outcome | None, where: str) -> None:
    found = between(one(before), one(after))
    places = ("new", "fixed", "still_failing", "no_longer_evaluated")
    assert [place for place in places if getattr(found, place)] == ([where] if where else [])


def test_a_change_tells_both_outcomes_and_why() -> None:
    (change,) = between(one(Outcome.PASS), one(Outcome.NOT_EVALUATED)).no_longer_evaluated
    assert (change.key, change.before, change.after) == (f"SCHEMA {LIST}", "pass", "not evaluated")
    assert (change.text, change.reason) == (SCHEMA.text, "because")


def test_a_comparison_reads_as_text() -> None:
    assert str(between(one(Outcome.FAIL), one(None))).splitlines() == [
        "No longer evaluated: 1",
        "  SCHEMA customer_credits_list  (fail before, absent now)",
        "    An answer MUST have every documented field and no other.",
        "    it is not in the newer run",
    ]


def test_runs_that_are_not_alike_are_told_so() -> None:
    other = replace(good(), url="https://prod.example.com", mode="read")
    assert between(good(), other).remarks == (
        "target: https://staging.example.com before, https://prod.example.com now",
        "mode: write before, read now",
    )
