"""The client: sends every request of a check to the deployment.

Every request passes the guard and is recorded with its answer, without its token. A connection that fails is
tried again; a request that was answered never is. Every step has a timeout.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from creditkit.errors import DeploymentError

from .exchanges import TOKEN_PLACEHOLDER, Exchange, redacted
from .guard import Guard
from .target import Target

_THREADS = Path("/proc/self/task")
_TRIES = 3
_PAUSE = 0.3
_BODY_LIMIT = 5_000_000
_IDLE = 1.0
"""Seconds after which a connection is not used again: servers close idle ones, many after five seconds, and
a request that meets the closing has no answer."""
_ADVICE = {
    ("CERTIFICATE_VERIFY_FAILED",): "--ca FILE trusts a private certificate, --insecure any",
    ("SSL", "TLS"): "does the deployment speak TLS? If not, its URL begins with http://",
    (
        "Name or service",
        "name resolution",
        "getaddrinfo",
        "nodename",
    ): "is the host's name right, and known here?",
    ("refused",): "does the deployment run, and on this port?",
}


class Client:
    """Sends requests to one target, keeps the `exchanges`, and counts `unanswered` requests.

    Raises DeploymentError when the deployment cannot be reached, and NotAllowed for what the guard stops.
    """

    def __init__(self, target: Target, guard: Guard) -> None:
        self.exchanges: list[Exchange] = []
        self.unanswered = 0
        self.guard = guard
        self._target = target
        self._next = 0.0
        try:
            # Certificates are slow to load, and a plain http:// target needs none.
            verify: Any = target.verify if target.url.startswith("https:") or target.proxy else False
            if isinstance(verify, str):
                verify = ssl.create_default_context(cafile=verify)
            self._http = httpx.Client(
                verify=verify,
                proxy=target.proxy or None,
                timeout=target.timeout,
                limits=httpx.Limits(keepalive_expiry=_IDLE),
                follow_redirects=False,
                trust_env=False,
                headers={"Accept": "application/json", "Accept-Language": "en"},
            )
        except (OSError, ValueError) as error:
            raise DeploymentError(f"the TLS or proxy settings cannot be used: {error}") from error

    def send(
        self,
        method: str,
        path: str,
        *,
        operation: str = "",
        role: str = "staff",
        query: str = "",
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        authorization: str | None = None,
    ) -> Exchange:
        """Send one request and record it. An empty `role` sends no credentials, `authorization` others."""
        url = f"{self._target.url}{path}" + (f"?{query}" if query else "")
        sent = dict(headers or {})
        if authorization is not None:
            sent["Authorization"] = authorization
        elif role and self._target.tokens.get(role):
            sent["Authorization"] = f"Token {self._target.tokens[role]}"
        try:
            request = self._http.build_request(method, url, json=json, content=content, headers=sent)
        except (httpx.InvalidURL, ValueError) as error:
            raise DeploymentError(f"{self._shown(url)} is no URL: {error}") from error
        body = request.read()
        self.guard.check(method, path, body)
        self.unanswered += 1
        waited = processor_wait()
        started, begin, answer, content = self._answer(request)
        self.unanswered -= 1
        seconds = time.perf_counter() - begin
        lost = min(max(processor_wait() - waited, 0), seconds)
        return self._record(operation, role, request, body, started, seconds, lost, answer, content)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _answer(self, request: httpx.Request) -> tuple[datetime, float, httpx.Response, bytes]:
        for attempt in range(1, _TRIES + 1):
            self._wait_for_turn()
            started, begin = datetime.now(UTC), time.perf_counter()
            try:
                return started, begin, *self._received(request, begin)
            except httpx.ConnectError as error:
                # Nothing was sent, so sending it again changes nothing.
                if attempt == _TRIES:
                    raise DeploymentError(
                        f"cannot connect to {self._target.url}: {self._shown(str(error))}",
                        _advice(str(error)),
                    ) from error
                time.sleep(_PAUSE * attempt)
            except httpx.TimeoutException as error:
                what = f"{request.method} {self._shown(str(request.url))}"
                raise DeploymentError(
                    f"{what} had no answer in {self._target.timeout:g} s", "--timeout gives it more time"
                ) from error
            except httpx.HTTPError as error:
                raise DeploymentError(
                    f"{request.method} {self._shown(str(request.url))}: {self._shown(str(error))}",
                    "the connection broke before the whole answer was there",
                ) from error
        raise AssertionError("unreachable")

    def _received(self, request: httpx.Request, begin: float) -> tuple[httpx.Response, bytes]:
        """The answer and its body, as much of it as is kept; the timeout is for all of it."""
        content = bytearray()
        answer = self._http.send(request, stream=True)
        try:
            for chunk in answer.iter_bytes():
                content += chunk
                if time.perf_counter() - begin > self._target.timeout:
                    raise httpx.ReadTimeout("the answer came too slowly", request=request)
                if len(content) > _BODY_LIMIT:
                    break
        finally:
            answer.close()
            self._http.cookies.clear()  # a request is what its `curl` line says, and no more
        return answer, bytes(content[:_BODY_LIMIT])

    def _wait_for_turn(self) -> None:
        """Wait so that at most `rate` requests leave in a second."""
        if not self._target.rate:
            return
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self._target.rate

    def _record(
        self,
        operation: str,
        role: str,
        request: httpx.Request,
        body: bytes,
        started: datetime,
        seconds: float,
        lost: float,
        answer: httpx.Response,
        content: bytes,
    ) -> Exchange:
        exchange = Exchange(
            number=len(self.exchanges) + 1,
            operation=operation,
            role=role,
            method=request.method,
            url=self._shown(str(request.url)),
            request_headers=tuple(
                (name.title(), self._shown(value))
                for name, value in request.headers.items()
                if name in ("accept", "accept-language", "authorization", "content-type")
            ),
            request_body=self._shown_bytes(body),
            status=answer.status_code,
            headers={name.lower(): self._shown(value) for name, value in answer.headers.items()},
            body=self._shown_bytes(content),
            started=started,
            seconds=seconds,
            processor_wait=lost,
        )
        self.exchanges.append(exchange)
        return exchange

    def _shown(self, text: str) -> str:
        return redacted(text, self._target.tokens.values())

    def _shown_bytes(self, content: bytes) -> bytes:
        for token in self._target.tokens.values():
            if token:
                content = content.replace(token.encode(), TOKEN_PLACEHOLDER.encode())
        return content


def _advice(error: str) -> str:
    """What to do about a failed connection."""
    for words, advice in _ADVICE.items():
        if any(word in error for word in words):
            return advice
    return "is the URL right, and does the deployment run?"


def processor_wait() -> float:
    """Seconds that the running threads of this process were ready to run and got no processor.

    Client and deployment may share an overloaded machine; the client's own wait is not the deployment's
    slowness. 0 where the system does not tell; it falls when a thread ends.
    """
    return sum(_nanoseconds(thread) for thread in _THREADS.glob("*/schedstat")) / 1e9


def _nanoseconds(thread: Path) -> int:
    try:
        return int(thread.read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0  # the thread has ended meanwhile
