"""A contract of the size of the vendor's whole schema is read and linted in bounded time and memory."""

from __future__ import annotations

import resource
import time
from collections import Counter
from pathlib import Path

import pytest

from creditkit.review import lint, parse_source

from .large import large_contract

PART = (Path(__file__).parents[1] / "contract" / "upstream-7.9.1.yaml").read_text(encoding="utf-8")


def linted(copies: int) -> tuple[Counter[str], float, int]:
    """The findings by rule, the processor time in seconds, and the size of the contract in bytes."""
    text = large_contract(PART, copies).encode()
    before = time.process_time()
    findings = lint(parse_source("large.yaml", text, lambda _name: b""))
    return Counter(finding.rule for finding in findings), time.process_time() - before, len(text)


def test_every_copy_has_the_findings_of_the_part() -> None:
    once, _seconds, _size = linted(1)
    thrice, _seconds, _size = linted(3)
    assert once == {"error-response": 10, "pattern-loose": 16, "component-used": 1}
    assert thrice == {"error-response": 30, "pattern-loose": 48, "component-used": 1}


@pytest.mark.soak
def test_1400_paths_are_linted_in_time_that_grows_with_the_size() -> None:
    _found, small, _size = linted(28)
    found, large, size = linted(280)
    assert size > 3_000_000
    assert found == {"error-response": 2800, "pattern-loose": 4480, "component-used": 1}
    assert large < 20 * small
    assert large < 60  # 14 s on a machine that does nothing else
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_000_000  # kilobytes
