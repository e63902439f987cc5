"""`make profile`: where the time of one request goes, written into docs/performance.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.http.cases import CASES
from benchmarks.http.world import make_world
from benchmarks.section import machine, table, write_section

from .shares import OTHER, STEPS, shares

HOW = """\
## One request

Written by `make profile` on {machine}

Microseconds of processor time from a gathered request to its answer, by step, without the server: the parser
of HTTP, sockets, and the memory that a process at rest does not wait for come on top, and are half of what
`make bench` counts, and more. Ids and bodies vary.
"""


def main() -> int:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="creditkit-profile-") as name:
        data = Path(name) / "world.json"
        make_world(data, customers=10_000)
        found = shares(data)
    steps = [*(step for step, _ in STEPS), OTHER]
    rows = [[step, *(f"{found[case.name].get(step, 0):.1f}" for case in CASES)] for step in steps]
    rows.append(["together", *(f"{sum(found[case.name].values()):.0f}" for case in CASES)])
    text = table(["step", *(case.title for case in CASES)], rows)
    print(text)
    if not options.dry:
        write_section("profile", f"{HOW.format(machine=machine(['connexion', 'orjson']))}\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
