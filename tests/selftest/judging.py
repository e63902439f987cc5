"""Judging the check: which requirements find a fault that a mock shows on purpose.

A fault is found where a requirement fails or warns. One that merely could not be judged does not count: the
network might have been the cause.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from creditkit.conformance import Mode, Outcome, check, load_requirements
from creditkit.deviations import Shown
from creditkit.errors import CreditkitError
from faults import Fault
from faults.mutants import Mutant

from .bench import Bench


def found(bench: Bench, shown: Shown, only: Iterable[str] = ()) -> tuple[str, ...]:
    """The requirements that find something, of these or of all; none where the check could not be done."""
    only = tuple(only)
    bench.show(shown)
    try:
        run = check(bench.target, Mode.FULL if any(map(is_fuzzed, only)) else Mode.WRITE, only=only)
    except CreditkitError as error:
        print(f"the check could not be done: {error.message}")
        return ()
    bad = (Outcome.FAIL, Outcome.WARN)
    return tuple(dict.fromkeys(v.requirement.id for v in run.verdicts if v.outcome in bad))


def found_without(bench: Bench, shown: Shown, requirement: str) -> tuple[str, ...]:
    """The requirements that find a fault when one is taken out of the suite.

    The suite is that of mode `write`, or of `full` for a requirement that only `full` judges.
    """
    fuzzed = is_fuzzed(requirement)
    others = [name for name in load_requirements() if name != requirement and (fuzzed or not is_fuzzed(name))]
    return found(bench, shown, others)


def caught(bench: Bench, fault: Fault) -> set[str]:
    """The requirements that find a fault, of those that it names."""
    return set(fault.breaks) & {*found(bench, fault.shown, [*fault.breaks, *_drivers(fault)])}


def is_caught(bench: Bench, mutant: Mutant) -> bool:
    """Whether a mutant is found: by a requirement that watches its place, else by any."""
    return bool(found(bench, mutant.shown, _watchers(mutant)) or found(bench, mutant.shown))


def is_fuzzed(requirement: str) -> bool:
    """Whether schemathesis judges a requirement."""
    known = load_requirements()
    return requirement in known and known[requirement].mode == Mode.FULL.value


def _drivers(fault: Fault) -> Collection[str]:
    """The requirements to ask besides, where one of those that a fault names has no probe.

    The structure of answers is judged on the answers that probes get: those of the fault's operations, or of
    any operation.
    """
    known = load_requirements()
    if all(name not in known or known[name].probe for name in fault.breaks):
        return ()
    table = _table()["drivers"]
    concerned = [table[name] for name in fault.shown.where.operations if name in table] or table.values()
    return dict.fromkeys([*(name for statuses in concerned for name in statuses.values()), *_table()["wide"]])


def _watchers(mutant: Mutant) -> Collection[str]:
    """The requirements that are likeliest to find a mutant."""
    place = mutant.name if mutant.place == "header" else mutant.place
    table = _table()["structure"]
    structure = table.get(f"{mutant.type} {mutant.kind}") or table.get(f"{place} {mutant.kind}", "")
    driver = _table()["drivers"][mutant.operation].get(mutant.status, "")
    values = _table()["values"][mutant.operation] if mutant.kind == "value" else ()
    return dict.fromkeys(name for name in (structure, driver, *values) if name)


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "watch.yaml").read_text("utf-8"))
    return table
