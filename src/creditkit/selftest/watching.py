"""Watching: which requirements are asked first about an answer, by the table `watch.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from creditkit.conformance import load_requirements
from creditkit.deviations import Mutant


def drivers(named: Iterable[str], operations: Iterable[str]) -> tuple[str, ...]:
    """What else has to be asked where one of these requirements has no probe, else nothing.

    The structure of answers is judged on what probes got: on its own it would see next to nothing. Asked are
    those that get answers from the operations, from any if there are none.
    """
    known = load_requirements()
    if all(name not in known or known[name].probe for name in named):
        return ()
    table: Mapping[str, Mapping[int, str]] = _table()["drivers"]
    concerned = [table[name] for name in operations if name in table] or list(table.values())
    each = [name for statuses in concerned for name in statuses.values()]
    return tuple(dict.fromkeys([*each, *_table()["wide"]]))


def watchers(mutant: Mutant) -> tuple[str, ...]:
    """The requirements that are likeliest to find a mutant."""
    place = mutant.name if mutant.place == "header" else mutant.place
    table = _table()["structure"]
    structure = table.get(f"{mutant.type} {mutant.kind}") or table.get(f"{place} {mutant.kind}", "")
    driver = _table()["drivers"][mutant.operation].get(mutant.status, "")
    values = _table()["values"][mutant.operation] if mutant.kind == "value" else ()
    return tuple(dict.fromkeys(name for name in (structure, driver, *values) if name))


@cache
def _table() -> Mapping[str, Any]:
    text = (files("creditkit.selftest") / "watch.yaml").read_text(encoding="utf-8")
    table: Mapping[str, Any] = yaml.safe_load(text)
    return table
