"""The proxy on a socket, with its banner, its live page and its record in a file.

Called by `creditkit mock --proxy`. It never changes what passes; `app` and `upstream` do that.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from creditkit import handlers
from creditkit.errors import CreditkitError, Rejected, UsageError, Violation
from creditkit.mock import (
    ClientWorld,
    ClientWorlds,
    Control,
    ControlGuard,
    Cors,
    Finding,
    Judge,
    RequestContext,
    Select,
    Settings,
    host,
)
from creditkit.reload import read_contract
from creditkit.store import World, gallery_path, load_seed

from .app import Proxy, print_findings
from .record import Record
from .seedfile import write_seed
from .upstream import Upstream

if TYPE_CHECKING:
    from starlette.types import ASGIApp

log = logging.getLogger("creditkit.proxy")

_EVERY = 2.0
"""Seconds between two writings of a growing record."""


def serve_proxy(settings: Settings, out: TextIO = sys.stdout) -> None:
    """Serve a proxy for `settings.proxy.url` until SIGINT or SIGTERM.

    Raises UsageError, ContractError and PortError.
    """
    _refuse_options_of_a_world(settings)
    proxying = settings.proxy
    upstream = Upstream(proxying.url, timeout=proxying.timeout)
    judge = Judge(read_contract(settings.contract, handlers).contract if settings.contract else None)
    recorder = None if proxying.record is None else Recorder(proxying.record)
    live = Live(settings)
    requests = wrong = 0

    def report(context: RequestContext, status: int, findings: Sequence[Finding]) -> None:
        nonlocal requests, wrong
        print_findings(context, status, findings)
        requests += 1
        wrong += bool(findings)
        live.note(context, findings)
        if recorder is not None:
            recorder.write_if_due()

    app = Proxy(
        upstream,
        judge,
        writes=proxying.writes,
        record=None if recorder is None else recorder.record,
        report=report,
    )
    host(live.around(app), settings, live.client_worlds, lambda base: banner(settings, base), out)
    if not settings.quiet:
        print(f"{requests} requests passed on, {wrong} of them with violations.", file=out, flush=True)
    if recorder is not None:
        for line in recorder.finish():
            log.warning("%s", line)


def banner(settings: Settings, base: str) -> str:
    """The lines that are printed when the proxy listens at `base`."""
    proxying = settings.proxy
    passed = "all requests" if proxying.writes else "GET, HEAD and OPTIONS; --allow-writes for all"
    lines = [
        f"creditkit mock: a validation proxy on {base} for {proxying.url.rstrip('/')}",
        "",
        f"  passes on   {passed}",
        f"  contract    {settings.contract or 'openapi.yaml'}; violations are printed below",
        f"  watch it    {base}/_mock/",
        *([f"  records to  {proxying.record}"] if proxying.record else []),
        "",
        f"  curl -s -H 'Authorization: Token YOURS' {base}/api/customer-credits/",
        "",
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)


class Live:
    """The journal and the live page of a proxy. Both belong to a world, so the proxy has an empty one."""

    def __init__(self, settings: Settings) -> None:
        world = World.open(load_seed(gallery_path("empty")))
        self._token = settings.control_token
        self.client_worlds = ClientWorlds(
            ClientWorld("default", world, entries=settings.bounds.entries), settings.bounds
        )

    def around(self, app: ASGIApp) -> ASGIApp:
        """The proxy with the journal and pages under /_mock/, open to pages on any origin."""
        shown = Select(Control(app, client_worlds=self.client_worlds), client_worlds=self.client_worlds)
        return Cors(ControlGuard(shown, token=self._token))

    def note(self, context: RequestContext, findings: Sequence[Finding]) -> None:
        """Write the present exchange and its findings to the journal."""
        if findings:
            context.refuse(Rejected([_violation(finding) for finding in findings]))
        self.client_worlds.logged.judge(context)


def _violation(finding: Finding) -> Violation:
    place = finding.pointer.lstrip("/?")
    if finding.where == "answer":
        return Violation(place, "contract", str(finding), location="answer")
    return Violation(
        place, "contract", finding.message, location="query" if finding.pointer[:1] == "?" else "body"
    )


class Recorder:
    """A record and its seed file, written while it grows. Raises UsageError for a file that exists."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise UsageError(f"{path}: is there already", "name a new file with --record")
        self.record = Record()
        self._path = path
        self._written = 0
        self._next = 0.0
        write_seed(self.record, path)

    def write_if_due(self) -> None:
        """Write the record if it has changed and the last writing is long enough ago."""
        if time.monotonic() >= self._next and self.record.changes > self._written:
            self._write()

    def finish(self) -> Sequence[str]:
        """Write the record; a sentence for each difference between it and a mock of the seed."""
        from .seed_check import differences  # starts a mock, only at the end

        self._write()
        try:
            return tuple(differences(self.record, self._path))
        except CreditkitError as error:
            return (f"the recorded seed cannot be served: {error.message}",)

    def _write(self) -> None:
        self._written = self.record.changes
        self._next = time.monotonic() + _EVERY
        write_seed(self.record, self._path)


def _refuse_options_of_a_world(settings: Settings) -> None:
    given = {
        "--reload": settings.reload,
        "--world": settings.world,
        "--seed": settings.seed,
        "--data": settings.data,
        "--now": settings.now,
        "--as": settings.release,
        "--deviate": settings.deviations,
        "--fault": settings.faults,
        "--faults": settings.fault_file,
    }
    wrong = next((name for name, value in given.items() if value), None)
    if wrong:
        raise UsageError(
            f"{wrong} is of a mock's own world, and a proxy has none", f"leave out {wrong} or --proxy"
        )
