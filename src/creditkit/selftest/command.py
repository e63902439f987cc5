"""What `creditkit selftest` does, one function for each of its actions; each gives the exit code.

    0   everything was caught, or every requirement that was asked about is needed
    1   something was not caught, or is not proven
    2   the selftest could not do its work; raised as an error with that exit code

Results go to stdout as they come, what is said on the way to stderr.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from creditkit.conformance import Mode, load_requirements
from creditkit.deviations import Deviation, Mutant, load_catalogue, load_mutants, near
from creditkit.errors import DataFileError, DeploymentError, UsageError

from . import rival, table
from .ablation import ablations_of, prove, unproven
from .bench import Bench
from .comparison import Comparison
from .judging import Result, judge_deviation, judge_honest, judge_mutant
from .pool import judged

ENOUGH = 0.98
"""The share of generated mutants that has to be caught, of those that a client could know."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is tested, and how.

    `names` are ids and groups of deviations, or a part of the ids of mutants; empty for all. `sample` is how
    many mutants are drawn, 0 for all. `quick` leaves out what takes schemathesis to judge. `workers` is the
    number of processes, 0 for one a core and two at most. `file` gets the results as JSON. `keep` is the file
    of a comparison, which goes on where it ended.
    """

    names: tuple[str, ...] = ()
    workers: int = 0
    quick: bool = False
    sample: int = 0
    file: Path | None = None
    keep: Path | None = None

    @property
    def processes(self) -> int:
        """How many processes judge."""
        return self.workers or min(2, os.cpu_count() or 1)


def catch_deviations(options: Options) -> int:
    """Show each deviation of the catalogue, and look whether it is caught by what its entry names."""
    deviations = selected(options)
    _write_early(options)
    _honest()
    results = _judged_deviations(deviations, options)
    for line in table.missed(results):
        print(line)
    caught = sum(result.is_caught for result in results)
    print(table.rate(caught, len(results), "deviations"))
    _write(options, {"deviations": [asdict(result) for result in results]})
    return 0 if caught == len(results) else 1


def catch_mutants(options: Options) -> int:
    """Show each generated mutant; 1 where less than `ENOUGH` of those that a client could know is caught."""
    mutants = _selected_mutants(options)
    _write_early(options)
    _honest()
    begin = time.perf_counter()
    results = _judged_mutants(mutants, options)
    unknowable = {mutant.id: mutant.unknowable for mutant in mutants if mutant.unknowable}
    survivors = [result for result in results if not result.is_caught]
    for result in sorted(survivors, key=lambda result: result.id):
        reason = unknowable.get(result.id)
        print(f"  {result.id}: {f'no client could know: {reason}' if reason else 'NOT CAUGHT'}")
    for result in results:
        if result.is_caught and result.id in unknowable:
            print(f"  {result.id}: caught, though no client could know")
    known = [result for result in results if result.id not in unknowable]
    caught = sum(result.is_caught for result in known)
    total = sum(result.is_caught for result in results)
    print(table.rate(total, len(results), "mutants"))
    print(table.rate(caught, len(known), "mutants that a client could know"))
    print(f"in {time.perf_counter() - begin:.0f} s with {options.processes} workers")
    _write(options, {"mutants": [asdict(result) for result in results], "unknowable": unknowable})
    return 0 if not known or caught / len(known) >= ENOUGH else 1


def ablate(requirement: str, options: Options) -> int:
    """Take a requirement away, or each in turn for `all`, and show which deviation then survives."""
    ablations = ablations_of(requirement, quick=options.quick)
    _write_early(options)
    width = max(len(ablation.requirement) for ablation in ablations)
    proofs = []
    for proof in judged(prove, ablations, options.processes):
        print(table.row_of_proof(proof, width), flush=True)
        proofs.append(proof)
    missing = unproven() if requirement == "all" else ()
    for name in missing:
        print(f"  {name:<{width}}            NOT PROVEN: no deviation is known that only it finds")
    needed = sum(proof.is_needed for proof in proofs)
    print(f"{needed} of {len(proofs) + len(missing)} requirements are needed, each by a deviation of its own")
    _write(options, {"ablation": [asdict(proof) for proof in proofs]})
    return 0 if needed == len(proofs) + len(missing) else 1


def compare_with_schemathesis(options: Options) -> int:
    """Run plain schemathesis on the same deviations and print both kill rates.

    What stands in the file to keep is not tried again.
    """
    deviations = selected(options)
    comparison = Comparison(options.keep)
    _write_early(options)
    todo = [deviation for deviation in deviations if deviation.id not in comparison.rows]
    if todo:
        _honest()
        missing = [None] * (rival.BASELINES - len(comparison.honest))
        _say(f"schemathesis: {len(missing)} honest runs, then {len(todo)} of {len(deviations)} deviations")
        comparison.be_quiet_on(judged(rival.try_out, missing, options.processes))
    for finding in sorted({finding for findings in comparison.honest for finding in findings}):
        _say(f"  found on the honest mock: {finding}")
    for number, (result, trial) in enumerate(judged(_by_both, todo, options.processes), 1):
        row = comparison.add(result, trial)
        print(f"  {number}/{len(todo)} {table.row_beside(row, comparison.certain(row))}", flush=True)
    for line in table.beside(comparison):
        print(line)
    _write(options, {"rows": [asdict(row) for row in comparison.rows.values()]})
    return 0


def _by_both(bench: Bench, deviation: Deviation) -> tuple[Result, rival.Trial]:
    return judge_deviation(bench, deviation), rival.try_out(bench, deviation)


def selected(options: Options) -> list[Deviation]:
    """The deviations that can be caught, of those that are named; raises UsageError for a name of none."""
    able = [deviation for deviation in load_catalogue() if deviation.shown and deviation.breaks]
    known = {deviation.id for deviation in able} | {deviation.group for deviation in able}
    for name in options.names:
        if name not in known:
            message = f"there is no deviation {name!r} that a requirement catches, and no group of that name"
            raise UsageError(message, near(name, known, "docs/deviations.md tells them all"))
    named = [d for d in able if not options.names or d.id in options.names or d.group in options.names]
    return [d for d in named if not (options.quick and _fuzzed(d))]


def _fuzzed(deviation: Deviation) -> bool:
    """Whether it takes schemathesis to judge a deviation."""
    known = load_requirements()
    return any(name in known and known[name].mode == Mode.FULL.value for name in deviation.breaks)


def _selected_mutants(options: Options) -> Sequence[Mutant]:
    named = [m for m in load_mutants() if not options.names or any(n in m.id for n in options.names)]
    if not named:
        raise UsageError(f"no mutant has {' or '.join(options.names)} in its id", "their file: mutants.csv")
    if not 0 < options.sample < len(named):
        return named
    return Random(1).sample(named, options.sample)  # noqa: S311 - the same ones each time


def _honest() -> None:
    """Hold the suite to the honest mock; raises DeploymentError where it finds anything."""
    with Bench() as bench:
        against = judge_honest(bench)
    if against:
        raise DeploymentError(
            f"the honest mock does not pass: {', '.join(against)}",
            "a suite with false alarms catches everything; creditkit check shows them",
        )
    _say("The honest mock passes.")


def _judged_deviations(deviations: Sequence[Deviation], options: Options) -> list[Result]:
    """The results in the catalogue's order; each is printed when it is ready."""
    width = max((len(deviation.id) for deviation in deviations), default=0)
    results = []
    for result in judged(judge_deviation, deviations, options.processes):
        print(table.row_of(result, width), flush=True)
        results.append(result)
    order = {deviation.id: number for number, deviation in enumerate(deviations)}
    return sorted(results, key=lambda result: order[result.id])


def _judged_mutants(mutants: Sequence[Mutant], options: Options) -> list[Result]:
    """The results, with a word on the way after each hundred."""
    results = []
    for result in judged(judge_mutant, mutants, options.processes):
        results.append(result)
        if not len(results) % 100:
            _say(f"{len(results)} of {len(mutants)} mutants")
    return results


def _write_early(options: Options) -> None:
    """Better told now than after the run: a file that cannot be written; raises DataFileError."""
    if options.file is not None:
        try:
            options.file.touch()
        except OSError as error:
            raise DataFileError(
                f"{options.file}: {error.strerror}", "name a file that can be written"
            ) from error


def _write(options: Options, document: dict[str, Any]) -> None:
    if options.file is not None:
        options.file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
