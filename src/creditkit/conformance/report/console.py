"""The console: a run on a terminal or in a log, live while it runs and told when it is over.

Every line makes sense without colours. Lines in a log are never wrapped, and the `curl` lines nowhere.
"""

from __future__ import annotations

import io
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from creditkit.conformance.judging.requirements import Requirement
from creditkit.conformance.judging.verdicts import Outcome, Run, Verdict
from creditkit.contract import load_facts

from .evidence import shortened, visible
from .findings import (
    Finding,
    Gap,
    Kind,
    fate,
    findings,
    first_word,
    gaps,
    headline,
    kinds,
    names,
    owing,
    remarks,
)

_STYLES = {"good": "bold green", "bad": "bold red", "open": "bold yellow"}
_MARKS = {"good": "PASS", "bad": "FAIL", "open": "OPEN"}
_FAILURES = 3
_NAMES = 8
_VALUE = 400


@contextmanager
def progress(stream: TextIO | None = None) -> Iterator[Callable[[Requirement, int, int], None]]:
    """The progress of a run for as long as the block lasts: the value is what `check` wants told.

    A bar on a terminal, which is gone afterwards; one line for each group anywhere else. Written to
    stderr unless told otherwise, so that stdout holds the verdict alone.
    """
    console = _console(stream or sys.stderr)
    if not console.is_terminal:
        group = ""

        def plain(requirement: Requirement, number: int, total: int) -> None:
            nonlocal group
            if requirement.group != group:
                group = requirement.group
                console.print(f"{number:>4} of {total}  {group}", soft_wrap=True)

        yield plain
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("getting ready", total=None)

        def live(requirement: Requirement, number: int, total: int) -> None:
            bar.update(
                task,
                description=f"{requirement.group:<10} {requirement.id}",
                completed=number - 1,
                total=total,
            )

        yield live


def show(run: Run, stream: TextIO | None = None, *, folder: Path | None = None) -> None:
    """Tell a run: the verdict, what failed by its cause, what was not evaluated, and how to see more.

    `folder` is where its report files are, if they were written.
    """
    page = _Page(_console(stream or sys.stdout))
    _verdict_first(page, run)
    found = findings(run)
    if found:
        page.title("What failed")
    for number, finding in enumerate(found, 1):
        _finding(page, f"{number}. ", finding)
    for title, outcome in (("Not as it should be (warnings)", Outcome.WARN), ("Waived", Outcome.WAIVED)):
        noted = remarks(run, outcome)
        if noted:
            page.title(title)
        for remark in noted:
            _remark(page, remark)
    if run.expected:
        page.title(f"Expected of {run.expects}")
    for expected in run.expected:
        style = "yellow" if expected.seen is False else "dim"
        page.say(f"{fate(expected)}: {expected.title}", lead=f"{expected.id}  ", lead_style=style, indent=2)
    gaps_ = gaps(run)
    if gaps_:
        page.title("Not evaluated")
    for gap in gaps_:
        _gap(page, gap)
    _more(page, run, found, folder)


class _Page:
    """A console to which paragraphs are said: wrapped under their own beginning on a terminal only."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(
        self, text: str, style: str = "", *, lead: str = "", lead_style: str = "", indent: int = 0
    ) -> None:
        """One paragraph behind a lead-in such as a number or a name."""
        text = " ".join(visible(text).split())
        margin, hanging = " " * indent, " " * (indent + len(lead))
        lines = [text]
        if self._console.is_terminal:
            room = max(30, self._console.width - len(hanging))
            lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
        for number, line in enumerate(lines):
            front = (margin, lead) if number == 0 else (hanging, "")
            self._print(Text.assemble(front[0], (front[1], lead_style), (line, style)))

    def raw(self, text: str, *, lead: str, indent: int) -> None:
        """One line that is never wrapped nor cut, because it is there to be pasted."""
        self._print(Text.assemble(" " * indent, (lead, "dim"), visible(text)))

    def title(self, text: str) -> None:
        """A heading."""
        self._print(Text())
        self._print(Text(text, "bold"))

    def gap(self) -> None:
        """An empty line."""
        self._print(Text())

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def _verdict_first(page: _Page, run: Run) -> None:
    line = headline(run)
    page.say(f"{line.word}: {run.url}", "bold", lead=f"{_MARKS[line.tone]}  ", lead_style=_STYLES[line.tone])
    page.say(line.sentence, indent=6)
    counted = [f"{run.count(outcome)} {outcome.value}" for outcome in Outcome if run.count(outcome)]
    owed = len(owing(run))
    page.say(", ".join(counted) + (f" ({owed} of them owed)" if owed else ""), indent=6)
    page.say(
        f"mode {run.mode}, {run.seconds:.1f} s, {len(run.exchanges):,} requests, "
        f"{len(run.facts_exercised)} of {len(load_facts())} documented facts exercised",
        indent=6,
    )
    for note in run.notes:
        page.say(note, lead="note: ", lead_style="yellow", indent=6)


def _finding(page: _Page, lead: str, finding: Finding) -> None:
    requirement = finding.requirement
    page.gap()
    page.say(
        f"{requirement.id}  {requirement.level}  {requirement.text}", "bold", lead=lead, lead_style="bold red"
    )
    indent = len(lead)
    for verdict in finding.verdicts:
        page.say(verdict.operation, lead=f"{verdict.outcome.value} at ", lead_style="red", indent=indent)
        _failures(page, verdict, indent + 2)
    if finding.followers:
        followers = ", ".join(names(finding.followers))
        page.say(followers, lead=f"explains {len(finding.followers)} more: ", lead_style="dim", indent=indent)


def _failures(page: _Page, verdict: Verdict, indent: int) -> None:
    if verdict.reason:
        page.say(verdict.reason, indent=indent)
    found = kinds(verdict)
    for kind in found[:_FAILURES]:
        _failure(page, kind, indent)
    if len(found) > _FAILURES:
        page.say(f"and {len(found) - _FAILURES} more faults", "dim", indent=indent)


def _failure(page: _Page, kind: Kind, indent: int) -> None:
    failure = kind.failure
    page.say(kind.message, indent=indent)
    for name, value in (("expected", failure.expected), ("got", failure.got), ("contract", failure.contract)):
        if value:
            page.say(shortened(value, _VALUE), lead=f"{name:<10}", lead_style="dim", indent=indent + 2)
    if failure.exchange:
        page.raw(failure.exchange.curl(), lead=f"{'try':<10}", indent=indent + 2)


def _remark(page: _Page, remark: Finding) -> None:
    page.say(remark.requirement.text, lead=f"{remark.requirement.id}  ", lead_style="yellow", indent=2)
    for verdict in remark.verdicts:
        page.say(first_word(verdict), lead=f"{verdict.operation}: ", lead_style="dim", indent=4)


def _gap(page: _Page, gap: Gap) -> None:
    owed = "owed: " if gap.is_owed else ""
    page.say(gap.reason, lead=f"{len(gap.verdicts):>4}  {owed}", lead_style="yellow" if owed else "dim")
    which = names(gap.verdicts)
    more = f" and {len(which) - _NAMES} more" if len(which) > _NAMES else ""
    page.say(", ".join(which[:_NAMES]) + more, "dim", indent=6)


def _more(page: _Page, run: Run, found: tuple[Finding, ...], folder: Path | None) -> None:
    page.title("More")
    if folder is not None:
        page.raw(str(folder / "report.html"), lead=f"{'report':<10}", indent=2)
    else:
        page.say("--report DIR writes a page, evidence and files for CI", lead=f"{'report':<10}", indent=2)
    # A finding on the run itself, such as a waiver that has expired, has no operation to ask again.
    verdict = next((finding.verdicts[0] for finding in found if finding.requirement.operations), None)
    if verdict is None:
        return
    name = verdict.requirement.id
    page.raw(f"creditkit check --explain {name}", lead=f"{'why':<10}", indent=2)
    if folder is not None:
        again = f"creditkit check --replay {shlex.quote(verdict.key)} --report {shlex.quote(str(folder))}"
    else:
        again = f"creditkit check {run.url} --mode {run.mode} --only {name}"
    page.raw(again, lead=f"{'again':<10}", indent=2)


def _console(stream: TextIO) -> Console:
    """A console that takes every text as it is: no markup, no guessed highlights."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # a log in ASCII must not end a check
    return Console(file=stream, highlight=False, markup=False, emoji=False)
