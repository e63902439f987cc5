"""docs/selftest.md tells all options of `creditkit selftest`, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import creditkit.selftest
from creditkit.cli.selftest import selftest

PAGE = (Path(__file__).parents[2] / "docs" / "selftest.md").read_text(encoding="utf-8")
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
    assert re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE) == ["0", "1", "2"]


def test_the_public_names_are_there() -> None:
    names = creditkit.selftest.__all__
    assert len(set(names)) == len(names) > 0
    assert [name for name in names if not hasattr(creditkit.selftest, name)] == []
