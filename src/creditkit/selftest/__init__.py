"""The selftest: whether the conformance suite finds what is wrong, by faults that are there on purpose.

    >>> catch_deviations(Options(("faults-delete",)))  # doctest: +SKIP

A suite that nobody has tested is a guess. Here the mock shows each deviation of the catalogue, and each of
several hundred mutants that are generated from the contract, and the suite judges it over HTTP like any
other deployment. `ablation` shows for each requirement what would be missed without it, `rival` what another
tool finds. This package alone may know both sides, the mock and the suite.
"""

from .ablation import Ablation, Proof, ablations_of, load_ablations, prove, unproven
from .bench import Bench
from .command import Options, ablate, catch_deviations, catch_mutants, compare_with_schemathesis, selected
from .judging import Result, found_without, judge_deviation, judge_honest, judge_mutant
from .pool import judged

__all__ = [
    "Ablation",
    "Bench",
    "Options",
    "Proof",
    "Result",
    "ablate",
    "ablations_of",
    "catch_deviations",
    "catch_mutants",
    "compare_with_schemathesis",
    "found_without",
    "judge_deviation",
    "judge_honest",
    "judge_mutant",
    "judged",
    "load_ablations",
    "prove",
    "selected",
    "unproven",
]
