"""Every entry of the catalogue says what it must, in names that exist."""

from __future__ import annotations

import re

import pytest

from creditkit.conformance import load_requirements
from creditkit.contract import API, SUPPORTING, load
from creditkit.deviations import ANY, FAULTS, Deviation, load_catalogue, load_releases
from creditkit.mock.deviate import behaviour_of

OPERATIONS = {ANY, *load(API).operations, *load(SUPPORTING).operations}
BROKEN = [deviation for deviation in load_catalogue() if deviation.breaks]
REAL = [deviation for deviation in load_catalogue() if deviation.releases != (FAULTS,)]


def name_of(deviation: Deviation) -> str:
    return deviation.id


def test_ids_are_there_once() -> None:
    ids = [deviation.id for deviation in load_catalogue()]
    assert len(ids) == len(set(ids))


def test_what_releases_do_comes_before_what_no_release_does() -> None:
    groups = [deviation.group for deviation in load_catalogue()]
    assert groups[0] == "releases"
    assert groups == sorted(groups, key=lambda group: (group != "releases", group))


@pytest.mark.parametrize("deviation", BROKEN, ids=name_of)
def test_what_it_breaks_are_requirements(deviation: Deviation) -> None:
    assert set(deviation.breaks) <= load_requirements().keys()


@pytest.mark.parametrize("deviation", BROKEN, ids=name_of)
def test_what_shows_it_is_there(deviation: Deviation) -> None:
    assert deviation.shown is not None
    assert callable(behaviour_of(deviation.shown))
    assert set(deviation.shown.where.operations) <= OPERATIONS


@pytest.mark.parametrize("deviation", [d for d in BROKEN if d in REAL], ids=name_of)
def test_what_a_release_has_can_be_expected(deviation: Deviation) -> None:
    """Its signs speak of what it breaks, at operations that those requirements speak of."""
    assert deviation.signs
    requirements = load_requirements()
    assert set(deviation.breaks) <= {name for sign in deviation.signs for name in sign.requirements}
    for sign in deviation.signs:
        re.compile(sign.says)
        re.compile(sign.request)
        for name in sign.requirements:
            spoken_of = set(requirements[name].operations)
            assert not sign.operations or set(sign.operations) & spoken_of, name
    assert set(deviation.signs[0].requirements) & set(deviation.breaks)


@pytest.mark.parametrize("deviation", REAL, ids=name_of)
def test_what_a_release_has_is_known_by_something(deviation: Deviation) -> None:
    assert re.match(r"(observed \((D24|BP|SRC)|schema )", deviation.evidence)


def test_what_is_told_of_a_release_that_nobody_observed_says_so() -> None:
    (unseen,) = (release for release in load_releases() if "never observed" in release.evidence)
    assert unseen.id == "waldur-8.1.2"
    told = [deviation for deviation in REAL if unseen.id in deviation.releases]
    assert len(told) > 30
    assert [d.id for d in told if not re.search(r"8\.1\.2 (itself )?was never observed", d.evidence)] == []


def test_every_release_has_deviations() -> None:
    named = {release for deviation in BROKEN for release in deviation.releases}
    assert named - {FAULTS} == {release.id for release in load_releases()}


def test_the_releases_that_can_be_shown_are_those_of_the_clients() -> None:
    assert {"waldur-7.9.1", "waldur-8.0.9", "waldur-8.1.2"} <= {release.id for release in load_releases()}


@pytest.mark.parametrize("deviation", REAL, ids=name_of)
def test_the_actions_of_a_release_either_crash_or_are_empty(deviation: Deviation) -> None:
    if deviation.id in ("actions-crash", "actions-empty"):
        other = "actions-empty" if deviation.id == "actions-crash" else "actions-crash"
        (opposite,) = (d for d in REAL if d.id == other)
        assert not set(deviation.releases) & set(opposite.releases)
        assert {*deviation.releases, *opposite.releases} == {release.id for release in load_releases()}
