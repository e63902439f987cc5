"""The actions of `creditkit check`: one function each, which returns the exit code.

    0    every requirement of the mode holds, or what was asked for was done
    1    there are findings, or something that had to be evaluated was not
    2    the check could not do its work; raised as an error with that exit code
    130  interrupted; what was created is deleted first

Results go to stdout, progress and announcements to stderr.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from creditkit.conformance.asking import Mode, OwnershipJournal, alone
from creditkit.conformance.judging import RULE, apply_waivers, compare, load_requirements, load_waivers
from creditkit.errors import CreditkitError, DeploymentError, UsageError

from . import replay, report
from .asking import cleanup
from .doctor import State, examine
from .run import Interrupted, chosen, leftover, run_check
from .settings import Options, settle

_CANNOT = DeploymentError.exit_code
_INTERRUPTED = 130
_MARKS = {State.GOOD: "ok  ", State.NOTE: "note", State.PROBLEM: "NO  "}


def check_deployment(options: Options) -> int:
    """Judge a deployment, print the result, and write the report if one was asked for."""
    with _as_check():
        settings = settle(options)
        waivers = load_waivers(settings.waivers, load_requirements()) if settings.waivers else ()
        if settings.report:
            settings.report.mkdir(parents=True, exist_ok=True)  # fail before the run, not after it
        try:
            run = run_check(settings)
        except Interrupted as interrupted:
            return _interrupted(interrupted)
        run = apply_waivers(run, waivers, datetime.now(UTC).astimezone().date())
        if settings.report:
            report.write_all(run, settings.report)
        headline = report.headline(run)
        if settings.quiet:
            print(f"{headline.word}: {run.url}. {headline.sentence}")
        else:
            report.console.show(run, folder=settings.report)
        # A run that judged nothing has no findings, and is no pass either.
        return 0 if headline.tone == "good" and not leftover(settings) else 1


def examine_deployment(options: Options) -> int:
    """Say whether a check could work, and what to do if not."""
    with _as_check():
        settings = settle(options)
        problems = 0
        print(f"{settings.target.url}, {settings.mode.value} mode")
        for found in examine(settings):
            problems += found.state is State.PROBLEM
            print(f"  {_MARKS[found.state]}  {found.subject}: {found.message}")
            if found.advice:
                print(f"        {found.advice}")
        print("A check cannot work yet." if problems else "A check can work.")
        return _CANNOT if problems else 0


def clean_up_deployment(options: Options) -> int:
    """Delete what earlier runs left over."""
    with _as_check():
        settings = replace(settle(options), mode=Mode.WRITE)
        with alone(settings.journal):
            cleaned = cleanup.clean_up(
                settings.target, OwnershipJournal(settings.journal, settings.target.url)
            )
        for line in cleanup.told(cleaned):
            print(line)
        return 0 if cleaned.is_done else _CANNOT


def replay_finding(finding: str, options: Options) -> int:
    """Judge one finding of the run in the report folder again, on the same target unless one is named."""
    with _as_check():
        if options.report is None:
            raise UsageError("--replay needs the run that it is about", "--report DIR names its report")
        document = report.read_document(options.report)
        recorded = replay.find(finding, document)
        settings = settle(
            replace(
                options,
                target=options.target or str(document["url"]),
                mode=options.mode or str(document["mode"]),
                only=(recorded.requirement,),
            )
        )
        try:
            # A replay asks whether the failure is there, expected or not.
            verdicts = replay.again(recorded, run_check(replace(settings, quiet=True, expect=None)))
        except Interrupted as interrupted:
            return _interrupted(interrupted)
        for line in replay.told(recorded, verdicts):
            print(line)
        return replay.exit_code(verdicts)


def compare_runs(old: Path, new: Path) -> int:
    """Say what changed between two runs: 1 if something is newly broken or no longer looked at."""
    with _as_check():
        comparison = compare(report.read_document(old), report.read_document(new))
        print(comparison)
        return 1 if comparison.new or comparison.no_longer_evaluated else 0


def list_requirements(only: Sequence[str] = ()) -> int:
    """Print the requirements, group by group."""
    with _as_check():
        found = chosen(only)
        width = max(len(requirement.id) for requirement in found)
        group = ""
        for requirement in found:
            if requirement.group != group:
                group = requirement.group
                print(group)
            name = f"{requirement.id:<{width}}"
            print(f"  {name}  {requirement.level:<6}  {requirement.mode:<5}  {requirement.text}")
        return 0


def explain_requirement(name: str) -> int:
    """Print everything about one requirement: its text, reason and source."""
    with _as_check():
        requirement = RULE if name == RULE.id else chosen([name])[0]
        print(f"{requirement.id} ({requirement.level}, group {requirement.group})")
        print(textwrap.fill(requirement.text, 96, initial_indent="  ", subsequent_indent="  "))
        for title, text in (
            ("why", requirement.why),
            ("source", requirement.source),
            ("operations", ", ".join(requirement.operations)),
            ("mode", requirement.mode),
            ("needs", ", ".join(requirement.needs)),
            ("builds on", ", ".join(requirement.after)),
        ):
            if text:
                print(textwrap.fill(text, 96, initial_indent=f"  {title:<12}", subsequent_indent=" " * 14))
        return 0


def _interrupted(interrupted: Interrupted) -> int:
    print(f"creditkit: interrupted; {interrupted}", file=sys.stderr)
    return _INTERRUPTED


@contextmanager
def _as_check() -> Iterator[None]:
    """Give every error of a check the same exit code, 2."""
    try:
        yield
    except BrokenPipeError:
        # The reader closed the pipe; discard what Python would still flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except CreditkitError as error:
        if error.exit_code == _CANNOT:
            raise
        raise DeploymentError(error.message, error.hint) from error
    except OSError as error:
        raise DeploymentError(f"{error.filename}: {error.strerror}") from error
