"""What plain schemathesis says is read from its own report."""

from __future__ import annotations

import pytest

from creditkit.deviations import chosen
from creditkit.selftest import Bench, rival
from creditkit.selftest.comparison import Comparison
from creditkit.selftest.judging import Result


def test_a_finding_is_an_operation_and_a_code() -> None:
    failures = [
        {"code": "ST101", "operations": ["GET /a/", "PUT /a/"]},
        {"code": "ST202", "operations": ["GET /a/"]},
    ]
    found = rival._findings({"failures": failures, "errors": []})
    assert found == {"GET /a/ ST101", "PUT /a/ ST101", "GET /a/ ST202"}
    assert rival._findings({"failures": [], "errors": ["timed out"]}) == {"the run ERROR"}


@pytest.mark.soak
def test_it_finds_a_wrong_status_and_no_wrong_value(bench: Bench) -> None:
    comparison = Comparison()
    comparison.be_quiet_on(rival.try_out(bench, None) for _ in range(rival.BASELINES))
    # What it says of the honest mock is about which input is accepted, and of nothing else.
    assert {f.rpartition(" ")[2] for found in comparison.honest for f in found} <= {"ST201", "ST202"}
    status, value = chosen(["delete-is-200", "stale-minimum-in-list"])
    row = comparison.add(Result(status.id, status.group, ()), rival.try_out(bench, status))
    assert "DELETE /api/customer-credits/{uuid}/ ST103" in comparison.certain(row)
    row = comparison.add(Result(value.id, value.group, ()), rival.try_out(bench, value))
    assert comparison.certain(row) == ()
