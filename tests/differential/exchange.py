"""One request sent to both servers, byte for byte the same, and what their answers show of themselves."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .corpus import Request

HOST = "testserver"
HEADERS = (
    "Content-Type",
    "Allow",
    "WWW-Authenticate",
    "X-Result-Count",
    "Link",
    "Location",
    "Content-Language",
)
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_BLANKS = re.compile(r"> +<")
_KNOWN = re.compile(r"5a1c0de0|c4ed1700|0ffe4000|00000000|dead4000")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, the compared headers, and the body: JSON as values in their order, all else as text."""

    status: int
    headers: dict[str, str | None]
    body: Any


@dataclass
class Server:
    """A server by its address, asked over one connection that is opened again when it was closed."""

    url: str
    tokens: dict[str, str]
    dry_run: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, request: Request) -> Answer:
        """Its answer, with uuids that only this run made known by the order in which they came."""
        for attempt in (1, 2):
            try:
                return self._ask(request)
            except (http.client.HTTPException, OSError):
                self.close()
                if attempt == 2:
                    return Answer(0, {}, "no answer")
        raise AssertionError("the loop returns")

    def _ask(self, request: Request) -> Answer:
        if self._connection is None:
            parts = urlsplit(self.url)
            self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        send = self._connection
        send.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        headers = {"Host": HOST, **self.dry_run, **request.headers}
        if request.user:
            headers["Authorization"] = f"Token {self.tokens[request.user]}"
        elif "Authorization" in headers:
            headers["Authorization"] = headers["Authorization"].replace("{}", self.tokens["staff"])
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            headers["Content-Length"] = str(len(request.body))
        for name, value in headers.items():
            if value or name != "Content-Type":
                send.putheader(name, value.encode("latin-1", "replace"))
        send.endheaders(request.body or None)
        response = send.getresponse()
        body = response.read()
        if response.will_close:
            self.close()
        return Answer(
            response.status,
            {name: _same(response.getheader(name)) for name in HEADERS},
            _body(body, response.getheader("Content-Type") or ""),
        )


def _body(body: bytes, content_type: str) -> Any:
    if not content_type.startswith("application/json"):
        return _same(_BLANKS.sub("><", " ".join(body.decode("utf-8", "replace").split())))
    text = _same(body.decode("utf-8", "replace")) or ""
    try:
        return json.loads(text, object_pairs_hook=list)
    except ValueError:
        return text


def _same(text: str | None) -> str | None:
    """The text with each uuid that is not of the default world as `<new>`."""
    return text and _UUID.sub(lambda found: found[0] if _KNOWN.match(found[0]) else "<new>", text)


def difference(theirs: Answer, ours: Answer) -> str:
    """The first kind in which two answers differ: `status 400 200`, `body`, `header Link`; empty if none."""
    if theirs.status != ours.status:
        return f"status {theirs.status} {ours.status}"
    if theirs.body != ours.body:
        return "body"
    for name in HEADERS:
        if theirs.headers.get(name) != ours.headers.get(name):
            return f"header {name}"
    return ""
