"""How verdicts become findings, gaps and a headline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from creditkit.conformance.judging import Outcome, Run
from creditkit.conformance.report import findings, gaps, headline
from creditkit.conformance.report.evidence import Evidence, ranges, readable
from creditkit.conformance.report.findings import kinds
from creditkit.reports import visible

from .runs import (
    LISTED,
    MISSING,
    READ,
    accounted,
    broken,
    exchange,
    good,
    partial,
    reading,
)


def test_a_finding_holds_every_operation_and_what_follows_from_it() -> None:
    first, second = findings(broken())
    assert [verdict.key for verdict in first.verdicts] == [
        "SCHEMA customer_credits_list",
        "SCHEMA customer_credits_retrieve",
    ]
    assert [verdict.key for verdict in first.followers] == ["READ-SAME customer_credits_retrieve"]
    assert (second.requirement.id, second.followers) == ("CREATE-STATUS", ())


def test_the_same_fault_met_often_is_told_once() -> None:
    again = replace(MISSING, exchange=READ)
    other = replace(MISSING, message="value is missing.")
    found = kinds(replace(broken().verdicts[0], failures=(MISSING, again, other)))
    assert [(kind.failure, kind.message) for kind in found] == [
        (MISSING, "end_date is missing. (2 times)"),
        (other, "value is missing."),
    ]


def test_a_chain_of_causes_ends_at_its_root() -> None:
    run = broken()
    verdicts = [
        replace(verdict, cause="READ-SAME") if verdict.requirement.id == "CREATE-STATUS" else verdict
        for verdict in run.verdicts
    ]
    (only,) = findings(replace(run, verdicts=tuple(verdicts)))
    assert [v.requirement.id for v in only.followers] == ["CREATE-STATUS", "READ-SAME"]


def test_what_follows_from_a_waived_fault_is_still_a_finding() -> None:
    run = broken()
    verdicts = [
        replace(verdict, outcome=Outcome.WAIVED) if verdict.requirement.id == "SCHEMA" else verdict
        for verdict in run.verdicts
    ]
    found = findings(replace(run, verdicts=tuple(verdicts)))
    assert [finding.requirement.id for finding in found] == ["CREATE-STATUS", "READ-SAME"]


def test_causes_in_a_circle_lose_nothing() -> None:
    run = broken()
    circle = {"SCHEMA": "CREATE-STATUS", "CREATE-STATUS": "SCHEMA"}
    verdicts = tuple(replace(v, cause=circle.get(v.requirement.id, v.cause)) for v in run.verdicts)
    found = findings(replace(run, verdicts=verdicts))
    assert sum(len(f.verdicts) + len(f.followers) for f in found) == 4


@pytest.mark.parametrize(
    ("run", "tone", "word", "is_green"),
    [
        (broken(), "bad", "Does not conform", False),
        (good(), "good", "Conforms", True),
        (partial(), "open", "Not proven", False),
        (accounted(), "open", "Not proven", False),
        (reading(), "good", "Conforms", True),
    ],
)
def test_the_headline_agrees_with_the_verdict(run: Run, tone: str, word: str, is_green: bool) -> None:
    assert (headline(run).tone, headline(run).word, run.is_green) == (tone, word, is_green)


def test_gaps_tell_what_is_owed() -> None:
    assert [(gap.reason, gap.is_owed) for gap in gaps(partial())] == [
        ("needs the token of a user who is owner", True)
    ]
    assert [gap.is_owed for gap in gaps(reading())] == [False]


def test_an_exchange_that_only_a_fault_names_is_evidence() -> None:
    run = replace(broken(), exchanges=(LISTED,))
    evidence = Evidence(run)
    assert [found.number for found in evidence.exchanges] == [1, 3, 2]
    assert evidence.number(READ) == 2


def test_two_exchanges_with_one_number_are_told_apart() -> None:
    twin = replace(exchange(1, "customer_credits_count", "HEAD"), seconds=1.0)
    evidence = Evidence(replace(good(), exchanges=(LISTED, twin)))
    assert (evidence.number(LISTED), evidence.number(twin)) == (1, 2)


@pytest.mark.parametrize(
    ("numbers", "text"), [([], ""), ([4], "4"), ([3, 1, 2, 7], "1-3 7"), ([1, 1, 3], "1 3")]
)
def test_ranges_are_short(numbers: list[int], text: str) -> None:
    assert ranges(numbers) == text


def test_text_that_steers_a_terminal_is_made_visible() -> None:
    assert visible("a\x1b[31m\x00\u202eb\tc\n") == "a\\u001b[31m\\u0000\\u202eb\tc\n"


def test_a_body_is_indented_if_it_is_json_and_cut_if_it_is_long() -> None:
    assert readable(b'{"a":1}', 100) == '{\n  "a": 1\n}'
    assert readable(b"<html>\xff", 100) == "<html>\ufffd"
    assert readable(b"x" * 12, 10) == "xxxxxxxxxx… (2 more characters)"
