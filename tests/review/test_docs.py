"""docs/review.md tells all that `creditkit review` can do, and its tables are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

import creditkit.review
from creditkit.cli.review import review
from creditkit.errors import DataFileError, ReviewInputError, UsageError
from creditkit.review.command import known_rules
from creditkit.review.report import FORMATS
from creditkit.review.waivers import load_waivers

from .reference import PAGE, written

TEXT = PAGE.read_text(encoding="utf-8")
CI = sorted(PAGE.parent.glob("ci/review-*.yml"))
COMMANDS = review.commands
OPTIONS = {
    option.opts[0]: option
    for command in COMMANDS.values()
    for option in command.params
    if isinstance(option, click.Option)
}


def test_the_tables_on_the_page_are_those_of_the_program() -> None:
    assert written(TEXT) == TEXT, "run tests/review/reference.py"


@pytest.mark.parametrize("option", OPTIONS.values(), ids=list(OPTIONS))
def test_every_option_is_on_the_page_with_its_variable(option: click.Option) -> None:
    assert f"| `{option.opts[0]}` | `{option.envvar}` |" in TEXT


def test_the_page_and_the_pipelines_have_no_option_that_is_not_there() -> None:
    text = TEXT + "".join(file.read_text(encoding="utf-8") for file in CI)
    used = set(re.findall(r"(?<!-)--[a-z][a-z-]+", " ".join(re.findall(r"creditkit review [^\n#]*", text))))
    assert used <= set(OPTIONS)
    assert set(re.findall(r"CREDITKIT_\w+", text)) == {str(option.envvar) for option in OPTIONS.values()}


def test_the_exit_codes_are_told() -> None:
    codes = [0, 1, UsageError.exit_code, DataFileError.exit_code, ReviewInputError.exit_code, 70]
    assert re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE) == [str(code) for code in codes]


def test_every_format_and_every_command_is_told() -> None:
    assert re.findall(r"^\| `(\w+)` \|[^|]*\|[^|]*\|$", TEXT.split("| format |")[1], re.MULTILINE)[
        :8
    ] == list(FORMATS)
    for name in COMMANDS:
        assert name == "all" or f"creditkit review {name} " in TEXT


def test_the_example_of_a_waiver_is_read(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    path = tmp_path / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    (waiver,) = load_waivers(path, known_rules())
    assert waiver.key == "request-property-became-required POST /api/customer-credits/"


def test_every_rule_is_told() -> None:
    assert all(f"`{rule}`" in TEXT for rule, part in known_rules().items() if part != "diff")


def test_the_files_for_pipelines_are_yaml() -> None:
    assert [file.name for file in CI] == ["review-github-actions.yml", "review-gitlab-ci.yml"]
    for file in CI:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert isinstance(document, dict)
        assert file.name in TEXT


def test_the_pipelines_use_the_files_that_a_report_has() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in CI)
    for name in set(re.findall(r"report/([\w.-]+)", text)):
        assert f"`{name}`" in TEXT


def test_the_public_names_are_there() -> None:
    names = creditkit.review.__all__
    assert names == sorted(set(names))
    assert [name for name in names if not hasattr(creditkit.review, name)] == []
