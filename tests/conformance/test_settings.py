"""Settings come from flags, the environment and the file, in that order; a mistake names its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from creditkit.conformance import Mode, Options, settle
from creditkit.conformance.settings import base_url, default_journal
from creditkit.errors import UsageError

CUSTOMER = "5a1c0de0-0000-4000-8000-0000000000f1"
FILE = f"""
[targets.staging]
url = "https://waldur.example.com/"
token = "${{STAGING_TOKEN}}"
token-owner = "facade01"
mode = "write"
rate = 20
timeout = 3.5
customer = ["https://waldur.example.com/api/customers/{CUSTOMER}/"]
only = ["create", "READ-STATUS"]
ca = "ca.pem"
proxy = "http://proxy.example.com:3128"
journal = "state/staging.jsonl"
report = "out"
waivers = "waivers.toml"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "creditkit.toml"
    path.write_text(FILE, encoding="utf-8")
    (tmp_path / "ca.pem").touch()
    return path


def mistake(text: str, folder: Path) -> UsageError:
    """What is said of a file with this text."""
    path = folder / "creditkit.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        settle(Options("staging", config=path))
    return caught.value


def test_the_file_says_all_that_flags_can(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGING_TOKEN", "c0ffee")
    settings = settle(Options("staging", config=file))
    target = settings.target
    assert target.url == "https://waldur.example.com"
    assert target.tokens == {"staff": "c0ffee", "owner": "facade01"}
    assert (target.rate, target.timeout, target.customers) == (20, 3.5, (CUSTOMER,))
    assert (target.verify, target.proxy) == (str(file.parent / "ca.pem"), "http://proxy.example.com:3128")
    assert (settings.mode, settings.only) == (Mode.WRITE, ("create", "READ-STATUS"))
    assert settings.journal == file.parent / "state" / "staging.jsonl"
    assert (settings.report, settings.waivers) == (file.parent / "out", file.parent / "waivers.toml")


def test_a_flag_wins_over_the_file_and_its_variable_is_not_asked_for(file: Path) -> None:
    options = Options(
        "staging",
        mode="read",
        tokens={"staff": "beef"},
        insecure=True,
        rate=0,
        timeout=1,
        customers=[CUSTOMER.replace("-", "").upper()],
        config=file,
        journal=Path("here.jsonl"),
        only=["delete"],
        report=Path("there"),
    )
    settings = settle(options)
    assert settings.target.tokens == {"staff": "beef", "owner": "facade01"}
    assert (settings.target.verify, settings.target.rate, settings.target.timeout) == (False, 0, 1)
    assert settings.target.customers == (CUSTOMER,)
    assert (settings.mode, settings.only) == (Mode.READ, ("delete",))
    assert (settings.journal, settings.report) == (Path("here.jsonl"), Path("there"))


def test_the_file_of_the_current_folder_is_found(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    monkeypatch.setenv("STAGING_TOKEN", "c0ffee")
    assert settle(Options("staging")).target.url == "https://waldur.example.com"


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("http://127.0.0.1:8000", Mode.WRITE),
        ("http://localhost", Mode.WRITE),
        ("http://[::1]:8000", Mode.WRITE),
        ("https://waldur.example.com", Mode.READ),
        ("https://localhost.example.com", Mode.READ),
    ],
)
def test_only_this_machine_is_written_to_without_being_asked(url: str, mode: Mode) -> None:
    assert settle(Options(url)).mode is mode


@pytest.mark.parametrize(
    "text",
    [
        "https://waldur.example.com",
        " https://waldur.example.com/ ",
        "https://waldur.example.com/api/",
        "https://waldur.example.com/api",
        "https://waldur.example.com/api/customer-credits/",
    ],
)
def test_a_url_is_cut_to_its_base(text: str) -> None:
    assert base_url(text) == "https://waldur.example.com"
    assert base_url("http://host:81/sub/api/") == "http://host:81/sub"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ftp://waldur.example.com", "no URL of a deployment"),
        ("https://", "no URL of a deployment"),
        ("https://host/?x=1", "more than a base URL"),
        ("https://host:99999/", "cannot be read"),
        ("https://[::1", "cannot be read"),
    ],
)
def test_what_is_no_base_url_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        base_url(text)


def test_a_password_in_a_url_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        base_url("https://kim:s3cret@waldur.example.com/")
    assert "s3cret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("token", ["two words", "naïve", "line\nbreak"])
def test_a_token_that_is_none_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(UsageError) as caught:
        settle(Options("http://localhost", tokens={"owner": token}))
    assert "--token-owner" in caught.value.message
    assert token not in caught.value.message + caught.value.hint


def test_a_token_may_come_with_its_prefix_and_a_line_end() -> None:
    settings = settle(Options("http://localhost", tokens={"staff": "Token c0ffee\n"}))
    assert settings.target.tokens == {"staff": "c0ffee"}
    assert "c0ffee" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[targets.staging]\nurl = "https://x"\ntokn = "a"', "targets.staging.tokn: there is no such key"),
        ('[targets.staging]\nurl = "https://x"\nrate = "fast"', "targets.staging.rate: must be a number"),
        ('[targets.staging]\nurl = "https://x"\ninsecure = 1', "targets.staging.insecure: must be true or"),
        ('[targets.staging]\nurl = "https://x"\ncustomer = "a"', "targets.staging.customer: must be a list"),
        ('[targets.staging]\ntoken = "a"', "targets.staging.url: is missing"),
        ('[targets.other]\nurl = "https://x"', "there is no target 'staging'"),
        ('[target.staging]\nurl = "https://x"', "target: there is no such key"),
        ("targets = 1", "targets: must be tables"),
        ("[targets.staging", "is no TOML"),
        (
            '[targets.staging]\nurl = "https://x"\ntoken = "${NOT_SET_ANYWHERE}"',
            "targets.staging.token: the environment variable NOT_SET_ANYWHERE is not set",
        ),
    ],
)
def test_a_mistake_in_the_file_is_told_with_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    error = mistake(text, tmp_path)
    assert error.message.startswith(f"{tmp_path / 'creditkit.toml'}: ")
    assert says in error.message


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options("http://localhost", mode="rite"), "there is no mode 'rite'"),
        (Options("http://localhost", timeout=0), "--timeout: 0 is out of range"),
        (Options("http://localhost", rate=-1), "--rate: -1 is out of range"),
        (Options("http://localhost", rate=float("nan")), "--rate: nan is out of range"),
        (Options("http://localhost", customers=["Kim"]), "--customer: 'Kim' is no uuid"),
        (Options("http://localhost", ca=Path("missing.pem")), "there is no file missing.pem"),
        (Options("staging", config=Path("missing.toml")), "missing.toml: cannot be read"),
    ],
)
def test_a_wrong_value_is_told(options: Options, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        settle(options)
    assert says in caught.value.message


def test_a_name_without_a_file_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        settle(Options("waldur.example.com"))
    assert "is no URL, and there is no creditkit.toml here" in caught.value.message
    assert "http://" in caught.value.hint


def test_each_deployment_has_a_journal_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", os.fspath(tmp_path))
    first, second = default_journal("http://a"), default_journal("http://b")
    assert first != second
    assert first.parent == second.parent == tmp_path / "creditkit"
    assert settle(Options("http://a/api/")).journal == first
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    assert default_journal("http://a").parent == tmp_path / ".local" / "state" / "creditkit"
