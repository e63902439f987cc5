"""What a run says on a terminal and in a log."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from creditkit.conformance.judging import Failure, Outcome, Verdict
from creditkit.conformance.report import console

from .runs import (
    CREATE_STATUS,
    HOSTILE,
    LIST,
    SCHEMA,
    broken,
    good,
    partial,
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def shown(*, folder: Path | None = None) -> list[str]:
    stream = io.StringIO()
    console.show(broken(), stream, folder=folder)
    return stream.getvalue().splitlines()


def test_the_verdict_comes_first_and_how_to_see_more_last() -> None:
    lines = shown(folder=Path("out"))
    assert lines[0] == "FAIL  Does not conform: https://staging.example.com"
    assert lines[1] == "      2 findings explain 4 broken verdicts."
    assert lines[-4:] == [
        "More",
        "  report    out/report.html",
        "  why       creditkit check --explain SCHEMA",
        "  again     creditkit check --replay 'SCHEMA customer_credits_list' --report out",
    ]
    assert shown()[-1] == (
        "  again     creditkit check https://staging.example.com --mode write --only SCHEMA"
    )


@pytest.mark.parametrize(("run", "word"), [(good(), "PASS"), (partial(), "OPEN")])
def test_the_first_word_is_the_verdict(run: object, word: str) -> None:
    stream = io.StringIO()
    console.show(run, stream)  # type: ignore[arg-type]
    assert stream.getvalue().split()[0] == word


def test_a_finding_is_told_whole() -> None:
    text = "\n".join(shown())
    block = text[text.index("2. CREATE-STATUS") : text.index("Not as it should be")]
    assert re.findall(r"(expected|got|contract|try) +(\S+)", block) == [
        ("expected", "201"),
        ("got", "200"),
        ("contract", "#/paths/~1api~1customer-credits~1/post/responses/201"),
        ("try", "curl"),
    ]


def test_what_follows_is_folded_under_its_cause() -> None:
    lines = shown()
    assert "   explains 1 more: READ-SAME" in lines
    assert not any(line.startswith("3. ") for line in lines)


def test_of_many_requirements_that_were_not_evaluated_a_few_are_named() -> None:
    verdicts = tuple(
        Verdict(replace(SCHEMA, id=f"R-{number}"), LIST, Outcome.NOT_EVALUATED, reason="too late")
        for number in range(100)
    )
    stream = io.StringIO()
    console.show(replace(good(), verdicts=verdicts), stream)
    told = stream.getvalue().splitlines()
    assert " 100  owed: too late" in told
    assert "      R-0, R-1, R-2, R-3, R-4, R-5, R-6, R-7 and 92 more" in told


def test_a_log_has_no_colours_and_a_terminal_has() -> None:
    plain, coloured = io.StringIO(), Terminal()
    console.show(broken(), plain)
    console.show(broken(), coloured)
    assert "\x1b" not in plain.getvalue()
    assert "\x1b[1;31mFAIL" in coloured.getvalue()


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    console.show(broken(), stream)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", stream.getvalue())


def test_a_terminal_wraps_prose_and_never_a_curl_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    stream = Terminal()
    console.show(broken(), stream)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue()).splitlines()
    curls = [line for line in lines if "curl -i" in line]
    assert len(curls) == 3
    assert all(re.search(r"customer-credits/\S*$", line) for line in curls)
    sentence = next(n for n, line in enumerate(lines) if line.startswith("1. SCHEMA"))
    assert lines[sentence + 1].startswith("   ")
    assert [
        line for line in lines if len(line) > 50 and not re.search(r"curl -i|creditkit check|/", line)
    ] == []


def test_what_a_server_sent_does_not_steer_the_terminal() -> None:
    stream = io.StringIO()
    failure = Failure(HOSTILE, "[red]x[/red]", HOSTILE)
    console.show(replace(good(), verdicts=(Verdict(SCHEMA, LIST, Outcome.FAIL, (failure,)),)), stream)
    assert "\x1b" not in stream.getvalue()
    assert "\\u001b[31m" in stream.getvalue()
    assert "[red]x[/red]" in stream.getvalue()


def test_a_log_in_ascii_takes_everything() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    failure = Failure("Zürich ✓")
    console.show(replace(good(), verdicts=(Verdict(SCHEMA, LIST, Outcome.FAIL, (failure,)),)), stream)
    stream.flush()
    assert b"Z\\xfcrich \\u2713" in raw.getvalue()


def test_progress_in_a_log_is_a_line_for_each_group() -> None:
    stream = io.StringIO()
    with console.progress(stream) as tell:
        tell(SCHEMA, 1, 3)
        tell(SCHEMA, 2, 3)
        tell(CREATE_STATUS, 3, 3)
    assert stream.getvalue() == "   1 of 3  structure\n   3 of 3  create\n"


def test_progress_on_a_terminal_leaves_nothing_behind() -> None:
    stream = Terminal()
    with console.progress(stream) as tell:
        tell(CREATE_STATUS, 3, 3)
    assert "CREATE-STATUS" in stream.getvalue()
    assert stream.getvalue().endswith(("\x1b[2K", "\x1b[?25h\r\x1b[1A\x1b[2K"))
