"""Faults: wrong behaviours that the mock shows on purpose, so that the check can be seen to find them.

    - id: delete-is-not-found
      breaks: [DELETE-STATUS]         # the requirements that find it, each of them alone
      seen: A delete is answered with 404, and done.
      shown: {...}                    # as in the catalogue of creditkit.deviations

`catalogue/` has a file for each group of requirements. For what cannot be declared, `shown` names a function
of this package. Importing the package makes these functions known to a mock in the same process.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from creditkit.deviations import Shown, load_catalogue, shown_of
from creditkit.mock.deviate import FUNCTIONS

from . import access, actions, identity, lists, mutations, narrow, stability, writes

RELEASES = "releases"
"""The group of the deviations that real releases have."""

for _module in (access, actions, identity, lists, mutations, narrow, stability, writes):
    for _name, _function in inspect.getmembers(_module, inspect.iscoroutinefunction):
        FUNCTIONS[_name] = _function


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong behaviour; `group` is the name of its file, `breaks` are the requirements that find it."""

    id: str
    group: str
    breaks: tuple[str, ...]
    seen: str
    shown: Shown


@cache
def load_faults() -> tuple[Fault, ...]:
    """The deviations of real releases that break the contract, then the faults of `catalogue/`."""
    found = [Fault(d.id, RELEASES, d.breaks, d.seen, d.shown) for d in load_catalogue() if d.shown]
    for path in sorted((Path(__file__).parent / "catalogue").glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            shown = shown_of(row["shown"])
            found.append(Fault(row["id"], path.stem, tuple(row["breaks"]), row["seen"], shown))
    return tuple(found)


@cache
def aimed_faults() -> dict[str, Fault]:
    """By requirement: the first fault that names it alone. Without the requirement it would be missed."""
    found: dict[str, Fault] = {}
    for fault in load_faults():
        if len(fault.breaks) == 1 and fault.group != RELEASES:
            found.setdefault(fault.breaks[0], fault)
    return found
