"""`make bench-soak`: two million requests, and the memory on the way, written into docs/performance.md."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from .cases import CASES, CREDIT, CREDITS, Case
from .load import CONNECTIONS, drive, resident_bytes
from .section import machine, table, write_section
from .servers import ours, running
from .world import make_world

BODY = '{"value": "5000{r}.75", "end_date": null}'
UPDATE = Case("update", "update", "PATCH", f"{CREDITS}{CREDIT}{{n}}/", BODY, changes=True)
MIX = (*(case for case in CASES if case.name != "create"), UPDATE)
"""What is asked in turn; no creates, since more credits take more memory, as they should."""

MOST_GROWTH = 0.02
"""How much the memory may grow in the second half of the requests, as a share."""

HOW = """\
## Two million requests

Written by `make bench-soak` on {machine}

{asked:,} requests to one mock with its data in a file: retrieves, lists of ten, refused creates and updates,
in turns of some seconds. All that is kept is bounded: memory rises, for most of the first million, until it
is full, and then stays. In the second half it grew by {growth:+.1%}.
"""


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
    with tempfile.TemporaryDirectory(prefix="creditkit-soak-") as name:
        folder = Path(name)
        make_world(folder / "world.json", customers=1_000)
        with running(ours()[0], folder) as server:
            asked = 0
            found = [(0, resident_bytes(server.pid))]
            while asked < options.requests:
                for case in MIX:
                    sample = drive(server.url, server.pid, case, options.seconds, folder, offset=asked)
                    wrong = sample.refused if case.is_accepted else sample.requests - sample.refused
                    if wrong > CONNECTIONS:
                        raise RuntimeError(f"{case.title}: {wrong} of {sample.requests} answers were wrong")
                    asked += sample.requests
                found.append((asked, resident_bytes(server.pid)))
                print(f"{asked:,} requests: {found[-1][1] / 1e6:.1f} MB", file=sys.stderr)
    shown = [*found[: -1 : max(1, len(found) // 10)], found[-1]]
    text = table(
        ["requests", *(f"{requests:,}" for requests, _ in shown)],
        [["memory, MB", *(f"{memory / 1e6:.0f}" for _, memory in shown)]],
    )
    half = next(memory for requests, memory in found if requests >= asked / 2)
    growth = found[-1][1] / half - 1
    print(f"{text}\n\nin the second half: {growth:+.1%}")
    if not options.dry:
        write_section("soak", f"{HOW.format(machine=machine(), asked=asked, growth=growth)}\n{text}")
    return 1 if growth > MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
