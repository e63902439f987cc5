"""Judging the judge: whether the suite finds a fault that is there on purpose.

A deviation or mutant is caught where a requirement fails or warns. One that could merely not be judged is
not caught: that might as well be the network.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from creditkit.conformance import Mode, Outcome, Run, check, load_requirements
from creditkit.deviations import Condition, Deviation, Mutant, Shown
from creditkit.errors import CreditkitError

from .bench import Bench
from .watching import drivers, watchers

_CATCHES = (Outcome.FAIL, Outcome.WARN)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one deviation or mutant.

    `caught_by` are the requirements that found it, of those asked for. `named` are those that its entry
    names, empty for a mutant. Where none of these found it, the whole suite was asked, and `others` are the
    requirements that did. `note` says why, where the check could not do its work.
    """

    id: str
    group: str
    caught_by: tuple[str, ...]
    named: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    note: str = ""
    seconds: float = 0.0

    @property
    def is_caught(self) -> bool:
        """Whether it counts: a deviation, if a requirement that its entry names finds it."""
        return bool(self.caught_by)


def judge_honest(bench: Bench) -> tuple[str, ...]:
    """What the whole suite has against the honest mock: nothing, or all other figures mean nothing."""
    bench.show()
    run = check(bench.target, Mode.WRITE)
    bad = (*_CATCHES, Outcome.ERROR)
    return tuple(v.key for v in run.verdicts if v.outcome in bad) if not run.is_green else _found(run)


def judge_deviation(bench: Bench, deviation: Deviation) -> Result:
    """Show a deviation and judge the requirements that it names."""
    assert deviation.shown is not None, "what breaks a requirement is shown"
    begin = time.perf_counter()
    named = deviation.breaks
    caught, note = _caught(
        bench, deviation.shown, [*named, *drivers(named, deviation.shown.where.operations)]
    )
    by = tuple(name for name in named if name in caught)
    others: tuple[str, ...] = ()
    if not by:
        others, note = _caught(bench, deviation.shown, ())
    seconds = time.perf_counter() - begin
    return Result(deviation.id, deviation.group, by, named, others, note, seconds)


def judge_mutant(bench: Bench, mutant: Mutant) -> Result:
    """Show a mutant and judge the requirements that watch its place, and all if none of them finds it."""
    begin = time.perf_counter()
    shown = shown_of(mutant)
    caught, note = _caught(bench, shown, watchers(mutant))
    if not caught:
        caught, note = _caught(bench, shown, ())
    seconds = time.perf_counter() - begin
    return Result(mutant.id, mutant.operation, caught, note=note, seconds=seconds)


def found_without(bench: Bench, shown: Shown, requirement: str) -> tuple[str, ...]:
    """The requirements that find a deviation when one is taken away from the whole suite.

    The suite is the mode `write`, and `full` where the requirement is judged in no other.
    """
    known = load_requirements()
    is_fuzzed = requirement in known and known[requirement].mode == Mode.FULL.value
    judged = (r for r in known.values() if is_fuzzed or r.mode != Mode.FULL.value)
    return _caught(bench, shown, [r.id for r in judged if r.id != requirement])[0]


def shown_of(mutant: Mutant) -> Shown:
    """How the mock shows a mutant."""
    return Shown(
        where=Condition(operations=(mutant.operation,)),
        function="faults_mutants.mutated",
        arguments={
            "status": mutant.status,
            "place": mutant.place,
            "name": mutant.name,
            "of_type": mutant.type,
            "kind": mutant.kind,
        },
    )


def _caught(bench: Bench, shown: Shown, only: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The ids of the requirements that find something, and why the check could not be done, if so."""
    only = tuple(only)
    known = load_requirements()
    fuzzed = any(name in known and known[name].mode == Mode.FULL.value for name in only)
    bench.show(shown)
    try:
        run = check(bench.target, Mode.FULL if fuzzed else Mode.WRITE, only=only)
    except CreditkitError as error:
        return (), error.message
    return _found(run), ""


def _found(run: Run) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.requirement.id for v in run.verdicts if v.outcome in _CATCHES))
