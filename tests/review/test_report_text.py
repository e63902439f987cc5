"""What people read of a review, on a terminal, in a log and in a comment."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from creditkit.reports import terminal
from creditkit.review import report
from creditkit.review.review import Review, Unseen, of_change, of_finding

from .reviews import NASTY, change, clean, contract, finding, full, review


def many(number: int, *, length: int = 200) -> Review:
    one = of_finding(finding())
    remarks = tuple(replace(one, message=f"fault {n} " + "x" * length) for n in range(number))
    return review(*remarks, parts=("lint",))


def on_a_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> str:
    stream = io.StringIO()
    monkeypatch.setattr(
        terminal,
        "console",
        lambda out: Console(file=out, force_terminal=True, color_system=None, width=width, highlight=False),
    )
    report.show(full(), stream)
    return stream.getvalue()


def test_the_verdict_comes_first() -> None:
    lines = report.to_text(full()).splitlines()
    assert lines[0] == "FAIL  Not ready: api/openapi.yaml"
    assert lines[1].strip().startswith("1 error, 1 warning, 2 breaking changes,")
    assert lines[2].strip() == "compared with main:api/openapi.yaml"


def test_a_clean_review_says_what_was_looked_at() -> None:
    assert report.to_text(clean()).splitlines()[:2] == [
        "OK    Clean: api/openapi.yaml",
        "      No fault, no change on the wire and 3 of 3 documented facts in place.",
    ]


def test_every_remark_has_place_reason_and_what_to_do() -> None:
    text = report.to_text(full())
    assert (
        "error    api/openapi.yaml:28:31\n"
        "    it takes the lone sign\n"
        "    why      A lone sign is no number.\n"
        "    do       ask for a digit\n"
        "    rule     pattern-loose\n"
    ) in text
    assert 'witness  GET /credits/ query {"page": "last"}' in text
    assert "was      main:api/openapi.yaml:8:35" in text
    assert "path-ambiguous  api/openapi.yaml:28:31\n    known: Known. (Kim, until 2027-01-01)" in text
    assert "  webhooks: the contract has none" in text


def test_the_sections_stand_in_the_order_of_their_weight() -> None:
    titles = [
        line for line in report.to_text(full()).splitlines() if line and line[0].isupper() and ": " in line
    ]
    assert titles[1:] == [
        "Faults: 2",
        "Breaking changes: 2",
        "Possibly breaking changes: 1",
        "Compatible changes: 1",
        "Changes of the documentation: 1",
        "Gaps of the trace: 2",
        "Waivers: 1",
    ]


def test_a_pipe_gets_no_colours_and_whole_lines() -> None:
    text = report.to_text(many(1, length=500))
    assert "\x1b" not in text
    assert "x" * 500 in text


def test_a_narrow_terminal_wraps_prose_and_never_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = on_a_terminal(40, monkeypatch).splitlines()
    assert "error    api/openapi.yaml:28:31" in lines
    assert "    why      Who works from the" in lines
    assert "             documentation relies on what" in lines
    assert "             it says." in lines


def test_one_change_that_may_break_is_to_be_looked_at_and_fails_only_if_strict() -> None:
    def only(found: Review) -> Review:
        kept = (remark for remark in found.remarks if remark.change and remark.change.judgement == "possible")
        return replace(found, remarks=tuple(kept), trace=None)

    lenient, strict = only(full()), only(full(strict=True))
    assert (report.headline(lenient).tone, lenient.exit_code) == ("open", 0)
    assert report.headline(lenient).sentence == "1 change could not be proved to be harmless."
    assert (report.headline(strict).tone, strict.exit_code) == ("bad", 1)
    assert report.headline(strict).sentence == "1 possibly breaking change."


def test_a_comment_begins_with_the_mark_by_which_it_is_found() -> None:
    lines = report.to_markdown(full()).splitlines()
    assert lines[0] == report.MARK
    assert lines[1] == "## ❌ `api/openapi.yaml`: not ready"


def test_a_comment_shows_what_a_contract_says_as_it_is() -> None:
    comment = report.to_markdown(review(of_finding(finding(message=NASTY))))
    assert r"a \| b, \`c\` \<b\>\&amp;\</b\> 100% \[x\](y) \\u001b\[31m\\u202e" in comment
    assert "<b>" not in comment


@pytest.mark.parametrize("number", [1, 50, 5_000])
def test_a_comment_fits_and_says_what_was_left_out(number: int) -> None:
    comment = report.to_markdown(many(number))
    assert len(comment) <= report.LIMIT < 65_536
    shown = comment.count("**`api/openapi.yaml:28`**")
    if shown == number:
        assert "Left out" not in comment
    else:
        assert shown > 100
        assert f"**Left out here for want of room: {number - shown:,} errors.**" in comment


def test_a_cut_comment_keeps_the_beginning_and_nothing_behind_a_gap() -> None:
    comment = report.to_markdown(many(5_000))
    shown = comment.count("**`api/openapi.yaml:28`**")
    assert f"fault {shown - 1} " in comment
    assert f"fault {shown} " not in comment


def test_one_huge_message_does_not_fill_a_comment() -> None:
    comment = report.to_markdown(many(3, length=100_000))
    assert "Left out" not in comment
    assert "more characters" in comment


def test_a_cut_comment_keeps_errors_rather_than_warnings() -> None:
    one = of_finding(finding(severity="warning"))
    error = replace(of_finding(finding(message="the error")), part="lint")
    comment = report.to_markdown(review(*(replace(one, message=f"w{n}") for n in range(2_000)), error))
    assert comment.index("the error") < comment.index("w0 ")


def test_a_thousand_faults_leave_room_for_the_one_change_that_breaks() -> None:
    unseen = (Unseen("trace", "no facts are known"),)
    breaking = of_change(change(), contract(), strict=False)
    faults = many(1_000).remarks
    told = report.to_markdown(review(*faults, breaking, unseen=unseen, parts=("lint", "diff")))
    assert len(told) <= report.LIMIT
    assert "now a number (breaking)" in told
    assert "### Faults: 1000" in told
    shown = told.count("fault ")
    assert shown > 100
    assert f"- … and {1_000 - shown} more\n" in told
    assert f"want of room: {1_000 - shown} errors.**" in told
    assert "Not looked at: 1" in told
