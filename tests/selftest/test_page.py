"""docs/selftest.md tells all options of `creditkit selftest`, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import creditkit.selftest
from creditkit.cli.selftest import selftest
from creditkit.selftest import page
from creditkit.selftest.comparison import Comparison
from creditkit.selftest.judging import Result
from creditkit.selftest.rival import BASELINES, Trial

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "selftest.md").read_text(encoding="utf-8")
OPTIONS = [option for option in selftest.params if isinstance(option, click.Option)]


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.opts[0])
def test_every_option_is_on_the_page_with_its_variable(option: click.Option) -> None:
    assert re.search(rf"^\| `{option.opts[0]}[^`]*` \| `{option.envvar}` \|", PAGE, re.MULTILINE)


def test_the_page_has_no_option_that_is_not_there() -> None:
    used = {
        word
        for line in re.findall(r"creditkit selftest [^\n]*", PAGE)
        for word in re.findall(r"--[a-z]+", line)
    }
    assert used <= {option.opts[0] for option in OPTIONS}


def test_the_exit_codes_are_told() -> None:
    assert re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE) == ["0", "1", "2", "5"]


def test_the_public_names_are_there() -> None:
    names = creditkit.selftest.__all__
    assert len(set(names)) == len(names) > 0
    assert [name for name in names if not hasattr(creditkit.selftest, name)] == []


def test_the_comparison_that_is_told_is_the_one_that_is_kept(tmp_path: Path) -> None:
    """If not: python -m creditkit.selftest.page docs/selftest-comparison.csv docs/selftest.md."""
    kept = Comparison(DOCS / "selftest-comparison.csv")
    assert f"{page.BEGIN}\n{page.section(kept)}\n{page.END}" in PAGE
    (copy := tmp_path / "selftest.md").write_text(PAGE.replace("| all |", "| everything |"), encoding="utf-8")
    page.write(kept, copy)
    assert copy.read_text(encoding="utf-8") == PAGE


def test_what_is_told_of_the_comparison_is_what_was_found(tmp_path: Path) -> None:
    comparison = Comparison()
    comparison.be_quiet_on([Trial("", frozenset({"GET /a/ ST201"}), 1)])
    for number, name in enumerate(["delete-is-200", "head-not-allowed", "delete-talks"]):
        caught = Result(name, "", ("DELETE-STATUS",) if number else ())
        comparison.add(caught, Trial(name, frozenset({"GET /b/ ST103"} if number == 2 else ()), 1))
    told = page.section(comparison)
    assert "Of 3 deviations `creditkit check` catches **2** (66.6 %), and" in told
    assert "schemathesis **1** (33.3 %), or perhaps 1 (33.3 %)." in told
    assert "the others are not tried yet." in told
    assert "| all | 3 | 2 | 1 | 1 |" in told
    assert "- `GET /a/ ST201`" in told


def test_the_comparison_has_caught_all_that_was_tried() -> None:
    """A row that says otherwise was tried on a machine that had no time: take it out and go on."""
    kept = Comparison(DOCS / "selftest-comparison.csv")
    assert len(kept.honest) == BASELINES
    assert [row.deviation for row in kept.rows.values() if not row.creditkit] == []
