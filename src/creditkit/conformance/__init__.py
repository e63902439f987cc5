"""Conformance: whether a deployment keeps the contract, judged from outside.

    >>> settings = settle(Options("http://127.0.0.1:8000", tokens={"staff": token}))  # doctest: +SKIP
    >>> run = run_check(settings)  # doctest: +SKIP
    >>> run.is_green  # doctest: +SKIP
    True

Knows a base URL and the contract, never the mock. `requirements/` says what a deployment must do, `probes/`
how that is found out, `fuzz/` tries what nobody thought of, `report/` tells what was found. `command` is what
`creditkit check` does.
"""

from creditkit.conformance.asking import Cleaned, Exchange, Mode, OwnershipJournal, Target, clean_up
from creditkit.conformance.judging import (
    GROUPS,
    Expectations,
    Expected,
    Failure,
    Outcome,
    Requirement,
    Run,
    Verdict,
    apply_expectations,
    apply_waivers,
    load_expectations,
    load_requirements,
    load_waivers,
)
from creditkit.waivers import Waiver

from .doctor import Diagnosis, State, examine
from .run import Interrupted, check, run_check
from .settings import Options, Settings, settle

__all__ = [
    "GROUPS",
    "Cleaned",
    "Diagnosis",
    "Exchange",
    "Expectations",
    "Expected",
    "Failure",
    "Interrupted",
    "Mode",
    "Options",
    "Outcome",
    "OwnershipJournal",
    "Requirement",
    "Run",
    "Settings",
    "State",
    "Target",
    "Verdict",
    "Waiver",
    "apply_expectations",
    "apply_waivers",
    "check",
    "clean_up",
    "examine",
    "load_expectations",
    "load_requirements",
    "load_waivers",
    "run_check",
    "settle",
]
