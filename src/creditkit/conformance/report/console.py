"""A run on a terminal or in a log: its progress, and its result at the end.

Every line makes sense without colours. Lines in a log are never wrapped, and the `curl` lines nowhere.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from creditkit.conformance.judging import Outcome, Requirement, Run, Verdict
from creditkit.contract import load_facts
from creditkit.reports import shortened
from creditkit.reports.terminal import Terminal, console

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

_MARKS = {"good": "PASS", "bad": "FAIL", "open": "OPEN"}
_FAILURES = 3
_NAMES = 8
_VALUE = 400


@contextmanager
def progress(stream: TextIO | None = None) -> Iterator[Callable[[Requirement, int, int], None]]:
    """Shows the progress of a run; gives the callback that `check` takes as `progress`.

    A bar on a terminal, which is gone afterwards; one line for each group anywhere else. Written to
    stderr unless told otherwise, so that stdout holds the verdict alone.
    """
    out = console(stream or sys.stderr)
    if not out.is_terminal:
        group = ""

        def plain(requirement: Requirement, number: int, total: int) -> None:
            nonlocal group
            if requirement.group != group:
                group = requirement.group
                out.print(f"{number:>4} of {total}  {group}", soft_wrap=True)

        yield plain
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out, transient=True) as bar:
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
    """Print a run: the verdict, failures by their cause, gaps, and how to see more.

    `folder` is where its report files are, if they were written.
    """
    page = Terminal(stream or sys.stdout)
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


def _verdict_first(page: Terminal, run: Run) -> None:
    line = headline(run)
    page.headline(line.tone, _MARKS[line.tone], f"{line.word}: {run.url}", line.sentence)
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


def _finding(page: Terminal, lead: str, finding: Finding) -> None:
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
        page.say(followers, lead=f"explains {len(finding.followers)} more: ", indent=indent)


def _failures(page: Terminal, verdict: Verdict, indent: int) -> None:
    if verdict.reason:
        page.say(verdict.reason, indent=indent)
    found = kinds(verdict)
    for kind in found[:_FAILURES]:
        _failure(page, kind, indent)
    if len(found) > _FAILURES:
        page.say(f"and {len(found) - _FAILURES} more faults", "dim", indent=indent)


def _failure(page: Terminal, kind: Kind, indent: int) -> None:
    failure = kind.failure
    page.say(kind.message, indent=indent)
    for name, value in (("expected", failure.expected), ("got", failure.got), ("contract", failure.contract)):
        if value:
            page.say(shortened(value, _VALUE), lead=f"{name:<10}", indent=indent + 2)
    if failure.exchange:
        page.raw(failure.exchange.curl(), lead=f"{'try':<10}", indent=indent + 2)


def _remark(page: Terminal, remark: Finding) -> None:
    page.say(remark.requirement.text, lead=f"{remark.requirement.id}  ", lead_style="yellow", indent=2)
    for verdict in remark.verdicts:
        page.say(first_word(verdict), lead=f"{verdict.operation}: ", indent=4)


def _gap(page: Terminal, gap: Gap) -> None:
    owed = "owed: " if gap.is_owed else ""
    page.say(gap.reason, lead=f"{len(gap.verdicts):>4}  {owed}", lead_style="yellow" if owed else "dim")
    which = names(gap.verdicts)
    more = f" and {len(which) - _NAMES} more" if len(which) > _NAMES else ""
    page.say(", ".join(which[:_NAMES]) + more, "dim", indent=6)


def _more(page: Terminal, run: Run, found: tuple[Finding, ...], folder: Path | None) -> None:
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
