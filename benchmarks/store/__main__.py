"""`make bench-store`: measure the store beside TinyDB's own, and write it into docs/performance.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.section import machine, write_section

from .measure import in_a_loop, measure
from .subjects import OURS, STOCK
from .tables import BASE, text
from .threads import writes_a_second

SIZES = (10, 1_000, 10_000, 100_000)


def main() -> int:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a look in half a minute: up to 10,000 documents"
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="numbers of documents")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    options = parser.parse_args()
    sizes, rounds = ((10, 1_000, 10_000), 3) if options.quick else (options.sizes, options.rounds)

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="creditkit-bench-") as folder:
        found = measure((*OURS, *STOCK), sizes, Path(folder), rounds, say)
        loops = in_a_loop(BASE, sizes, Path(folder))
        rates = writes_a_second(Path(folder), 800 if options.quick else 2_400, rounds=3)
    written = text(found, loops, rates, machine(("tinydb", "orjson", "immutables")))
    print(written)
    if not (options.quick or options.dry):
        write_section("store", written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
