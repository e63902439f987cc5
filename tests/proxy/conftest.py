"""A proxy in this process, in front of deployments that really listen."""

from __future__ import annotations

import asyncio
import http.server
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from creditkit.mock import Cors, Finding, Judge, RequestContext
from creditkit.proxy import Proxy, Record, Upstream

OWN = "http://proxy.test"


@dataclass
class Through:
    """A client of a proxy: `ask` gives an answer, `told` is what the proxy found since the last one."""

    proxy: Any
    runner: asyncio.Runner
    told: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        self.told.clear()

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.proxy, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url=OWN) as client:
                return await client.request(method, path, **more)

        return self.runner.run(send())


ProxyOf = Callable[..., Through]


@pytest.fixture
def proxy_of() -> Iterator[ProxyOf]:
    """Make the proxy of a URL: `proxy_of(url, writes=True)`."""
    upstreams = []
    with asyncio.Runner() as runner:

        def make(url: str, *, timeout: float = 20, writes: bool = False, record: Record | None = None) -> Any:
            through = Through(None, runner)

            def tell(_context: RequestContext, _status: int, findings: Sequence[Finding]) -> None:
                through.told += map(str, findings)

            upstream = Upstream(url, timeout=timeout)
            upstreams.append(upstream)
            proxy = Proxy(upstream, Judge(), writes=writes, record=record, report=tell)
            through.proxy = Cors(proxy)
            return through

        yield make
        for upstream in upstreams:
            runner.run(upstream.close())


class Scripted(http.server.BaseHTTPRequestHandler):
    """A deployment that answers whatever the test has written, and remembers what it was asked."""

    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        status, headers, body = self.server.script
        if status == 0:
            self.server.released.wait(20)  # until the test has its answer
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


class ScriptedServer(http.server.ThreadingHTTPServer):
    """Its listener. A `script` of status 0 gives no answer at all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Scripted)
        self.script: tuple[int, dict[str, str], bytes] = (200, {}, b"")
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def _running() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with _running() as server:
        yield server
