"""A file of the catalogue is read as it is written, and what is wrong with one is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from creditkit.deviations import (
    AnswerChange,
    Condition,
    Edit,
    RequestChange,
    Shown,
    Sign,
    deviation_of,
    read_deviations,
    shown_of,
)
from creditkit.errors import ContractError

ROW = {
    "id": "late",
    "title": "Late",
    "documented": "At once.",
    "seen": "Late.",
    "releases": ["waldur-7.9.1"],
    "evidence": "observed (BP)",
    "severity": "minor",
    "breaks": ["LATENCY"],
    "shown": {"delay": 6},
}
TEXT = """
- id: late
  title: Late
  documented: At once.
  seen: Late.
  releases: [waldur-7.9.1]
  evidence: observed (BP)
  severity: minor
  breaks: [LATENCY]
  shown: {delay: 6}
"""


def read(folder: Path, text: str) -> str:
    """The id of the only entry, or the error."""
    path = folder / "latency.yaml"
    path.write_text(text)
    try:
        (found,) = read_deviations(path)
    except ContractError as error:
        return error.message
    return found.id


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("minor", "awful", "latency.yaml: late: severity: "),
        ("breaks: [LATENCY]", "", "late: must have either `breaks` or `allowed`"),
        ("shown: {delay: 6}", "", 'late: "shown" is a required property'),
        ("late\n", "Late\n", "latency.yaml: Late: id: "),
        ("{delay: 6}", "{delay: 6, function: a_b}", "shown.delay: not allowed beside the other keys"),
        ("{delay: 6}", "{with: {a: 1}}", 'shown: "function" is a required property'),
        ("{delay: 6}", "{answer: {fields: {value: {halve: true}}}}", "late: shown.answer.fields.value: "),
        ("[waldur-7.9.1]", "[waldur-0]", "latency.yaml: late: there is no release 'waldur-0'"),
        ("[LATENCY]", "[LATENCY", "latency.yaml:10: not YAML: "),
        ("- id: late", "- late: id", "latency.yaml: entry 1: "),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert told in read(tmp_path, TEXT.replace(before, after))


def test_what_breaks_nothing_says_where_it_is_allowed(tmp_path: Path) -> None:
    allowed = TEXT.replace("breaks: [LATENCY]", "allowed: Nobody says how soon.").replace(
        "shown: {delay: 6}", ""
    )
    assert read(tmp_path, TEXT) == read(tmp_path, allowed) == "late"
    both = TEXT + "  allowed: Nobody says how soon.\n"
    assert read(tmp_path, both) == "latency.yaml: late: must have either `breaks` or `allowed`"


def test_a_row_becomes_a_deviation() -> None:
    found = deviation_of({**ROW, "signs": [{"requirements": ["LATENCY"], "says": "slow"}]})
    assert (found.id, found.releases, found.breaks) == ("late", ("waldur-7.9.1",), ("LATENCY",))
    assert found.shown == Shown(delay=6)
    assert found.signs == (Sign(("LATENCY",), "slow"),)


def test_what_is_shown_is_read_in_full() -> None:
    row = {
        "where": {"operations": ["customer_credits_list"], "roles": ["owner"], "statuses": [200]},
        "request": {"forget_query": True, "headers": {"Accept": None}},
        "answer": {"status": 201, "headers": {"Allow": "GET"}, "fields": {"value": {"drop": True}}},
        "every": 3,
    }
    assert shown_of(row) == Shown(
        where=Condition(operations=("customer_credits_list",), roles=("owner",), statuses=(200,)),
        request=RequestChange(forget_query=True, headers={"accept": None}),
        answer=AnswerChange(status=201, headers={"allow": "GET"}, fields={"value": Edit("drop", True)}),
        every=3,
    )
    assert shown_of({"instead": {"status": 503}}).instead == AnswerChange(status=503)
    assert shown_of({"function": "a_b", "with": {"c": 1}}) == Shown(function="a_b", arguments={"c": 1})
