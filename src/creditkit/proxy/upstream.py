"""The upstream: the deployment behind the proxy, and what may pass between the two.

Headers that belong to a connection stop here (RFC 9110, 7.6.1). Answers are unpacked, since what is judged is
what they say; redirects are the client's to follow; cookies are kept for nobody.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from creditkit.errors import UsageError

RawHeaders = Sequence[tuple[bytes, bytes]]

_CONNECTION = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer"
    b" transfer-encoding upgrade".split()
)
# httpx writes these for itself, or the listener does.
_REQUEST = _CONNECTION | {b"host", b"content-length", b"accept-encoding", b"expect"}
_ANSWER = _CONNECTION | {b"content-length", b"content-encoding", b"date"}

_HOST = re.compile(rb"[-A-Za-z0-9._:]+")

_IDLE = 1.0
"""Seconds after which a connection is not used again: servers close idle ones without a word."""


class NoAnswer(Exception):  # noqa: N818 - it becomes an answer of the proxy's own
    """The deployment gave no answer: the status to tell that with, and why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Answer:
    """What a deployment answered; header names in lower case, the body unpacked."""

    status: int
    headers: RawHeaders
    body: bytes


class Upstream:
    """A deployment by its URL, which has no slash at its end. Raises UsageError for what is no such URL."""

    def __init__(self, url: str, *, timeout: float = 30) -> None:
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise UsageError(f"{url!r} is no URL: {error}", _HINT) from error
        if parsed.scheme not in ("http", "https") or not _HOST.fullmatch(parsed.raw_host):
            raise UsageError(f"{url!r} is no URL of a deployment", _HINT)
        if parsed.userinfo or parsed.query or parsed.fragment:
            raise UsageError("the URL of a deployment has no credentials, query or fragment", _HINT)
        self.url = url.rstrip("/")
        self._prefix = parsed.raw_path.rstrip(b"/")
        self._parsed = parsed
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def ask(self, method: str, target: bytes, headers: RawHeaders, body: bytes) -> Answer:
        """Pass a request on; `target` is its path and query as they came. Raises NoAnswer."""
        request = httpx.Request(
            method,
            self._parsed.copy_with(raw_path=self._prefix + target),
            headers=[*_passing(headers, _REQUEST), (b"accept-encoding", b"gzip, deflate")],
            content=body or None,
        )
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._http().send(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise NoAnswer(504, f"{self.url} did not answer in {self._timeout:g} s.") from error
        except httpx.DecodingError as error:
            raise NoAnswer(502, f"{self.url} sent what cannot be unpacked: {error}.") from error
        except httpx.HTTPError as error:
            raise NoAnswer(502, f"{self.url} cannot be reached: {error}.") from error
        found = [(name.lower(), value) for name, value in answer.headers.raw]
        return Answer(answer.status_code, _passing(found, _ANSWER), answer.content)

    async def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            await self._client.aclose()

    def _http(self) -> httpx.AsyncClient:
        """The client, made where its event loop is."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._timeout,
                follow_redirects=False,
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                limits=httpx.Limits(keepalive_expiry=_IDLE),
            )
        return self._client


_HINT = "name it as https://staging.example.com"


def _passing(headers: Iterable[tuple[bytes, bytes]], stopped: frozenset[bytes]) -> RawHeaders:
    """The headers that go on: none of the connection's, nor those that `Connection` names."""
    headers = list(headers)
    named = b",".join(value for name, value in headers if name.lower() == b"connection")
    stopped = stopped | {token.strip().lower() for token in named.split(b",")}
    return [(name, value) for name, value in headers if name.lower() not in stopped]
