"""`make bench`: measure the mock beside other servers, and write what was found into docs/performance.md."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.section import PAGE, machine, write_section

from .load import CONNECTIONS
from .measure import measure
from .plot import plot
from .servers import NODE_MODULES, ours, peers
from .table import tables

PICTURE = PAGE.with_name("performance.svg")


def main() -> int:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turns", type=int, default=2, help="of each server in each case of a round")
    parser.add_argument("--seconds", type=int, default=1, help="for each turn")
    parser.add_argument("--only", nargs="*", default=[], help="names of servers")
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        print("bench: wrk is missing: apt-get install wrk", file=sys.stderr)
        return 2
    if not NODE_MODULES.exists():
        print("bench: the other servers are missing: npm ci --prefix benchmarks", file=sys.stderr)
        return 2
    servers = [server for server in (*ours(), *peers()) if not options.only or server.name in options.only]
    with tempfile.TemporaryDirectory(prefix="creditkit-bench-") as folder:
        found = measure(
            servers,
            Path(folder),
            rounds=options.rounds,
            turns=options.turns,
            seconds=options.seconds,
            say=lambda text: print(text, file=sys.stderr, flush=True),
        )
    text = tables(found)
    print(text)
    if not options.dry:
        how = (
            f"{options.rounds} rounds of {options.turns} turns of {options.seconds} s, "
            f"{CONNECTIONS} connections; {machine()}"
        )
        write_section("mock", f"{how}\n\n![Processor time of one request]({PICTURE.name})\n\n{text}")
        PICTURE.write_text(plot(found), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
