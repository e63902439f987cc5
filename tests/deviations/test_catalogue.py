"""The catalogue: its entries name what exists, its names are found, and docs/deviations.md is made of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from creditkit.conformance import load_requirements
from creditkit.contract import API, SUPPORTING, load
from creditkit.deviations import ANY, Deviation, chosen, load_catalogue, load_releases, of_release
from creditkit.deviations.page import to_markdown
from creditkit.errors import UsageError
from creditkit.mock.deviate import behaviour_of

OPERATIONS = {ANY, *load(API).operations, *load(SUPPORTING).operations}
BROKEN = [deviation for deviation in load_catalogue() if deviation.breaks]
RELEASES = {release.id for release in load_releases()}
PAGE = Path(__file__).parents[2] / "docs" / "deviations.md"


def name_of(deviation: Deviation) -> str:
    return deviation.id


@pytest.mark.parametrize("deviation", BROKEN, ids=name_of)
def test_what_breaks_the_contract_can_be_shown_and_expected(deviation: Deviation) -> None:
    """Its signs name the requirements that it breaks, at operations that those requirements are about."""
    assert deviation.shown is not None
    assert callable(behaviour_of(deviation.shown))
    assert set(deviation.shown.where.operations) <= OPERATIONS
    requirements = load_requirements()
    assert set(deviation.breaks) <= requirements.keys()
    assert set(deviation.breaks) <= {name for sign in deviation.signs for name in sign.requirements}
    for sign in deviation.signs:
        re.compile(sign.says)
        re.compile(sign.request)
        for name in sign.requirements:
            assert not sign.operations or set(sign.operations) & set(requirements[name].operations), name
    assert set(deviation.signs[0].requirements) & set(deviation.breaks)


def test_evidence_says_how_it_is_known() -> None:
    for deviation in load_catalogue():
        assert re.match(r"(observed \((D24|BP|SRC)|schema )", deviation.evidence), deviation.id


def test_evidence_on_a_release_that_nobody_observed_says_so() -> None:
    (unseen,) = (release for release in load_releases() if "never observed" in release.evidence)
    assert unseen.id == "waldur-8.1.2"
    told = of_release(unseen.id)
    assert len(told) > 30
    assert [d.id for d in told if not re.search(r"8\.1\.2 (itself )?was never observed", d.evidence)] == []


def test_every_release_has_deviations_also_those_of_the_clients() -> None:
    assert {release for deviation in BROKEN for release in deviation.releases} == RELEASES
    assert {"waldur-7.9.1", "waldur-8.0.9", "waldur-8.1.2"} <= RELEASES


def test_the_actions_of_a_release_either_crash_or_are_empty() -> None:
    crash, empty = (set(deviation.releases) for deviation in chosen(["actions-crash", "actions-empty"]))
    assert not crash & empty
    assert crash | empty == RELEASES


def test_deviations_come_in_the_order_in_which_they_are_named_and_once() -> None:
    found = chosen(["query-filter", "hex-uuids", "query-filter"])
    assert [deviation.id for deviation in found] == ["query-filter", "hex-uuids"]


def test_a_release_has_the_deviations_that_name_it() -> None:
    before, after = ({d.id for d in of_release(name)} for name in ("waldur-8.0.9", "waldur-8.1.2"))
    assert after - before == {"withdrawable-balance"}
    assert before <= after
    assert {"actions-empty", "query-filter"} <= before
    assert "query-filter" not in {d.id for d in of_release("waldur-7.9.1")}


def test_an_unknown_name_is_answered_with_a_hint() -> None:
    for name, hint in (("hex-uuid", "did you mean hex-uuids?"), ("?", "docs/deviations.md tells them all")):
        with pytest.raises(UsageError) as raised:
            chosen([name])
        assert (raised.value.message, raised.value.hint) == (f"there is no deviation {name!r}", hint)
    with pytest.raises(UsageError) as raised:
        of_release("9")
    assert raised.value.hint.startswith("releases: waldur-7.9.1, waldur-7.9.2, ")


def test_the_page_is_current() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == to_markdown(), "run: python -m creditkit.deviations.page docs/deviations.md"
    assert all(f"### {deviation.id}\n" in text for deviation in load_catalogue())
    assert "facts \\*.response.uuid and \\*\\_uuid, a string" in text
