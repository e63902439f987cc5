"""The official releases replayed: what changed between them is told, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from creditkit.review import read_source
from creditkit.review.diff import Change, compare
from mutants import table

RELEASES = sorted(
    (Path(__file__).parent / "releases").glob("*.yaml"),
    key=lambda path: [int(part) for part in path.stem.rpartition("-")[2].split(".")],
)
STEPS = [*pairwise(RELEASES)]
LATER = yaml.safe_load((table.HERE / "later.yaml").read_text(encoding="utf-8"))


def changes_between(old: Path, new: Path) -> tuple[Change, ...]:
    return compare(read_source(old), read_source(new))


def test_fourteen_releases_are_replayed() -> None:
    assert [len(RELEASES), RELEASES[0].stem[-5:], RELEASES[-1].stem[-5:]] == [14, "7.9.0", "8.0.5"]


@pytest.mark.parametrize(("old", "new"), STEPS, ids=[new.stem for _, new in STEPS])
def test_a_release_changed_nothing_or_exactly_what_is_known(old: Path, new: Path) -> None:
    changes = [(one.operation, one.where, one.kind, one.judgement) for one in changes_between(old, new)]
    expected = []
    if new.stem.endswith("7.9.2"):
        added = "query parameter `query`", "request-parameter-added", "compatible"
        operations = [
            "GET /api/customer-credits/",
            "HEAD /api/customer-credits/",
            "GET /api/customer-credits/{uuid}/consumptions/",
        ]
        expected = [(operation, *added) for operation in operations]
    assert changes == expected


def test_from_the_first_release_to_the_last_nothing_breaks() -> None:
    assert {one.kind for one in changes_between(RELEASES[0], RELEASES[-1])} == {"request-parameter-added"}


def test_backwards_the_parameter_is_missed_by_those_who_send_it() -> None:
    changes = changes_between(RELEASES[-1], RELEASES[0])
    assert [one.kind for one in changes] == ["request-parameter-removed"] * 3
    assert [sorted(one.breaks) for one in changes] == [["senders"]] * 3
    assert {str(one.witness) for one in changes if "consumptions" not in one.operation} == {
        'GET /api/customer-credits/ query {"query": "a"} with header authorization',
        'HEAD /api/customer-credits/ query {"query": "a"} with header authorization',
    }


def later() -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    document = table.load("base.yaml")
    for step in LATER:
        edited = table.edited(document, step["edits"])
        yield step, document, edited
        document = edited


@pytest.mark.parametrize(("step", "old", "new"), [*later()], ids=[step["release"] for step in LATER])
def test_a_later_release_breaks_what_it_is_known_to_break(
    step: dict[str, Any], old: dict[str, Any], new: dict[str, Any]
) -> None:
    changes = compare(table.source(old), table.source(new))
    breaking = [f"{one.operation} {one.kind}" for one in changes if one.judgement == "breaking"]
    assert breaking == step["breaking"]
    assert sorted({one.kind for one in changes if one.judgement != "breaking"}) == step["others"]
    assert {one.judgement for one in changes} <= {"breaking", "compatible"}
