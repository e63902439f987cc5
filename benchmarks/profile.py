"""`make profile`: where the time of one request goes, without a server, written into docs/performance.md.

cProfile says how the time is shared among the folders of the code. What a function of C takes belongs to its
caller.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

import creditkit
from creditkit.mock import ClientWorld, ClientWorlds, FastPath, Settings, maker
from creditkit.mock.http.fast_path import Head, Known
from creditkit.store import Seed, World

from .cases import CASES, Case
from .section import machine, table, write_section
from .world import make_world

HOW = """\
## One request

Written by `make profile` on {machine}

Percent of the processor time from a known request to its answer, by folder, without sockets.
Ids and bodies vary.
"""

Ask = Callable[[Case, int], None]
OURS = f"{Path(creditkit.__file__).parent}/"
WARM, REQUESTS = 300, 3_000


def asking(data: Path) -> Ask:
    """A function that asks the mock, with the world in a file, for a request of a case, on the fast path."""
    worlds = ClientWorlds(ClientWorld("default", World.open(Seed("", "now", {}), data=data)))
    app = maker(worlds, Settings())()
    asyncio.run(_first_request(app))
    fast_path = FastPath(app, worlds)

    def ask(case: Case, number: int) -> None:
        parts = urlsplit(case.filled(case.path, number))
        body = case.filled(case.body, number).encode()
        request = Known(case.method, parts.path, parts.query.encode(), _head(case, len(body)), body, 0)
        answer = fast_path.answer(request, "http")
        assert answer is not None, case.name
        assert answer.status in case.statuses, answer

    return ask


async def _first_request(app: Any) -> None:
    """Let Connexion put the app together, as it does at the first request."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        await client.get("http://127.0.0.1/api/")


@cache
def _head(case: Case, length: int) -> Head:
    headers = {"host": "127.0.0.1", **case.headers, **({"content-length": str(length)} if length else {})}
    return Head([(name.lower().encode(), value.encode()) for name, value in headers.items()])


def shares(ask: Ask, case: Case) -> dict[str, float]:
    """The share of each folder in the time of one request of a case, in percent."""
    for number in range(WARM):
        ask(case, number)
    profile = cProfile.Profile()
    profile.enable()
    for number in range(WARM, REQUESTS):
        ask(case, number)
    profile.disable()
    spent: dict[str, float] = defaultdict(float)
    for (file, _, _), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file == "~":
            for (caller, _, _), (_, _, under, _) in callers.items():
                spent[_folder(caller)] += under
        else:
            spent[_folder(file)] += own
    spent.pop("", None)
    return {folder: 100 * part / sum(spent.values()) for folder, part in spent.items()}


def _folder(file: str) -> str:
    """The folder of the code that a file is in; empty for the benchmark itself."""
    if "/benchmarks/" in file or file.endswith("cProfile.py"):
        return ""
    return str(Path(file[len(OURS) :]).parent) if file.startswith(OURS) else "other packages"


def main() -> int:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="creditkit-profile-") as name:
        make_world(Path(name) / "world.json", customers=10_000)
        ask = asking(Path(name) / "world.json")
        found = {case: shares(ask, case) for case in CASES}
    folders = sorted({folder for parts in found.values() for folder in parts})
    rows = [[folder, *(f"{found[case].get(folder, 0):.0f}" for case in CASES)] for folder in folders]
    text = table(["folder", *(case.title for case in CASES)], rows)
    print(text)
    if not options.dry:
        write_section("profile", f"{HOW.format(machine=machine(['connexion', 'orjson']))}\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
