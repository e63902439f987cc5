"""Answers: every answer of the API is held to the contract before it leaves.

The check sees the bytes and headers as they go out, refusals included. An answer that the contract does
not allow is a bug of the mock: it is logged in full and the client gets 500 instead. Headers that the
real server puts on every answer (observed D24) are added here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

import orjson

from creditkit.contract import Contract, PathItem, Response, Schema

from .exchange import Exchange, open_exchange
from .problems import PROBLEM

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger("creditkit.mock")

_ALWAYS = (
    (b"vary", b"Accept, Accept-Language, Cookie"),
    (b"x-frame-options", b"DENY"),
    (b"content-language", b"en"),
)


class Answers:
    """The outermost step of the mock's own: opens the exchange, and checks what comes back."""

    def __init__(self, app: ASGIApp, *, supporting: Contract, paths: tuple[PathItem, ...]) -> None:
        self._app = app
        self._paths = paths
        answers = supporting.document["x-answers"]
        self._problem = supporting.schema(answers["problem"]["$ref"])
        self._metadata = supporting.schema(answers["options"]["$ref"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back once it is known to be right."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = open_exchange(scope, self._paths)
        if exchange.item is None:
            await self._app(scope, receive, send)
            return
        start: MutableMapping[str, Any] = {}
        parts: list[bytes] = []

        async def hold(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                for outgoing in self._checked(exchange, start, b"".join(parts)):
                    await send(outgoing)

        await self._app(scope, receive, hold)

    def _checked(
        self, exchange: Exchange, start: MutableMapping[str, Any], body: bytes
    ) -> tuple[MutableMapping[str, Any], MutableMapping[str, Any]]:
        item = exchange.item
        assert item is not None
        allow = (b"allow", ", ".join(item.allow).encode())
        start["headers"] = [*start["headers"], allow, *_ALWAYS]
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]
        }
        if exchange.method == "HEAD":
            body = b""
        faults = list(self._faults(exchange, item, start["status"], headers, body))
        if faults:
            start, body = _confession(exchange, start, headers, body, faults)
        return start, {"type": "http.response.body", "body": body}

    def _faults(
        self, exchange: Exchange, item: PathItem, status: int, headers: dict[str, str], body: bytes
    ) -> Iterator[str]:
        """What is wrong with an answer, a sentence each; nothing for a right one. A 500 has been logged."""
        if status >= 500:
            return
        media_type = headers.get("content-type", "").split(";")[0]
        if exchange.method == "OPTIONS" and status == 200:
            yield from _body_faults({"application/json": self._metadata}, media_type, body)
            return
        documented = documented_response(item, exchange.method, status)
        if documented is None:
            yield f"status {status} is not documented"
            return
        yield from _header_faults(documented, headers)
        if exchange.method == "HEAD":
            return
        content = dict(documented.content)
        if status >= 400:
            content[PROBLEM] = self._problem
        yield from _body_faults(content, media_type, body)


def documented_response(item: PathItem, method: str, status: int) -> Response | None:
    """What the contract says of an answer; HEAD is as GET where it has no operation of its own.

    A method that the path does not have is refused alike on every path, so any operation's words serve.
    """
    operation = item.operations.get(method) or (item.operations.get("GET") if method == "HEAD" else None)
    if operation is not None:
        return operation.responses.get(status)
    if status == 405:
        return item.method_not_allowed
    return next(iter(item.operations.values())).responses.get(status)


def _header_faults(documented: Response, headers: dict[str, str]) -> Iterator[str]:
    for header in documented.headers:
        text = headers.get(header.name)
        if text is None:
            if header.required:
                yield f"header {header.name} is missing"
            continue
        value: Any = int(text) if header.is_integer and text.isdigit() else text
        for fault in header.schema.faults(value):
            yield f"header {header.name}: {fault.message}"


def _body_faults(content: dict[str, Schema], media_type: str, body: bytes) -> Iterator[str]:
    if not content:
        if body:
            yield "a body where the contract has none"
        return
    if media_type not in content:
        yield f"media type {media_type or '(none)'} is not documented"
        return
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        yield f"the body is not JSON: {error}"
        return
    for fault in content[media_type].faults(document):
        yield f"{fault.instance or '/'}: {fault.message}"


def _confession(
    exchange: Exchange,
    start: MutableMapping[str, Any],
    headers: dict[str, str],
    body: bytes,
    faults: list[str],
) -> tuple[MutableMapping[str, Any], bytes]:
    """The 500 that takes the place of a wrong answer, after the whole of it has been logged."""
    log.error(
        "response breaks the contract: %s %s -> %s\n  %s\n  headers: %s\n  body: %s",
        exchange.method,
        exchange.path,
        start["status"],
        "\n  ".join(faults),
        headers,
        body.decode("utf-8", "replace"),
    )
    detail = {
        "detail": "The mock's answer broke the contract, which is a bug of the mock; its log has all of it."
    }
    body = orjson.dumps(detail)
    kept = [(n, v) for n, v in start["headers"] if n.lower() not in (b"content-type", b"content-length")]
    kept += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    return {**start, "status": 500, "headers": kept}, body
