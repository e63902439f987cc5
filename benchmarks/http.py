"""`make bench`: the mock beside other mock servers, written into docs/performance.md.

The servers all run, and take short turns, so that what else the machine does meets all of them alike. Each
round starts them anew; each turn begins with a second that is not counted. Figures are medians of all turns.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from .cases import CASES, CREDIT, CREDITS, Case
from .load import CONNECTIONS, Sample, drive, processor_seconds, resident_bytes
from .section import machine, table, write_section
from .servers import HEADERS, NODE_MODULES, Running, Server, ours, peers, running
from .world import make_world, write_peers_files

BASE = "Prism"
"""The server that the others are compared with: the other mock that checks requests and answers."""
STARTS = 5


@dataclass(slots=True)
class Measured:
    """What was found about one server. A start is milliseconds, processor milliseconds and idle megabytes."""

    server: Server
    samples: dict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    starts: list[tuple[float, float, float]] = field(default_factory=list)

    def median(self, case: str, figure: Callable[[Sample], float]) -> float:
        """The median of a figure of one case over all turns."""
        return statistics.median(map(figure, self.samples[case]))


def measure(
    servers: Sequence[Server], folder: Path, *, rounds: int, turns: int, seconds: int
) -> list[Measured]:
    """Measure the servers in `folder`, which is first filled with the files that they read."""
    make_world(folder / "world.origin.json")
    shutil.copy(folder / "world.origin.json", folder / "world.json")
    with running(ours()[0], folder) as mock:
        write_peers_files(folder, mock.url)
    found = [Measured(server) for server in servers]
    for number in range(rounds):
        with ExitStack() as stack:
            started = []
            for place, measured in enumerate(found):
                own = folder / f"{number}-{place}"
                own.mkdir()
                shutil.copy(folder / "world.origin.json", own / "world.json")
                for file in ("contract.json", "db.json", "routes.json"):
                    shutil.copy(folder / file, own)
                started.append((measured, own, stack.enter_context(running(measured.server, own))))
            for case in CASES:
                print(f"round {number + 1} of {rounds}: {case.title}", file=sys.stderr, flush=True)
                used = [0] * len(started)
                for _ in range(turns):
                    for place, (measured, own, server) in enumerate(started):
                        for counts, length in ((False, 1), (True, seconds)):
                            sample = _checked(server, case, length, own, used[place])
                            used[place] += sample.sent if case.changes else 0
                            if counts:
                                measured.samples[case.name].append(sample)
    for _ in range(STARTS):
        for measured in found:
            for path in folder.glob("world.json*"):
                path.unlink()
            with running(measured.server, folder) as server:
                spent = processor_seconds(server.pid)
                time.sleep(0.5)
                measured.starts.append(
                    (server.started_in * 1e3, spent * 1e3, resident_bytes(server.pid) / 1e6)
                )
    return found


def _checked(server: Running, case: Case, seconds: int, folder: Path, offset: int) -> Sample:
    """One sample. Raises RuntimeError if a server that checks gives wrong statuses, counts or fields."""
    if not server.server.checks:
        return drive(server.url, server.pid, case, seconds, folder, offset=offset)
    with httpx.Client(base_url=server.url, headers=HEADERS, timeout=20) as client:
        before = _count(client)
        sample = drive(server.url, server.pid, case, seconds, folder, offset=offset)
        made = _count(client) - before
        one = client.get(f"{CREDITS}{CREDIT}{0:012x}/").json()
        page = client.get(CREDITS, params={"page": 1, "page_size": 10}).json()
    wrong = sample.refused if case.is_accepted else sample.requests - sample.refused
    keeps = server.server.name != BASE  # Prism keeps no state
    missing = sample.requests - made if case.changes and keeps else 0
    if wrong > CONNECTIONS or not -CONNECTIONS <= missing <= 0 or len(one) != 16 or len(page) != 10:
        raise RuntimeError(f"{server.server.name}, {case.title}: {wrong} wrong, {missing} not kept: {one}")
    return sample


def _count(client: httpx.Client) -> int:
    return int(client.get(CREDITS, params={"page_size": 1}).headers.get("X-Result-Count", 0))


def _tables(found: Sequence[Measured]) -> Iterator[str]:
    """All tables: one for each case, and one of starts and idle memory."""
    base = next((measured for measured in found if measured.server.name == BASE), found[0])
    against = f"{base.server.name}"
    for case in CASES:
        yield f"**{case.title.capitalize()}**"
        rows = []
        for one in found:
            processor, rate, p50, p99 = (
                one.median(case.name, lambda s: s.processor),
                one.median(case.name, lambda s: s.rate),
                one.median(case.name, lambda s: s.p50) / 1e3,
                one.median(case.name, lambda s: s.p99) / 1e3,
            )
            ratio = base.median(case.name, lambda s: s.processor) / processor
            faster = rate / base.median(case.name, lambda s: s.rate)
            figures = [f"{processor:,.0f}", f"{rate:,.0f}", f"{p50:.2f}", f"{p99:.2f}"]
            checks = "requests, answers" if one.server.checks else "nothing"
            rows.append([_name(one), checks, *figures, f"{ratio:.2f}x", f"{faster:.2f}x"])
        titles = ["server", "checks", "processor µs", "requests/s", "p50 ms", "p99 ms"]
        yield table([*titles, f"processor, ratio to {against}", f"rate, ratio to {against}"], rows)
    yield "**From start to first answer, and memory when idle**"
    rows = []
    for one in found:
        medians = [statistics.median(values) for values in zip(*one.starts, strict=True)]
        bases = [statistics.median(values) for values in zip(*base.starts, strict=True)]
        shares = [f"{own / theirs:.2f}" for own, theirs in zip(medians, bases, strict=True)]
        rows.append([_name(one), *(f"{value:,.0f}" for value in medians), *shares])
    names = ["start", "processor", "memory"]
    titles = ["server", "start ms", "processor ms", "memory MB"]
    yield table([*titles, *(f"{name}, share of {against}'s" for name in names)], rows)


def _name(measured: Measured) -> str:
    return f"{measured.server.name} {measured.server.version}"


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
    rounds, turns, seconds = options.rounds, options.turns, options.seconds
    servers = [server for server in (*ours(), *peers()) if not options.only or server.name in options.only]
    with tempfile.TemporaryDirectory(prefix="creditkit-bench-") as folder:
        found = measure(servers, Path(folder), rounds=rounds, turns=turns, seconds=seconds)
    text = "\n\n".join(_tables(found))
    print(text)
    if not options.dry:
        how = f"{rounds} rounds of {turns} turns of {seconds} s, {CONNECTIONS} connections; {machine()}"
        write_section("mock", f"Written by `make bench`: {how}\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
