"""`make bench-quick`: the mock beside its stock engine and a bare server; no Node, no wrk, under a minute.

The figures are processor time over one connection, taken in turns. Exit code 1 says that the mock, beside its
stock engine, is less than half as quick as recorded.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import uvicorn

from .cases import CASES, Case
from .load import processor_seconds
from .section import table
from .servers import Running, Server, ours, running
from .world import make_world

RECORDED = Path(__file__).with_name("recorded.json")
ROUNDS, REQUESTS = 5, 400
BODY = b'{"detail": "bare"}'
BARE = Server("bare uvicorn", "", (sys.executable, "-m", "benchmarks.quick", "serve", "{port}"))


async def bare(_scope: Any, _receive: Any, send: Any) -> None:
    """The least that a server can do: 18 bytes, whatever was asked."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


def times(folder: Path) -> dict[str, dict[str, float]]:
    """µs of processor time for one request, by server and case; medians of the rounds."""
    found: dict[str, dict[str, list[float]]] = {}
    with ExitStack() as stack:
        started = []
        for place, server in enumerate((*ours(), BARE)):
            own = folder / str(place)
            own.mkdir()
            make_world(own / "world.json", customers=5_000)
            served = stack.enter_context(running(server, own))
            started.append(served)
            found[server.name] = {case.name: [] for case in CASES}
        for turn in range(ROUNDS + 1):
            for case in CASES:
                for served in started:
                    used = _used(served, case, turn * REQUESTS)
                    if turn:  # the first turn warms up
                        found[served.server.name][case.name].append(used)
    return {
        name: {case: statistics.median(all_) for case, all_ in cases.items()} for name, cases in found.items()
    }


def _used(served: Running, case: Case, offset: int) -> float:
    connection = HTTPConnection(served.url.removeprefix("http://"), timeout=30)
    before = processor_seconds(served.pid)
    for number in range(offset, offset + REQUESTS):
        body = case.filled(case.body, number) or None
        connection.request(case.method, case.filled(case.path, number), body, dict(case.headers))
        answer = connection.getresponse()
        answer.read()
        assert answer.status in case.statuses or served.server is BARE, (case.name, answer.status)
    connection.close()
    return (processor_seconds(served.pid) - before) / REQUESTS * 1e6


def main() -> int:
    """Measure, print, and compare with what is recorded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quick", description=__doc__)
    parser.add_argument("--record", action="store_true", help="make these ratios the recorded ones")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="creditkit-bench-") as folder:
        used = times(Path(folder))
    rows = [[case.title, *(f"{used[name][case.name]:.0f}" for name in used)] for case in CASES]
    print(table(["", *(f"{name} µs" for name in used)], rows))
    mock, stock = (used[server.name] for server in ours())
    ratios = {case.name: round(stock[case.name] / mock[case.name], 2) for case in CASES}
    print(f"\nratios to the stock engine: {ratios}")
    if options.record:
        RECORDED.write_text(json.dumps(ratios, indent=2) + "\n", "utf-8")
    recorded = json.loads(RECORDED.read_text("utf-8"))
    slow = [name for name, ratio in ratios.items() if ratio < recorded[name] / 2]
    for name in slow:
        print(f"{name}: a ratio of {ratios[name]}, and {recorded[name]} is recorded")
    return 1 if slow else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        uvicorn.run(bare, port=int(sys.argv[2]), log_level="critical", access_log=False, lifespan="off")
    sys.exit(main())
