"""The measurement: every case at every server, in turns, with a look at whether the answers are right.

The servers take short turns, several for each case, so that what else the machine does meets all of them
alike: all run, and one is asked. Each round starts each server anew, and each turn begins with a second that
is not counted: who has rested has to get going again. Figures are medians over the turns of all rounds.
"""

from __future__ import annotations

import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from .cases import CASES, CREDIT, CREDITS, STORED, Case
from .load import CONNECTIONS, Sample, drive
from .servers import FIRST, HEADERS, Running, Server, ours, running
from .usage import processor_seconds, resident_bytes
from .world import make_world, write_peers_files

Say = Callable[[str], None]


@dataclass(slots=True)
class Measured:
    """What was found about one server: samples by case, start-up in seconds, idle memory in bytes.

    Start-up is from the command to the first answer, by the clock and in processor time.
    """

    server: Server
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    start_processor: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    def median(self, case: str, figure: Callable[[Sample], float]) -> float:
        """The median of a figure of one case over all turns."""
        return statistics.median(figure(sample) for sample in self.samples[case])


def measure(
    servers: Sequence[Server], folder: Path, *, rounds: int, turns: int, seconds: int, say: Say
) -> list[Measured]:
    """Measure the servers in `folder`, which is filled with their files first."""
    prepare(folder)
    found = [Measured(server) for server in servers]
    for number in range(rounds):
        with ExitStack() as stack:
            started = []
            for place, measured in enumerate(found):
                own = _own_folder(folder, f"{number}-{place}")
                started.append((measured, own, stack.enter_context(running(measured.server, own))))
            for case in CASES:
                say(f"round {number + 1} of {rounds}: {case.title}")
                used = [0] * len(started)
                for _ in range(turns):
                    for place, (measured, own, server) in enumerate(started):
                        warm = drive(server.url, server.pid, case, 1, own, offset=used[place])
                        used[place] += warm.sent if case.changes else 0
                        sample = _right(server, case, seconds, own, used[place])
                        used[place] += sample.sent if case.changes else 0
                        measured.samples.setdefault(case.name, []).append(sample)
    for _ in range(max(5, rounds)):
        for measured in found:
            _start(measured, folder)
    return found


def _own_folder(folder: Path, name: str) -> Path:
    """A folder for one server, with files of its own."""
    own = folder / name
    own.mkdir()
    shutil.copy(folder / "world.origin.json", own / "world.json")
    for file in ("contract.json", "db.json", "routes.json"):
        shutil.copy(folder / file, own / file)
    return own


def prepare(folder: Path) -> None:
    """Put the files of all servers into the folder: the peers are given what the mock answers."""
    make_world(folder / "world.origin.json")
    shutil.copy(folder / "world.origin.json", folder / "world.json")
    with running(ours()[0], folder) as server, httpx.Client(base_url=server.url, headers=HEADERS) as client:
        page = client.get(CREDITS, params={"page_size": 10}).json()
        everything = [
            credit
            for number in range(1, -(-STORED // 300) + 1)
            for credit in client.get(CREDITS, params={"page_size": 300, "page": number}).json()
        ]
    write_peers_files(folder, page, everything)


def _start(measured: Measured, folder: Path) -> None:
    """Start a server on a world of ten credits, and see how long that takes and what it holds when idle."""
    _forget_world(folder)
    with running(measured.server, folder) as server:
        measured.start_processor.append(processor_seconds(server.pid))
        measured.starts.append(server.started_in)
        time.sleep(0.5)
        measured.memory.append(resident_bytes(server.pid))


def _forget_world(folder: Path) -> None:
    """Remove what the last server left: the data file, and its journals where it was not closed cleanly."""
    for path in folder.glob("world.json*"):
        path.unlink()


def _right(server: Running, case: Case, seconds: int, folder: Path, offset: int) -> Sample:
    """One sample, checked: statuses as expected, fields as they must be, and what was created counted."""
    with httpx.Client(base_url=server.url, headers=HEADERS, timeout=20) as client:
        counted = server.server.keeps_contract and server.server.keeps_state
        before = _count(client) if counted else 0
        with _watched(server) if server.server.keeps_contract else nullcontext():
            sample = drive(server.url, server.pid, case, seconds, folder, offset=offset)
        judged = server.server
        expected = 0 if case.is_accepted else sample.requests
        if judged.keeps_contract and abs(sample.refused - expected) > CONNECTIONS:
            raise RuntimeError(
                f"{judged.name}, {case.title}: {sample.refused} of {sample.requests} were refused"
            )
        if counted:
            made = _count(client) - before
            wanted = sample.requests if case.changes else 0
            # wrk stops counting while up to one request of each connection is still on its way.
            if not wanted <= made <= wanted + CONNECTIONS:
                raise RuntimeError(
                    f"{judged.name}, {case.title}: {made} credits came of {sample.requests} requests"
                )
    return sample


def _count(client: httpx.Client) -> int:
    return int(client.get(CREDITS, params={"page_size": 1}).headers.get("X-Result-Count", 0))


@contextmanager
def _watched(server: Running) -> Iterator[None]:
    """While the block runs, look at a credit and a page four times a second; RuntimeError for a wrong one."""
    wrong: list[str] = []
    done = threading.Event()

    def look() -> None:
        with httpx.Client(base_url=server.url, headers=HEADERS, timeout=20) as client:
            while not done.wait(0.25):
                one: Any = client.get(FIRST).json()
                page: Any = client.get(CREDITS, params={"page": 1, "page_size": 10}).json()
                if one.get("uuid") != f"{CREDIT}{0:012x}" or len(one) != 16 or len(page) != 10:
                    wrong.append(f"{server.server.name} answered {one} and a page of {len(page)}")

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
    if wrong:
        raise RuntimeError(wrong[0])
