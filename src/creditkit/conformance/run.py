"""A run: every requirement judged at one deployment, and nothing left behind.

>>> run = check(Target("http://127.0.0.1:8000", {"staff": token}), Mode.WRITE)  # doctest: +SKIP
>>> run.is_green  # doctest: +SKIP
True

`run_check` does the same from settings: it looks at the target first, deletes what an earlier run left over,
announces on stderr what will be created, and keeps other checks from writing meanwhile.
"""

from __future__ import annotations

import platform
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from importlib.metadata import version
from types import FrameType

from creditkit.conformance.asking import (
    CannotJudge,
    Client,
    Guard,
    Lab,
    Mode,
    OwnershipJournal,
    Target,
    alone,
)
from creditkit.conformance.judging import (
    GROUPS,
    Explain,
    Requirement,
    Run,
    apply_expectations,
    exercised,
    load_requirements,
    merged,
    unexplained,
    with_causes,
)
from creditkit.contract import API, Contract, load
from creditkit.errors import DeploymentError, UsageError

from . import report
from .asking import cleanup
from .doctor import preflight
from .fuzz import FUZZ, installed
from .probing import Progress, fuzzed, judged, probed
from .settings import Settings

_NAMES = 4


def check(
    target: Target,
    mode: Mode,
    *,
    journal: OwnershipJournal | None = None,
    only: Iterable[str] = (),
    progress: Progress = lambda *_: None,
    explain: Explain = unexplained,
) -> Run:
    """Judge the requirements (those in `only`, or all) at a target; raises DeploymentError if none could be.

    New records are deleted at the end, even if the run is interrupted. Of equal failures the first is kept;
    failures that `explain` puts down to different deviations are not equal.
    """
    contract = _contract()
    chosen = _chosen(only, mode)
    fuzzes = any(requirement.group == FUZZ for requirement in chosen)
    if fuzzes:
        installed()
    journal = journal or OwnershipJournal(None, target.url)
    started, begin = datetime.now(UTC), time.perf_counter()
    with Client(target, Guard(mode)) as client:
        lab = Lab(target, contract, client, journal)
        lab.list()  # an unreachable deployment ends the run here, with its own error
        try:
            found = list(probed(lab, mode, chosen, progress))
            if fuzzes:
                found += fuzzed(lab, journal, mode, chosen, progress, explain)
        finally:
            lab.sweep()
        exchanges = tuple(client.exchanges)
    order = {requirement.id: number for number, requirement in enumerate(chosen)}
    verdicts = sorted(
        merged([*judged(contract, chosen, exchanges, explain), *found]),
        key=lambda verdict: order[verdict.requirement.id],
    )
    return Run(
        url=target.url,
        mode=mode.value,
        started=started,
        seconds=time.perf_counter() - begin,
        verdicts=with_causes(
            sorted(verdicts, key=lambda verdict: order[verdict.requirement.id]),
            {r.id: r.after for r in chosen},
        ),
        exchanges=exchanges,
        facts_exercised=exercised(exchanges, contract),
    )


@cache
def _contract() -> Contract:
    """The contract, read once."""
    return load(API)


def _chosen(only: Iterable[str], mode: Mode) -> Sequence[Requirement]:
    """The requirements that are asked for; those of fuzzing in full mode only."""
    wanted = set(only)
    return [
        r
        for r in load_requirements().values()
        if (not wanted or r.id in wanted or r.group in wanted) and (r.group != FUZZ or mode is Mode.FULL)
    ]


class Interrupted(Exception):  # noqa: N818 - a wish of the user, not an error
    """Ctrl-C or SIGTERM ended the run; its records are deleted, or named if that failed."""


def run_check(settings: Settings) -> Run:
    """The run; raises Interrupted, DeploymentError if it could not be done, UsageError for unknown names."""
    wanted = chosen(settings.only)
    if settings.mode is not Mode.FULL and all(requirement.group == FUZZ for requirement in wanted):
        raise UsageError(f"{', '.join(settings.only)}: judged in the mode full alone", "--mode full")
    with alone(settings.journal) if settings.mode.writes else nullcontext(), _sigterm_as_interrupt():
        try:
            preflight(settings.target)
            run = _run(settings, wanted)
        except KeyboardInterrupt:
            raise Interrupted(leftover(settings) or "nothing is left over") from None
        except DeploymentError as error:
            hint = "; ".join(text for text in (error.hint, leftover(settings)) if text)
            raise DeploymentError(error.message, hint) from error
    left = leftover(settings)
    notes = (*run.notes, *_notes(settings), *([left] if left else []))
    return replace(run, notes=notes, environment={**_environment(), **run.environment})


def chosen(only: Sequence[str]) -> Sequence[Requirement]:
    """The requirements that a list of ids and groups names, all for an empty one; raises UsageError."""
    every = load_requirements()
    known = {*GROUPS, *every}
    for name in only:
        if name not in known:
            near = get_close_matches(name.upper(), every, 1) or get_close_matches(name.lower(), GROUPS, 1)
            advice = f"did you mean {near[0]}?" if near else "creditkit check --list tells them all"
            raise UsageError(f"there is no requirement {name!r} and no group of that name", advice)
    return [r for r in every.values() if not only or r.id in only or r.group in only]


def leftover(settings: Settings) -> str:
    """The records that the journal says are left over, and what to do; empty without any."""
    if not settings.mode.writes:
        return ""
    journal = OwnershipJournal(settings.journal, settings.target.url)
    if journal.open_credits:
        left = f"left over: credit {', '.join(journal.open_credits)}"
    elif journal.open_customers:
        left = f"perhaps left over: a credit of customer {', '.join(journal.open_customers)}"
    else:
        return ""
    return f"{left}; creditkit check --cleanup {settings.target.url} deletes it"


def _run(settings: Settings, wanted: Sequence[Requirement]) -> Run:
    target, mode = settings.target, settings.mode
    journal = OwnershipJournal(settings.journal if mode.writes else None, target.url)
    if mode.writes:
        cleaned = cleanup.clean_up(target, journal)
        if cleaned != cleanup.Cleaned():
            for line in cleanup.told(cleaned):
                _say(f"Left over by an earlier run. {line}")
        if not settings.quiet:
            _announce(settings)
    # Structure is judged on the answers that other probes got, so those must run as well.
    only = settings.only if any(r.probe or r.group == FUZZ for r in wanted) else ()
    with nullcontext(_silent) if settings.quiet else report.console.progress() as progress:
        explain = settings.expect.explains if settings.expect else unexplained
        run = check(target, mode, journal=journal, only=only, progress=progress, explain=explain)
    if settings.only and not only:
        names = {requirement.id for requirement in wanted}
        verdicts = [verdict for verdict in run.verdicts if verdict.requirement.id in names]
        run = replace(run, verdicts=with_causes(verdicts, {r.id: r.after for r in wanted}))
    return apply_expectations(run, settings.expect) if settings.expect else run


def _announce(settings: Settings) -> None:
    """Say on stderr what will be created; raises DeploymentError if the deployment does not answer."""
    target = settings.target
    with Client(target, Guard(Mode.READ)) as client:
        lab = Lab(target, load(API), client, OwnershipJournal(None, target.url))
        try:
            free = lab.free_customers()
        except CannotJudge as reason:
            _say(f"Nothing can be created: {reason}.")
            return
    if not free:
        _say("Nothing can be created: there is no customer without a credit.")
        return
    names = ", ".join(str(customer.get("name") or customer.get("uuid")) for customer in free[:_NAMES])
    more = f" and {len(free) - _NAMES} more" if len(free) > _NAMES else ""
    _say(
        f"{settings.mode.value} mode at {target.url}: credits are created for customers that have none, one"
        f" each at a time, and deleted again: {names}{more}. No other record is changed."
    )


def _notes(settings: Settings) -> Iterator[str]:
    if settings.target.verify is False:
        yield "the certificate of the deployment was not verified"
    if settings.only:
        yield f"judged were only {', '.join(settings.only)}"


def _environment() -> dict[str, str]:
    return {
        "creditkit": version("creditkit"),
        "python": platform.python_version(),
        "system": platform.system(),
    }


@contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """Treat SIGTERM, which a cancelled pipeline sends, as Ctrl-C, so that new records are deleted."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's business
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _silent(_requirement: Requirement, _number: int, _total: int) -> None:
    pass


def _say(text: str) -> None:
    print(text, file=sys.stderr)
