"""docs/qa.md tells all that `creditkit check` can do, and what it shows works."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

import creditkit.conformance
from creditkit.cli.check import check
from creditkit.conformance import Options, load_requirements, load_waivers, settle
from creditkit.conformance.settings import TOKEN_KEYS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "qa.md").read_text(encoding="utf-8")
CI = sorted(file for file in (ROOT / "docs" / "ci").iterdir() if not file.name.startswith("review-"))
OPTIONS = [option for option in check.params if isinstance(option, click.Option)]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.opts[0])
def test_every_option_is_on_the_page_with_its_variable(option: click.Option) -> None:
    assert f"| `{option.opts[0]}` | `{option.envvar}` |" in PAGE


def test_the_page_has_no_option_that_is_not_there() -> None:
    known = {option.opts[0] for option in OPTIONS}
    text = PAGE + "".join(file.read_text(encoding="utf-8") for file in CI)
    commands = re.findall(r"creditkit check [^\n]*", text)
    used = {word for command in commands for word in re.findall(r"--[a-z-]+", command)}
    assert used <= known
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= known
    known_variables = {str(option.envvar) for option in OPTIONS} | {"CREDITKIT_CHECK_TARGET"}
    assert set(re.findall(r"CREDITKIT_\w+", text)) <= known_variables


def test_the_exit_codes_are_told() -> None:
    assert re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE) == ["0", "1", "2", "130", "70"]


def test_the_example_of_targets_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = (block for block in blocks("toml") if "[targets" in block)
    path = tmp_path / "creditkit.toml"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "our-ca.pem").touch()
    monkeypatch.setenv("STAGING_TOKEN", "a")
    monkeypatch.setenv("STAGING_OWNER_TOKEN", "b")
    settings = settle(Options("staging", config=path))
    assert settings.target.url == "https://waldur.staging.example.com"
    assert settings.target.tokens == {"staff": "a", "owner": "b"}
    assert settings.waivers == tmp_path / "waivers.toml"


def test_the_example_of_a_waiver_is_read(tmp_path: Path) -> None:
    (text,) = (block for block in blocks("toml") if "[[waiver]]" in block)
    path = tmp_path / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    (waiver,) = load_waivers(path, load_requirements())
    assert waiver.key == "CREATE-LOCATION customer_credits_create"
    assert str(waiver.until) == "2027-03-31"


def test_the_files_for_pipelines_are_yaml_and_name_every_token() -> None:
    assert [file.name for file in CI] == ["github-actions.yml", "gitlab-ci.yml"]
    for file in CI:
        text = file.read_text(encoding="utf-8")
        assert isinstance(yaml.safe_load(text), dict)
        for key in TOKEN_KEYS.values():
            assert f"CREDITKIT_{key.upper().replace('-', '_')}" in text


def test_every_option_has_a_twin_that_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for option in OPTIONS:
        assert option.envvar
    monkeypatch.setenv("CREDITKIT_CHECK_MODE", "read")
    monkeypatch.setenv("CREDITKIT_CHECK_CUSTOMER", "a b")
    monkeypatch.setenv("CREDITKIT_CHECK_TARGET", "http://x")
    monkeypatch.setenv("CREDITKIT_TOKEN_OWNER", "facade")
    given = check.make_context("check", []).params
    assert (given["mode"], given["customer"], given["target"]) == ("read", ("a", "b"), "http://x")
    assert given["token_owner"] == "facade"


def test_the_public_names_are_there() -> None:
    names = creditkit.conformance.__all__
    assert len(set(names)) == len(names) > 0
    assert [name for name in names if not hasattr(creditkit.conformance, name)] == []
