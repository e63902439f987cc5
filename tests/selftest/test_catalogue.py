"""Every deviation of the catalogue is caught, by each requirement that its entry names."""

from __future__ import annotations

import inspect
from collections import Counter
from importlib import import_module

import pytest

from creditkit.conformance import GROUPS, load_requirements
from creditkit.deviations import FAULTS, Deviation, load_catalogue
from creditkit.mock.deviate.faults_narrow import CONDITIONS
from creditkit.selftest import Bench, Options, judge_deviation, selected

ABLE = selected(Options())
QUICK = selected(Options(quick=True))
FUZZED = [deviation for deviation in ABLE if deviation not in QUICK]


@pytest.mark.parametrize("deviation", QUICK, ids=lambda deviation: deviation.id)
def test_a_deviation_is_caught_by_each_requirement_that_it_names(bench: Bench, deviation: Deviation) -> None:
    result = judge_deviation(bench, deviation)
    assert set(result.caught_by) == set(deviation.breaks)


@pytest.mark.soak
@pytest.mark.parametrize("deviation", FUZZED, ids=lambda deviation: deviation.id)
def test_what_shows_at_made_up_requests_is_caught_by_fuzzing(bench: Bench, deviation: Deviation) -> None:
    result = judge_deviation(bench, deviation)
    assert set(result.caught_by) == set(deviation.breaks)


def test_every_requirement_is_broken_by_a_deviation() -> None:
    broken = {name for deviation in ABLE for name in deviation.breaks}
    assert load_requirements().keys() == broken


def test_at_least_a_hundred_faults_are_spread_over_all_groups() -> None:
    faults = [deviation for deviation in ABLE if deviation.releases == (FAULTS,)]
    groups = Counter(load_requirements()[deviation.breaks[0]].group for deviation in faults)
    assert len(faults) >= 100
    assert set(groups) == set(GROUPS)
    assert min(groups.values()) >= 5


def test_a_function_is_given_what_it_knows() -> None:
    for deviation in ABLE:
        shown = deviation.shown
        if shown is None or not shown.function:
            continue
        module, _, name = shown.function.partition(".")
        function = getattr(import_module(f"creditkit.mock.deviate.{module}"), name)
        known = set(inspect.signature(function).parameters) - {"request", "ask", "when"}
        if module == "faults_narrow":
            known |= CONDITIONS
        assert shown.arguments.keys() <= known, deviation.id


def test_a_fault_stands_in_the_file_of_its_group() -> None:
    for deviation in load_catalogue():
        if deviation.group.startswith("faults-"):
            group = load_requirements()[deviation.breaks[0]].group
            assert deviation.group == f"faults-{group}", deviation.id
