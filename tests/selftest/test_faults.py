"""The check finds every fault by each requirement that its entry names, and nothing on an honest mock."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec

import httpx
import pytest

from creditkit.conformance import GROUPS, Mode, Outcome, check, load_requirements
from creditkit.contract import API, SUPPORTING, load
from creditkit.deviations import ANY
from creditkit.mock.deviate import behaviour_of
from faults import RELEASES, Fault, load_faults

from .bench import Bench
from .judging import caught, found_without, is_fuzzed

CREDITS = "/api/customer-credits/"
FIRST = f"{CREDITS}c4ed1700-0000-4000-8000-000000000001/"
BY_ID = {fault.id: fault for fault in load_faults()}
NO_FUZZING = pytest.mark.skipif(find_spec("schemathesis") is None, reason="fuzzing is not installed")


def _case(fault: Fault) -> object:
    fuzzed = any(map(is_fuzzed, fault.breaks))
    return pytest.param(fault, id=fault.id, marks=(pytest.mark.soak, NO_FUZZING) if fuzzed else ())


@pytest.mark.parametrize("fault", [_case(fault) for fault in load_faults()])
def test_a_fault_is_caught(bench: Bench, fault: Fault) -> None:
    assert caught(bench, fault) == set(fault.breaks), fault.seen


@pytest.mark.soak
def test_an_honest_mock_passes(bench: Bench) -> None:
    """A check with false alarms would find every fault."""
    bench.show()
    run = check(bench.target, Mode.WRITE)
    assert run.is_green
    assert [v.key for v in run.verdicts if v.outcome in (Outcome.FAIL, Outcome.WARN, Outcome.ERROR)] == []


def test_the_catalogue_is_well_formed() -> None:
    operations = {ANY, *load(API).operations, *load(SUPPORTING).operations}
    requirements = load_requirements()
    assert len(BY_ID) == len(load_faults())
    for fault in load_faults():
        assert callable(behaviour_of(fault.shown))
        assert set(fault.breaks) <= requirements.keys(), fault.id
        assert set(fault.shown.where.operations) <= operations, fault.id
        assert fault.group in (RELEASES, requirements[fault.breaks[0]].group), fault.id


def test_there_are_faults_of_every_group() -> None:
    groups = Counter(fault.group for fault in load_faults())
    assert set(groups) == {RELEASES, *GROUPS}
    assert min(groups.values()) >= 5


def asked(bench: Bench, method: str, path: str) -> httpx.Response:
    headers = {"Authorization": f"Token {bench.target.tokens['staff']}"}
    return httpx.request(method, f"{bench.target.url}{path}", headers=headers)


def test_the_bench_forgets_a_world_and_its_faults_with_the_next_one(bench: Bench) -> None:
    bench.show(BY_ID["delete-is-200"].shown, BY_ID["head-does-not-count"].shown)
    assert "x-result-count" not in asked(bench, "HEAD", CREDITS).headers
    assert asked(bench, "DELETE", FIRST).status_code == 200
    assert asked(bench, "GET", FIRST).status_code == 404
    bench.show()
    assert asked(bench, "GET", FIRST).status_code == 200
    assert asked(bench, "DELETE", FIRST).status_code == 204
    for _ in range(2):
        bench.show(BY_ID["first-history-not-found"].shown)
        assert [asked(bench, "GET", f"{FIRST}consumptions/").status_code for _ in range(2)] == [404, 200]


def test_a_fault_is_not_caught_by_a_requirement_that_does_not_find_it(bench: Bench) -> None:
    fault = BY_ID["delete-is-200"]
    misnamed = Fault(fault.id, fault.group, ("CREATE-LOCATION",), fault.seen, fault.shown)
    assert caught(bench, misnamed) == set()


def test_the_requirements_that_remain_find_what_they_can(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {name: load_requirements()[name] for name in ("DELETE-STATUS", "STATUS-DOCUMENTED")}
    monkeypatch.setattr("selftest.judging.load_requirements", lambda: few)
    assert found_without(bench, BY_ID["delete-is-200"].shown, "STATUS-DOCUMENTED") == ("DELETE-STATUS",)
