"""Deviations: the known ways in which deployments differ from the contract, as data.

    >>> from creditkit.deviations import chosen, of_release
    >>> [deviation.severity for deviation in chosen(["actions-crash"])]
    ['major']
    >>> "actions-empty" in {deviation.id for deviation in of_release("waldur-8.0.9")}
    True

The folder `catalogue/` holds them, a YAML file for each group, for anybody to read and extend; the mock
shows them, a check can expect them, and docs/deviations.md is made from them.
"""

from .choosing import chosen, near, of_release, release_named
from .deviation import (
    ANY,
    FAULTS,
    AnswerChange,
    Condition,
    Deviation,
    Edit,
    Release,
    RequestChange,
    Shown,
    Sign,
)
from .loading import deviation_of, load_catalogue, load_releases, read_deviations, shown_of
from .mutants import Mutant, load_mutants, mutants_of_contract

__all__ = [
    "ANY",
    "FAULTS",
    "AnswerChange",
    "Condition",
    "Deviation",
    "Edit",
    "Mutant",
    "Release",
    "RequestChange",
    "Shown",
    "Sign",
    "chosen",
    "deviation_of",
    "load_catalogue",
    "load_mutants",
    "load_releases",
    "mutants_of_contract",
    "near",
    "of_release",
    "read_deviations",
    "release_named",
    "shown_of",
]
