"""`make bench-ablation`: what each trick of the HTTP front is worth.

One mock runs, and one trick after another is switched off in it, between turns with all tricks: the speed of
two processes may differ by more than a trick is worth. The result is a section of docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .cases import CASES
from .load import drive
from .section import machine, table, write_section
from .servers import Server, running
from .world import make_world

HOW = """\
## The tricks of the HTTP front

Written by `make bench-ablation` on {machine}

How much more processor time one request takes without a trick; medians of {rounds} turns of 1 s beside turns
with all tricks, 16 connections. A trick that shows less than 10 % in each case is to go.
"""


def _switches() -> Mapping[str, tuple[type, str, Callable[..., Any]]]:
    """For each trick a method, and what takes its place when the trick is off."""
    from creditkit.mock.http.fast_path import HeaderCache
    from creditkit.mock.http.protocol import Batch
    from creditkit.mock.reading.documented import DocumentedBody

    return {
        "fast path, with its header cache": (HeaderCache, "find", lambda *_: None),
        "write batching": (Batch, "hold", lambda _, connection: connection.flush()),
        "documented bodies": (DocumentedBody, "values", lambda *_: None),
    }


def main() -> int:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="creditkit-ablation-") as name:
        folder = Path(name)
        make_world(folder / "world.json")
        mock = ["mock", "--quiet", "--port", "{port}", "--data", "{folder}/world.json"]
        command = (sys.executable, "-m", "benchmarks.ablation", "serve", "{folder}/off", *mock)
        server = Server("creditkit", "", command)
        tricks = list(_switches())
        found: dict[tuple[str, str], list[float]] = {}
        with running(server, folder) as served:
            used = 0
            for _ in range(options.rounds):
                for case in CASES:
                    for trick in tricks:
                        times = []
                        for off in ("", trick):
                            (folder / "off").write_text(off, "ascii")
                            os.kill(served.pid, signal.SIGUSR1)
                            time.sleep(0.1)
                            sample = drive(served.url, served.pid, case, 1, folder, offset=used)
                            used += sample.sent if case.changes else 0
                            times.append(sample.processor)
                        found.setdefault((trick, case.name), []).append(times[1] / times[0] - 1)
    rows = [
        [trick, *(f"{statistics.median(found[trick, case.name]):+.0%}" for case in CASES)] for trick in tricks
    ]
    text = table(["without", *(case.title for case in CASES)], rows)
    print(text)
    if not options.dry:
        write_section("ablation", f"{HOW.format(machine=machine(), rounds=options.rounds)}\n{text}")
    return 0


def _serve(off: Path, arguments: list[str]) -> None:
    """Run the mock; at SIGUSR1 switch the trick off that a file names, and all others on."""
    from creditkit.cli import main as cli

    switches = _switches()
    tricks = {name: getattr(owner, method) for name, (owner, method, _) in switches.items()}

    def switch(*_: object) -> None:
        for name, (owner, method, without) in switches.items():
            setattr(owner, method, without if off.read_text("ascii") == name else tricks[name])

    signal.signal(signal.SIGUSR1, switch)
    cli(arguments)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        _serve(Path(sys.argv[2]), sys.argv[3:])
    sys.exit(main())
