"""What plain schemathesis says is read from its own report."""

from __future__ import annotations

import pytest

from creditkit.deviations import chosen
from creditkit.selftest import Bench, rival
from creditkit.selftest.rival import Trial


def test_a_finding_is_an_operation_and_a_code() -> None:
    failures = [
        {"code": "ST101", "operations": ["GET /a/", "PUT /a/"]},
        {"code": "ST202", "operations": ["GET /a/"]},
    ]
    assert rival._findings({"failures": failures}) == {"GET /a/ ST101", "PUT /a/ ST101", "GET /a/ ST202"}


def test_a_check_that_fails_on_the_honest_mock_catches_nothing_for_certain() -> None:
    honest = [Trial("", frozenset({"GET /a/ ST201"}), 1), Trial("", frozenset({"PUT /a/ ST202"}), 1)]
    trial = Trial("x", frozenset({"GET /a/ ST201", "PUT /a/ ST201", "GET /a/ ST108"}), 1)
    assert rival.certain(trial, honest) == {"GET /a/ ST108"}
    assert rival.perhaps(trial, honest) == {"PUT /a/ ST201", "GET /a/ ST108"}


@pytest.mark.soak
def test_it_finds_a_wrong_status_and_no_wrong_value(bench: Bench) -> None:
    honest = [rival.try_out(bench, None) for _ in range(rival.BASELINES)]
    # What it says of the honest mock is about which input is accepted, and of nothing else.
    assert {f.rpartition(" ")[2] for trial in honest for f in trial.findings} <= {"ST201", "ST202"}
    status, value = chosen(["delete-is-200", "stale-minimum-in-list"])
    found = rival.certain(rival.try_out(bench, status), honest)
    assert "DELETE /api/customer-credits/{uuid}/ ST103" in found
    assert rival.certain(rival.try_out(bench, value), honest) == set()
