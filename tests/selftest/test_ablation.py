"""Every requirement is needed: without it, the fault that is aimed at it would not be found."""

from __future__ import annotations

import pytest

from faults import Fault, aimed_faults

from .bench import Bench
from .judging import caught, found_without, is_fuzzed
from .test_faults import NO_FUZZING


def _case(requirement: str, fault: Fault) -> object:
    marks = [NO_FUZZING] if is_fuzzed(requirement) else []
    return pytest.param(requirement, fault, id=requirement, marks=marks)


@pytest.mark.soak
@pytest.mark.parametrize(("requirement", "fault"), [_case(*item) for item in aimed_faults().items()])
def test_a_requirement_is_needed(bench: Bench, requirement: str, fault: Fault) -> None:
    assert caught(bench, fault) == {requirement}
    assert found_without(bench, fault.shown, requirement) == ()
