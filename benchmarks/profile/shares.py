"""The time of one request, divided among the steps by the modules in which it was spent."""

from __future__ import annotations

import asyncio
import cProfile
import pstats
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.http.cases import CASES, Case
from benchmarks.quick.calls import ask
from benchmarks.quick.servers import app_of

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "take in: headers, query, path, token",
        ("exchange", "query", "operations", "negotiation", "security", "cors"),
    ),
    ("read the body: JSON, fields, forms", ("bodies", "fields", "queries", "uuid")),
    ("handle: permission, pages, hyperlinks, JSON", ("dispatch", "handlers/", "metadata")),
    ("the world: rules, views, clock", ("store/",)),
    ("the journal and the indexes", ("tinyjournal/",)),
    ("hold the answer to the contract", ("answers", "verdicts", "schemas", "problems", "errors")),
)
"""The steps, and the modules that are theirs: a folder, or the name of a file."""

OTHER = "all else: Connexion's shell, asyncio, dataclasses"
ROUNDS, REQUESTS = 7, 300


def shares(data: Path) -> Mapping[str, Mapping[str, float]]:
    """µs of one request of each case, by step; `data` is a world of its own."""
    app = app_of("creditkit", data)
    return asyncio.run(_of_all(app))


async def _of_all(app: Any) -> dict[str, dict[str, float]]:
    found = {}
    for case in CASES:
        number = 0
        for _ in range(REQUESTS):  # warms up
            await ask(app, case, number := number + 1)
        whole = []
        for _ in range(ROUNDS):
            began = time.process_time()
            for _ in range(REQUESTS):
                await ask(app, case, number := number + 1)
            whole.append((time.process_time() - began) / REQUESTS * 1e6)
        found[case.name] = await _divided(app, case, number, statistics.median(whole))
    return found


async def _divided(app: Any, case: Case, number: int, whole: float) -> dict[str, float]:
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(ROUNDS * REQUESTS):
        await ask(app, case, number := number + 1)
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
        if any(f"/{name}" in file if name.endswith("/") else Path(file).stem == name for name in names):
            found = step  # the last one: the journal is a folder in the store's
    return found
