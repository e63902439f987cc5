"""Requests and answers for deviations: whole and mutable.

    def second_delete_succeeds(request: Request, answer: Answer) -> None:
        if request.method == "DELETE" and answer.status == 404:
            answer.status = 204

A request is made from ASGI's scope, and one that is passed on becomes a scope again.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from creditkit.mock.reading.forms import content_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope

CREDITS = "/api/customer-credits/"


@dataclass(slots=True)
class Request:
    """A request on its way to the honest mock. Header names are in lower case.

    `operation` is its operationId in either contract, empty where it is none's. `role` is whose token came
    with it: staff, support, owner, nobody or anonymous. `memory` belongs to the deviation alone, and lasts
    as long as it is on.
    """

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    operation: str = ""
    role: str = ""
    memory: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        return _parsed(self.body)

    @json.setter
    def json(self, value: Any) -> None:
        self.body = json.dumps(value).encode()

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the body, of a JSON object or of a form; none where it is neither."""
        if "x-www-form-urlencoded" in self.headers.get("content-type", ""):
            return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        sent = self.json
        return sent if isinstance(sent, dict) else {}

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def uuid(self) -> str:
        """The uuid in the path as it was sent, empty in that of a collection."""
        parts = self.path.strip("/").split("/")
        return parts[2] if len(parts) > 2 else ""

    @property
    def is_list(self) -> bool:
        """Whether it is a GET of the collection of credits."""
        return self.method == "GET" and self.path == CREDITS

    @property
    def is_create(self) -> bool:
        """Whether it is a POST to the collection of credits."""
        return self.method == "POST" and self.path == CREDITS

    @property
    def is_credit(self) -> bool:
        """Whether its path is that of one credit."""
        return self.path.startswith(CREDITS) and len(self.path.strip("/").split("/")) == 3

    @property
    def is_retrieve(self) -> bool:
        """Whether it is a GET of one credit."""
        return self.method == "GET" and self.is_credit

    def but(self, **changes: Any) -> Request:
        """A copy with changes, to ask something else."""
        return replace(self, headers=dict(changes.pop("headers", self.headers)), **changes)


@dataclass(slots=True)
class Answer:
    """An answer on its way back. Header names are in lower case; the length is set when it leaves."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        return _parsed(self.body)

    @json.setter
    def json(self, value: Any) -> None:
        self.body = json.dumps(value).encode()

    @property
    def is_good(self) -> bool:
        """Whether the request succeeded."""
        return self.status < 300

    def rewrite(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Edit every credit in the body in place."""
        found = self.json
        for entry in found if isinstance(found, list) else [found]:
            if is_credit(entry):
                change(entry)
        if self.body:
            self.json = found


Ask = Callable[[Request], Awaitable[Answer]]
"""Returns the answer of the honest mock, with the inner deviations applied."""

Behaviour = Callable[..., Awaitable[Answer] | Answer]
"""What a deviation does: `behaviour(request, ask, **arguments)`. It may ask as often as it likes."""


def is_credit(entry: object) -> bool:
    """Whether it is a credit, and not the errors of a request for one."""
    return isinstance(entry, dict) and {"uuid", "customer_slug"} <= entry.keys()


async def request_of(scope: Scope, receive: Receive) -> Request:
    """The request that has come in, with the whole of its body. Raises ClientDisconnect."""
    content = await content_of(receive)
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body=content,
    )


async def asked(app: ASGIApp, scope: Scope, request: Request) -> Answer:
    """What the app behind says to a request that came, or was made, in this scope."""
    headers = {**request.headers}
    if request.body or "content-length" in headers:
        headers["content-length"] = str(len(request.body))
        headers.pop("transfer-encoding", None)
    inner: MutableMapping[str, Any] = {
        **scope,
        "method": request.method,
        "path": request.path,
        "query_string": request.query.encode("latin-1"),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
    }
    if request.path != scope["path"]:
        inner["raw_path"] = quote(request.path).encode()
    answer = Answer(headers={})

    async def receive() -> Message:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            for name, value in message["headers"]:
                answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")
        else:
            answer.body += message.get("body", b"")

    await app(inner, receive, keep)
    return answer


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
