"""Serving: the proxy on a socket, and its record in a file."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from creditkit import handlers
from creditkit.errors import CreditkitError, UsageError
from creditkit.mock import Exchange, Finding, Judge, Settings, host

from .app import Proxy, screen
from .live import Live
from .record import Record
from .seedfile import write_seed
from .upstream import Upstream

if TYPE_CHECKING:
    from creditkit.contract import Contract

log = logging.getLogger("creditkit.proxy")

_EVERY = 2.0
"""Seconds between two writings of a record that grows."""


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """How a proxy is run: the deployment's URL, and the listener of `settings`, of which a world is no part.

    `record` is the file for what was seen; `writes` lets requests through that change something; `timeout` is
    how long an answer may take, in seconds. `contract` None is the packaged one.
    """

    url: str
    settings: Settings = field(default_factory=Settings)
    record: Path | None = None
    writes: bool = False
    timeout: float = 30
    contract: Path | None = None


def serve_proxy(proxy: ProxySettings, out: TextIO = sys.stdout) -> None:
    """Serve until SIGINT or SIGTERM. Raises UsageError, ContractError and PortError."""
    _refuse_a_world(proxy.settings)
    upstream = Upstream(proxy.url, timeout=proxy.timeout)
    judge = Judge(_contract(proxy.contract))
    recorder = None if proxy.record is None else Recorder(proxy.record)
    counted = Counted()
    live = Live(proxy.settings)

    def tell(exchange: Exchange, status: int, findings: Sequence[Finding]) -> None:
        screen(exchange, status, findings)
        counted(findings)
        live.note(exchange, findings)
        if recorder is not None:
            recorder.now_and_then()

    app = Proxy(
        upstream, judge, writes=proxy.writes, record=None if recorder is None else recorder.record, tell=tell
    )
    host(live.around(app), proxy.settings, live.scenes, lambda base: greeting(proxy, base), out)
    if not proxy.settings.quiet:
        print(counted, file=out, flush=True)
    if recorder is not None:
        for line in recorder.finished():
            log.warning("%s", line)


def greeting(proxy: ProxySettings, base: str) -> str:
    """What is told when the proxy is ready."""
    passed = "every request is passed on" if proxy.writes else "GET, HEAD and OPTIONS; --allow-writes for all"
    lines = [
        f"creditkit mock: a validation proxy on {base} for {proxy.url.rstrip('/')}",
        "",
        f"  passes on   {passed}",
        f"  held to     {proxy.contract or 'openapi.yaml'}, what breaks it is told below",
        f"  watch it    {base}/_mock/",
        *([f"  recorded    into {proxy.record}"] if proxy.record else []),
        "",
        f"  curl -s -H 'Authorization: Token YOURS' {base}/api/customer-credits/",
        "",
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)


class Recorder:
    """A record and its file, which is written while it grows. Raises UsageError for a file that is there."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise UsageError(f"{path}: is there already", "name a new file with --record")
        self.record = Record()
        self._path = path
        self._written = 0
        self._next = 0.0
        write_seed(self.record, path)

    def now_and_then(self) -> None:
        """Write what has been seen, if it is time."""
        if time.monotonic() >= self._next and self.record.changes > self._written:
            self._write()

    def finished(self) -> Sequence[str]:
        """Write the rest; what cannot be said by a seed, a sentence each."""
        from .agreement import differences  # a mock of its own, for the end

        self._write()
        try:
            return tuple(differences(self.record, self._path))
        except CreditkitError as error:
            return (f"the record is no seed that can be served: {error.message}",)

    def _write(self) -> None:
        self._written = self.record.changes
        self._next = time.monotonic() + _EVERY
        write_seed(self.record, self._path)


class Counted:
    """How many exchanges there were, and in how many of them something was wrong."""

    def __init__(self) -> None:
        self._exchanges = self._wrong = 0

    def __call__(self, findings: Sequence[Finding]) -> None:
        """Count one exchange."""
        self._exchanges += 1
        self._wrong += bool(findings)

    def __str__(self) -> str:
        return f"{self._exchanges} requests passed on, {self._wrong} of them with violations."


def _contract(path: Path | None) -> Contract | None:
    if path is None:
        return None
    from creditkit.reload import read_contract

    return read_contract(path, handlers).contract


def _refuse_a_world(settings: Settings) -> None:
    given = {
        "--world": settings.world,
        "--seed": settings.seed,
        "--data": settings.data,
        "--now": settings.now,
        "--as": settings.release,
        "--deviate": settings.deviations,
        "--fault": settings.faults,
        "--fault-file": settings.fault_file,
    }
    wrong = next((name for name, value in given.items() if value), None)
    if wrong:
        raise UsageError(
            f"{wrong} is of a mock's own world, and a proxy has none", f"leave out {wrong} or --proxy"
        )
