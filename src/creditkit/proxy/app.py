"""The ASGI app of the proxy: passes a request on, and judges it and its answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import orjson
from starlette.requests import ClientDisconnect

from creditkit.mock import Finding, Judge, content_of

from .upstream import Answer, Hyperlinks, NoAnswer, Upstream

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from creditkit.mock import RequestContext

    from .record import Record

log = logging.getLogger("creditkit.proxy")

READING = ("GET", "HEAD", "OPTIONS")
"""The methods that are always passed on."""

_PROBLEM = b"application/problem+json"

Report = Callable[["RequestContext", int, Sequence[Finding]], None]
"""Called with each exchange: its request, the status of its answer, and the findings in both."""


def print_findings(context: RequestContext, status: int, findings: Sequence[Finding]) -> None:
    """Log a line for each finding, without the query, which may hold a token."""
    for finding in findings:
        log.warning("%s %s %s  %s", context.method, context.path, status, finding)


class Proxy:
    """The app in front of `upstream`. Without `writes` it refuses requests that may change data."""

    def __init__(
        self,
        upstream: Upstream,
        judge: Judge,
        *,
        writes: bool = False,
        record: Record | None = None,
        report: Report = print_findings,
    ) -> None:
        self._upstream = upstream
        self._judge = judge
        self._writes = writes
        self._record = record
        self._report = report

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with the deployment's answer, or with a problem."""
        if scope["type"] != "http":
            return
        try:
            content = await content_of(receive)
        except ClientDisconnect:
            return
        context = self._judge.open(scope)
        try:
            answer = await self._answer(scope, context, content)
        except NoAnswer as failure:
            answer = _problem(failure.status, failure.detail)
            log.error("%s %s %s  %s", context.method, context.path, failure.status, failure.detail)
        headers = list(answer.headers)
        if answer.body or (context.method != "HEAD" and answer.status not in (204, 304)):
            headers.append((b"content-length", b"%d" % len(answer.body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, context: RequestContext, content: bytes) -> Answer:
        if context.method not in READING and not self._writes:
            detail = (
                f"This proxy only reads: {context.method} was not passed on. Start it with --allow-writes."
            )
            return _problem(403, detail)
        findings = list(await self._judge.request(context, content))
        links = Hyperlinks(self._upstream.url, context.base)
        query = scope["query_string"]
        target = scope["raw_path"] + (b"?" + query if query else b"")
        answer = await self._upstream.ask(context.method, target, scope["headers"], links.in_request(content))
        findings += self._judge.answer(context, answer.status, dict(answer.headers), answer.body)
        self._report(context, answer.status, findings)
        operation = self._judge.operation(context)
        if self._record is not None and operation is not None:
            self._record.see(operation.id, context.parameters, context.query.pairs, answer)
        return Answer(answer.status, links.in_headers(answer.headers), links.in_body(answer.body))


def _problem(status: int, detail: str) -> Answer:
    titles = {403: "Forbidden", 502: "Bad Gateway", 504: "Gateway Timeout"}
    body = {"type": "about:blank", "title": titles[status], "status": status, "detail": detail}
    return Answer(status, [(b"content-type", _PROBLEM)], orjson.dumps(body))
