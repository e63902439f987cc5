"""The deployment behind the proxy: requests to it, and the hyperlinks in its answers.

Connection headers are removed (RFC 9110, 7.6.1) and answers are unpacked. Redirects are not followed, and
cookies are not kept.
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
# httpx, or the listener, writes these itself.
_REQUEST = _CONNECTION | {b"host", b"content-length", b"accept-encoding", b"expect"}
_ANSWER = _CONNECTION | {b"content-length", b"content-encoding", b"date"}

_HOST = re.compile(rb"[-A-Za-z0-9._:]+")

_IDLE = 1.0
"""Seconds after which an idle connection is not reused, since servers close idle ones."""


class NoAnswer(Exception):  # noqa: N818 - it becomes an answer
    """The deployment gave no answer; `status` and `detail` are those of the proxy's answer."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Answer:
    """A deployment's answer: header names in lower case, the body unpacked."""

    status: int
    headers: RawHeaders
    body: bytes


class Upstream:
    """A deployment, by its base URL. Raises UsageError for an invalid URL."""

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
        """Send a request on; `target` is its raw path and query. Raises NoAnswer."""
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
            raise NoAnswer(502, f"{self.url} sent an answer that cannot be unpacked: {error}.") from error
        except httpx.HTTPError as error:
            raise NoAnswer(502, f"{self.url} cannot be reached: {error}.") from error
        found = [(name.lower(), value) for name, value in answer.headers.raw]
        return Answer(answer.status_code, _passing(found, _ANSWER), answer.content)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    def _http(self) -> httpx.AsyncClient:
        """The client, created within the event loop."""
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
    """The headers without `stopped` ones and those that `Connection` names."""
    headers = list(headers)
    named = b",".join(value for name, value in headers if name.lower() == b"connection")
    stopped = stopped | {token.strip().lower() for token in named.split(b",")}
    return [(name, value) for name, value in headers if name.lower() not in stopped]


_LINKS = (b"link", b"location")


class Hyperlinks:
    """Replaces the URL of the deployment by that of the proxy in hyperlinks, so that clients stay with it.

    Neither URL ends with a slash.
    """

    def __init__(self, upstream: str, own: str) -> None:
        host = upstream.split("://", 1)[1]
        # Behind a proxy that ends TLS, a deployment may write http in its own URLs.
        there = rb"https?://" + re.escape(host.encode()) + rb"(?=[/\"?>]|$)"
        self._there = re.compile(there)
        self._quoted = re.compile(rb'(?<=")' + there)
        self._back = re.compile(rb'(?<=")' + re.escape(own.encode()) + rb"(?=[/\"?])")
        self._upstream = upstream.encode()
        self._own = own.encode()

    def in_body(self, body: bytes) -> bytes:
        """A JSON answer with the proxy's URL in strings that begin with the deployment's."""
        return self._quoted.sub(lambda _: self._own, body)

    def in_headers(self, headers: RawHeaders) -> RawHeaders:
        """Headers of an answer with the proxy's URL in `Link` and `Location`."""
        return [
            (name, self._there.sub(lambda _: self._own, value) if name in _LINKS else value)
            for name, value in headers
        ]

    def in_request(self, body: bytes) -> bytes:
        """A JSON request with the deployment's URL in strings that begin with the proxy's."""
        return self._back.sub(lambda _: self._upstream, body)
