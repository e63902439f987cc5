"""The comparison with schemathesis: its figures on docs/selftest.md are those of its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults import load_faults

from .bench import Bench
from .comparison import HONEST_RUNS, Comparison, _findings, findings, load, to_markdown

PAGE = (Path(__file__).parents[2] / "docs" / "selftest.md").read_text(encoding="utf-8")


def test_the_page_has_the_figures_of_the_file() -> None:
    kept = load()
    *_, (_, total, ours, certain, perhaps) = kept.figures()
    assert (len(kept.honest), total, ours) == (HONEST_RUNS, len(load_faults()), total)
    assert to_markdown(kept) in PAGE
    assert f"**{ours}** (100 %)" in PAGE
    assert f"**{certain}** ({1000 * certain // total / 10:g} %), or perhaps {perhaps}" in PAGE
    assert kept.settings in PAGE.replace("\n", " ")
    assert all(f"`{finding}`" in PAGE for found in kept.honest for finding in found)


def test_a_check_that_fails_on_the_honest_mock_finds_nothing_for_certain() -> None:
    found = {
        "delete-is-200": "GET /a/ ST201; PUT /a/ ST201",
        "head-not-allowed": "GET /b/ ST108",
        "delete-succeeds-twice": "",
    }
    rows = {
        name: (frozenset(["READ-STATUS"]), frozenset(text.split("; ")) - {""}) for name, text in found.items()
    }
    kept = Comparison("", (frozenset(["GET /a/ ST201"]),), rows)
    assert list(kept.figures()) == [("delete", 2, 2, 0, 1), ("read", 1, 1, 1, 1), ("all", 3, 3, 1, 2)]


def test_a_finding_is_an_operation_and_a_code() -> None:
    failures = [
        {"code": "ST101", "operations": ["GET /a/", "PUT /a/"]},
        {"code": "ST202", "operations": ["GET /a/"]},
    ]
    found = _findings({"failures": failures, "errors": []})
    assert found == {"GET /a/ ST101", "PUT /a/ ST101", "GET /a/ ST202"}
    assert _findings({"failures": [], "errors": ["timed out"]}) == {"the run ERROR"}


@pytest.mark.soak
def test_schemathesis_finds_a_wrong_status(bench: Bench) -> None:
    (fault,) = (fault for fault in load_faults() if fault.id == "delete-is-200")
    assert "DELETE /api/customer-credits/{uuid}/ ST103" in findings(bench, fault.shown)
