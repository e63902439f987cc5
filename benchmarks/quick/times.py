"""Processor time of one request at each server, over one connection, the servers in turn."""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import environment
from benchmarks.http.cases import CASES, Case
from benchmarks.http.usage import processor_seconds, resident_bytes

from .servers import NAMES, command

ROUNDS, REQUESTS, STARTS = 5, 400, 3
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Running:
    """A server and the connection to it."""

    pid: int
    connection: socket.socket


def times(data: Path, folder: Path) -> Mapping[str, Mapping[str, float]]:
    """µs of processor time for one request, by server and case; medians of the rounds."""
    found: dict[str, dict[str, list[float]]] = {name: {case.name: [] for case in CASES} for name in NAMES}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(_running(name, data, folder)) for name in NAMES}
        for turn in range(ROUNDS + 1):
            for case in CASES:
                for name, server in servers.items():
                    used = _used(server, case, turn * REQUESTS, strict=name != "bare uvicorn")
                    if turn:  # the first one warms up
                        found[name][case.name].append(used)
    return {
        name: {case: statistics.median(all_) for case, all_ in cases.items()} for name, cases in found.items()
    }


def _used(server: Running, case: Case, offset: int, *, strict: bool) -> float:
    before = processor_seconds(server.pid)
    for number in range(offset, offset + REQUESTS):
        status = _ask(server.connection, case, number)
        assert not strict or status in case.statuses, (case.name, status)
    return (processor_seconds(server.pid) - before) / REQUESTS * 1e6


def _ask(connection: socket.socket, case: Case, number: int) -> int:
    body = case.filled(case.body, number).encode()
    head = [f"{case.method} {case.filled(case.path, number)} HTTP/1.1", "Host: 127.0.0.1"]
    head += [f"{name}: {value}" for name, value in case.headers.items()]
    if body:
        head.append(f"Content-Length: {len(body)}")
    connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    start, _, rest = received.partition(b"\r\n\r\n")
    lines = start.lower().split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
    while len(rest) < length:
        rest += connection.recv(65_536)
    return int(lines[0].split()[1])


def starts() -> Mapping[str, tuple[float, float]]:
    """Processor time from start to first answer, in ms, and idle memory, in MB: the mock and a bare server.

    The mock is started as its users start it, on the world that comes with it; medians.
    """
    found: dict[str, list[tuple[float, float]]] = {NAMES[0]: [], NAMES[2]: []}
    for _ in range(STARTS):
        for name, started in found.items():
            port = _free_port()
            with _process(command(name, port)) as pid, _connected(port) as connection:
                _ask(connection, CASES[0], 0)
                started.append((processor_seconds(pid) * 1e3, resident_bytes(pid) / 1e6))
    return {
        name: (statistics.median(ms for ms, _ in some), statistics.median(mb for _, mb in some))
        for name, some in found.items()
    }


@contextmanager
def _running(name: str, data: Path, folder: Path) -> Iterator[Running]:
    own = folder / f"{name.replace(' ', '-')}.json"
    shutil.copy(data, own)
    port = _free_port()
    with _process(command(name, port, own)) as pid, _connected(port) as connection:
        yield Running(pid, connection)


@contextmanager
def _process(line: Sequence[str]) -> Iterator[int]:
    process = subprocess.Popen(  # noqa: S603 - programs of ours
        line, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment()
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _connected(port: int) -> socket.socket:
    for _ in range(1000):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise RuntimeError("a server did not start")
