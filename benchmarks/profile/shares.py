"""The time of one request, divided among the steps by the modules in which it was spent."""

from __future__ import annotations

import cProfile
import pstats
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from benchmarks.http.cases import CASES, Case
from benchmarks.quick.calls import Ask, asking
from creditkit.mock import Engine

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "take in: headers, query, path, token",
        ("straight", "exchange", "query", "operations", "negotiation", "security", "plans", "app"),
    ),
    ("read the body: JSON, fields, forms", ("bodies", "fields", "queries", "uuid")),
    ("handle: permission, pages, hyperlinks, JSON", ("dispatch", "handlers/", "metadata")),
    ("the world: rules, views, clock", ("store/",)),
    ("the journal and the indexes", ("tinyjournal/",)),
    ("hold the answer to the contract", ("answers", "verdicts", "schemas", "problems", "errors")),
    ("note the turn, for whoever looks", ("turn", "scenes", "mock/worlds/request_log.py")),
)
"""The steps, and the modules that are theirs: a folder, the name of a file, or its end."""

OTHER = "all else: dataclasses, named tuples"
ROUNDS, REQUESTS = 7, 300


def shares(data: Path) -> Mapping[str, Mapping[str, float]]:
    """µs of one request of each case, by step; `data` is a world of its own."""
    ask = asking(Engine.PLANS, data)
    found = {}
    for case in CASES:
        number = 0
        for _ in range(REQUESTS):  # warms up
            ask(case, number := number + 1)
        whole = []
        for _ in range(ROUNDS):
            began = time.process_time()
            for _ in range(REQUESTS):
                ask(case, number := number + 1)
            whole.append((time.process_time() - began) / REQUESTS * 1e6)
        found[case.name] = _divided(ask, case, number, statistics.median(whole))
    return found


def _divided(ask: Ask, case: Case, number: int, whole: float) -> dict[str, float]:
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(ROUNDS * REQUESTS):
        ask(case, number := number + 1)
    profile.disable()
    spent: dict[str, float] = defaultdict(float)
    for (file, _, _), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file == "~":
            for (caller, _, _), (_, _, under, _) in callers.items():
                spent[step_of(caller)] += under
        else:
            spent[step_of(file)] += own
    spent.pop("", None)
    together = sum(spent.values())
    return {step: whole * part / together for step, part in spent.items()}


def step_of(file: str) -> str:
    """The step that a file belongs to; nothing for the benchmark itself."""
    if "/benchmarks/" in file or file.endswith("cProfile.py"):
        return ""
    found = OTHER
    for step, names in STEPS:
        if any(_is_in(file, name) for name in names):
            found = step  # the last one: the journal is a folder in the store's
    return found


def _is_in(file: str, name: str) -> bool:
    if name.endswith("/"):
        return f"/{name}" in file
    return file.endswith(f"/{name}") if name.endswith(".py") else Path(file).stem == name
