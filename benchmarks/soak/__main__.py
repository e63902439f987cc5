"""`make bench-soak`: two million requests, and the memory on the way, written into docs/performance.md."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.http.cases import CASES, CREDIT, CREDITS, STORED, Case
from benchmarks.http.load import drive
from benchmarks.http.servers import Running, ours, running
from benchmarks.http.usage import resident_bytes
from benchmarks.http.world import make_world
from benchmarks.section import machine, table, write_section

UPDATE = Case(
    "update",
    "update",
    "PATCH",
    f"{CREDITS}{CREDIT}{{n}}/",
    '{"value": "5000{r}.75", "end_date": null}',
    0,
    STORED,
    is_accepted=True,
    changes=True,
)
MIX = (*(case for case in CASES if case.name != "create"), UPDATE)
"""What is asked in turn. Nothing that makes a world larger: more credits take more memory, as they should."""

WARM = 0.5
"""The part of all requests after which everything that is kept should be as large as it gets."""

MOST_GROWTH = 0.02
"""How much more memory than that is still called flat."""

HOW = """\
## Two million requests

Written by `make bench-soak` on {machine}

{asked:,} requests to one mock with its data in a file: retrieves, lists of ten, refused creates and updates,
in turns of some seconds. What is kept (verdicts, renderings, values of rows, the way back) is bounded, so
memory rises, for most of the first million, until all of it is full, and then stays. In the second half it
grew by {growth:+.1%}.
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """How many requests had been answered, and the memory then, in bytes."""

    requests: int
    memory: int


def readings(server: Running, folder: Path, requests: int, seconds: int) -> Iterator[Reading]:
    """Ask until there have been so many requests; a reading after each turn through the mix."""
    asked = 0
    yield Reading(asked, resident_bytes(server.pid))
    while asked < requests:
        for case in MIX:
            sample = drive(server.url, server.pid, case, seconds, folder, offset=asked)
            wrong = sample.refused if case.is_accepted else sample.requests - sample.refused
            if wrong or sample.broken:
                raise RuntimeError(f"{case.title}: {wrong} of {sample.requests} answers were wrong")
            asked += sample.requests
        yield Reading(asked, resident_bytes(server.pid))


def growth(found: list[Reading]) -> float:
    """How much the memory grew after the first part of the requests, as a share of what it was then."""
    asked = found[-1].requests
    settled = next(reading for reading in found if reading.requests >= WARM * asked)
    return found[-1].memory / settled.memory - 1


def main() -> int:
    """Ask, print, and write; 1 if the memory grew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=2_000_000)
    parser.add_argument("--seconds", type=int, default=4, help="for each kind of request in a turn")
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        print("bench-soak: wrk is missing: apt-get install wrk", file=sys.stderr)
        return 2
    found = []
    with tempfile.TemporaryDirectory(prefix="creditkit-soak-") as name:
        folder = Path(name)
        make_world(folder / "world.json", customers=1_000)
        with running(ours()[0], folder) as server:
            for reading in readings(server, folder, options.requests, options.seconds):
                found.append(reading)
                print(f"{reading.requests:,} requests: {reading.memory / 1e6:.1f} MB", file=sys.stderr)
    every = max(1, len(found) // 10)
    shown = [*found[:-1:every], found[-1]]
    text = table(
        ["requests", *(f"{reading.requests:,}" for reading in shown)],
        [["memory, MB", *(f"{reading.memory / 1e6:.0f}" for reading in shown)]],
    )
    grown = growth(found)
    print(f"{text}\n\nin the second half: {grown:+.1%}")
    if not options.dry:
        how = HOW.format(machine=machine(), asked=found[-1].requests, growth=grown)
        write_section("soak", f"{how}\n{text}")
    return 1 if grown > MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
