"""Ablation: what each probe is for, shown by what is missed without it.

A probe, here, is the judgement of one requirement. It is needed where there is a deviation that it finds and
that the whole suite without it does not. Which one that is stands in `ablation.csv`, so that proving it takes
one run of the suite for each requirement and not one for each pair.
"""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from creditkit.conformance import Mode, load_requirements
from creditkit.deviations import Deviation, chosen
from creditkit.errors import ContractError, UsageError

from .bench import Bench
from .judging import found_without, judge_deviation


@dataclass(frozen=True, slots=True)
class Ablation:
    """What is known of one requirement: the deviation that only it finds."""

    requirement: str
    deviation: Deviation


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of taking one requirement away.

    `is_caught` says whether it finds its deviation; `others` are the requirements that find it as well.
    """

    requirement: str
    deviation: str
    is_caught: bool
    others: tuple[str, ...]
    seconds: float

    @property
    def is_needed(self) -> bool:
        """Whether without the requirement its deviation survives."""
        return self.is_caught and not self.others


@cache
def load_ablations() -> tuple[Ablation, ...]:
    """The table, in the order of the requirements; raises ContractError for a requirement that is nowhere."""
    text = (files("creditkit.selftest") / "ablation.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    unknown = [row["requirement"] for row in rows if row["requirement"] not in load_requirements()]
    if unknown:
        raise ContractError(f"ablation.csv: there is no requirement {unknown[0]}")
    return tuple(Ablation(row["requirement"], *chosen([row["deviation"]])) for row in rows)


def unproven() -> tuple[str, ...]:
    """The requirements that the table has nothing for."""
    proven = {ablation.requirement for ablation in load_ablations()}
    return tuple(name for name in load_requirements() if name not in proven)


def ablations_of(requirement: str, *, quick: bool = False) -> tuple[Ablation, ...]:
    """The rows for one requirement, for all of them if it is `all`; raises UsageError.

    With `quick`, all but those that take schemathesis to judge.
    """
    known = load_requirements()

    def is_meant(name: str) -> bool:
        if requirement != "all":
            return name == requirement
        return not (quick and known[name].mode == Mode.FULL.value)

    found = tuple(ablation for ablation in load_ablations() if is_meant(ablation.requirement))
    if not found:
        raise UsageError(
            f"the table of ablations has nothing for {requirement!r}", "creditkit check --list tells the ids"
        )
    return found


def prove(bench: Bench, ablation: Ablation) -> Proof:
    """Take a requirement away and look whether its deviation survives."""
    begin = time.perf_counter()
    deviation = ablation.deviation
    assert deviation.shown is not None, "what breaks a requirement is shown"
    caught = ablation.requirement in judge_deviation(bench, deviation).caught_by
    others = found_without(bench, deviation.shown, ablation.requirement)
    return Proof(ablation.requirement, deviation.id, caught, others, time.perf_counter() - begin)
