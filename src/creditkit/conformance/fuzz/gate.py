"""The gate: the only way from the fuzzer's process to the deployment.

A small HTTP server on this machine. It puts in the token (the fuzzer only knows a placeholder), stops what
the guard would not send, sends the rest on through the check's client, and keeps the exchanges. Answers
carry the number of their exchange in `X-Creditkit-Exchange`, or `X-Creditkit-Not-Sent` with the reason why
there is none.

Below a path that nobody can guess, the *desk* serves the fuzzer itself: GET tells what it may aim at, POST
takes what it found.
"""

from __future__ import annotations

import json
import re
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from creditkit.conformance.asking import CREDITS, SAFE, Exchange, Lab, NotAllowed
from creditkit.contract import match
from creditkit.errors import DeploymentError

from .belongings import Belongings
from .fence import is_harmless

PLACEHOLDER = "Token creditkit"
"""The placeholder for the token in `Authorization`."""

NUMBER = "X-Creditkit-Exchange"
NOT_SENT = "X-Creditkit-Not-Sent"

# The client has its own connection to the deployment; these headers are about the one to the gate.
_OF_THE_CONNECTION = frozenset(
    ["host", "connection", "keep-alive", "accept-encoding", "content-length", "transfer-encoding", "expect"]
)
_NOT_PASSED_BACK = frozenset(
    ["connection", "keep-alive", "content-length", "content-encoding", "transfer-encoding"]
)
_PLAIN_HEADER = re.compile(r"[\t\x20-\x7e]*")
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One failed check. `code` is schemathesis' own (ST101); `exchange` is None where none shows it."""

    code: str
    title: str
    message: str
    operation: str
    exchange: Exchange | None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the gate: status, headers and body."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class Gate:
    """Open as long as the `with` block; `url` is where the fuzzer sends, `desk` where it asks and tells."""

    def __init__(self, lab: Lab, belongings: Belongings) -> None:
        self.findings: list[Finding] = []
        self.broken: list[DeploymentError] = []
        self._lab = lab
        self._belongings = belongings
        self._lock = Lock()
        self._secret = f"/{secrets.token_hex(16)}/"
        self._server = _Server(("127.0.0.1", 0), _handler(self._reply))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.desk = self.url + self._secret

    def __enter__(self) -> Gate:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        # Requests under way finish before the records are swept.
        with self._lock:
            self._secret = ""
            self.broken += [DeploymentError("the gate is closed")] * _PATIENCE

    def _reply(self, method: str, target: str, headers: Message, body: bytes) -> Reply:
        with self._lock:
            if self._secret and target == self._secret:
                return self._desk(method, body)
            return self._pass(method, target, headers, body)

    def _desk(self, method: str, body: bytes) -> Reply:
        if method == "POST":
            told = json.loads(body)
            number = told.pop("exchange")
            exchanges = self._lab.client.exchanges
            shown = exchanges[number - 1] if number else None
            told["operation"] = told["operation"] or self._neighbour(shown)
            self.findings.append(Finding(**told, exchange=shown))
            return _json({})
        try:
            self._belongings.balance()
        except NotAllowed:
            pass  # there is less to aim at, which the rates of accepted requests show
        except DeploymentError as error:
            self.broken.append(error)
        return _json(self._belongings.aims())

    def _pass(self, method: str, target: str, headers: Message, body: bytes) -> Reply:
        path, _, query = target.partition("?")
        sent = {name: value for name, value in headers.items() if name.lower() not in _OF_THE_CONNECTION}
        if len(self.broken) >= _PATIENCE:
            return _not_sent("the deployment did not answer before")
        if not all(_PLAIN_HEADER.fullmatch(value) for value in sent.values()):
            return _not_sent("a header that HTTP has no spelling for")
        if method not in SAFE and not is_harmless(method, target, body, self._belongings.known):
            return _not_sent("it could change a record that is not the check's own")
        self._let_through(method, path)
        found = match(self._lab.contract.paths, path)
        operation = found[0].operations.get(method) if found else None
        authorization = sent.pop("Authorization", None)
        known = authorization == PLACEHOLDER
        try:
            exchange = self._lab.client.send(
                method,
                path,
                operation=operation.id if operation else "",
                role="staff" if known else "",
                authorization=None if known else authorization,
                query=query,
                content=body or None,
                headers=sent,
            )
        except NotAllowed as reason:
            return _not_sent(str(reason))
        except DeploymentError as error:
            self.broken.append(error)
            return _not_sent(error.message)
        self._belongings.saw(exchange)
        return _passed_back(exchange)

    def _neighbour(self, exchange: Exchange | None) -> str:
        """The first operation of the path that a request with an undocumented method went to."""
        path = urlsplit(exchange.url).path if exchange else ""
        found = match(self._lab.contract.paths, path.removeprefix(urlsplit(self._lab.target.url).path))
        return next(iter(found[0].operations.values())).id if found else ""

    def _let_through(self, method: str, path: str) -> None:
        """Tell the guard of a name that no record can have, such as `abc`."""
        if method not in SAFE and path != CREDITS:
            self._lab.client.guard.absent(path.removeprefix(CREDITS).partition("/")[0])


def _passed_back(exchange: Exchange) -> Reply:
    headers = [(name, value) for name, value in exchange.headers.items() if name not in _NOT_PASSED_BACK]
    return Reply(exchange.status, [*headers, (NUMBER, str(exchange.number))], exchange.body)


def _not_sent(reason: str) -> Reply:
    shown = reason.encode("ascii", "replace").decode().replace("\n", " ")
    return Reply(404, [("Content-Type", "application/json"), (NOT_SENT, shown)], b'{"detail":"Not sent."}')


def _json(value: Mapping[str, Any]) -> Reply:
    return Reply(200, [("Content-Type", "application/json")], json.dumps(value).encode())


class _Server(ThreadingHTTPServer):
    """A server that tolerates that the fuzzer is killed in the middle of a request."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report errors of the gate, but no broken connections."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _handler(reply: Callable[[str, str, Message, bytes], Reply]) -> type[BaseHTTPRequestHandler]:
    """A handler class that gives every request, whatever its method, to `reply`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self._answer
            raise AttributeError(name)

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = reply(self.command, self.path, self.headers, body)
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            self.wfile.flush()

        def send_error(self, code: int, *_: Any, **__: Any) -> None:
            """Refuse a request that cannot be parsed."""
            self.close_connection = True
            self.send_response_only(404)
            self.send_header(NOT_SENT, f"it is no request that the gate can read ({code})")
            self.send_header("Content-Length", "0")
            self.end_headers()
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            """Nothing: the report has the exchanges."""

    return Handler
