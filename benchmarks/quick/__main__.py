"""`make bench-quick`: the figures as a table; exit code 1 if the mock is but half as quick as recorded."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.http.cases import CASES
from benchmarks.http.world import make_world
from benchmarks.section import table
from creditkit.mock import Engine

from .calls import calls
from .servers import NAMES
from .times import starts, times

RECORDED = Path(__file__).with_name("recorded.json")


def main() -> int:
    """Measure, print, and compare with what is recorded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quick", description=__doc__)
    parser.add_argument("--record", action="store_true", help="make these ratios the recorded ones")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="creditkit-bench-") as temporary:
        folder = Path(temporary)
        data = folder / "world.json"
        make_world(data, customers=5_000)
        used = times(data, folder)
        started = starts()
        counted = {}
        for name, engine in zip(NAMES, (Engine.PLANS, Engine.STOCK), strict=False):
            own = folder / f"counted {engine.value}.json"
            shutil.copy(data, own)
            counted[name] = calls(engine, own)
    ours, stock, bare = NAMES
    head = ["", *(f"{server} µs" for server in NAMES), "calls", "calls, stock engine"]
    rows = [
        [
            case.title,
            *(f"{used[server][case.name]:.0f}" for server in NAMES),
            str(counted[ours][case.name]),
            str(counted[stock][case.name]),
        ]
        for case in CASES
    ]
    print(table(head, rows))
    (start, memory), (bare_start, bare_memory) = started[ours], started[bare]
    print(
        f"\nfrom start to first answer {start:.0f} ms of processor time, idle with {memory:.0f} MB; ", end=""
    )
    print(f"a bare server {bare_start:.0f} ms and {bare_memory:.0f} MB")
    ratios = {case.name: round(used[stock][case.name] / used[ours][case.name], 2) for case in CASES}
    ratios["start"] = round(bare_start / start, 2)
    ratios["memory"] = round(bare_memory / memory, 2)
    share = {case.name: round(used[bare][case.name] / used[ours][case.name], 2) for case in CASES}
    if options.record:
        RECORDED.write_text(json.dumps(ratios, indent=2) + "\n", "utf-8")
    recorded = json.loads(RECORDED.read_text("utf-8"))
    slow = [name for name, ratio in ratios.items() if ratio < recorded[name] / 2]
    for name in slow:
        print(f"{name}: a ratio of {ratios[name]}, and {recorded[name]} is recorded")
    told = ", ".join(f"{case.name} {ratios[case.name]} (bare {share[case.name]})" for case in CASES)
    print(
        f"ratio to the stock engine, and the bare server's share: {told}; "
        f"the bare server's share of start {ratios['start']}, of memory {ratios['memory']}"
    )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
