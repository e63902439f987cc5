"""Entries of the request log as `control.yaml` shows them, computed when somebody asks for them.

No entry may show a token, whether it came in a header, the query or a body. The header `Authorization` is
shown as the name of its user.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from creditkit.contract import API, SUPPORTING, PathItem, load, match
from creditkit.errors import Rejected, UsageError, Violation
from creditkit.mock.answering.answers import ANSWER

from .operations import Form, instant

if TYPE_CHECKING:
    from creditkit.mock.worlds.logged_request import LoggedRequest, RawHeaders
    from creditkit.store import Changed, World

VERDICTS = ("granted", "violation", "refused", "deviation", "fault", "chosen", "failure", "control")

_SECRET = re.compile(r"auth|cookie|token|secret|key|password")
_NOT_SHOWN = "(not shown)"
_LONGEST_VALUE = 1_000
_CLOCK = ("clock_offset", "frozen")


def verdict(logged: LoggedRequest) -> str:
    """The outcome of a request, one of `VERDICTS`."""
    if logged.operation:
        return "control"
    told = _told(logged)
    if told or not logged.status:
        return {"forced": "chosen", "refused": "refused"}.get(told, "fault")
    if logged.deviates:
        return "deviation"
    if logged.status >= 500:
        return "failure"
    if violations(logged):
        return "violation"
    return "refused" if logged.status >= 400 else "granted"


def violations(logged: LoggedRequest) -> tuple[Violation, ...]:
    """The rules that the request broke."""
    return logged.refusal.violations if isinstance(logged.refusal, Rejected) else ()


def operation(logged: LoggedRequest) -> str:
    """The operationId of the request; empty if it was for no operation."""
    if logged.operation:
        return logged.operation
    # By the client's own request: a deviation may have passed on another one.
    found = match(_paths(), logged.path)
    operations = found[0].operations if found else {}
    meant = operations.get(logged.method) or (operations.get("GET") if logged.method == "HEAD" else None)
    return meant.id if meant else ""


def user(logged: LoggedRequest) -> str:
    """The username behind the request; empty if it was not authenticated."""
    return logged.user.username if logged.user is not None else ""


def brief(logged: LoggedRequest, world: World) -> Form:
    """An entry in brief."""
    hide = _Hide(logged, world)
    return {
        "number": logged.number,
        "time": instant(datetime.fromtimestamp(logged.began, UTC)),
        "milliseconds": round(logged.seconds * 1000, 3),
        "method": logged.method,
        "path": hide(logged.path),
        "query": hide(logged.query.decode("latin-1")),
        "operation": operation(logged),
        "user": user(logged),
        "status": logged.status,
        "verdict": verdict(logged),
        "violations": [
            {
                "field": one.field,
                "in": one.location,
                "rule": one.rule,
                "message": one.message,
                "pointer": f"/{one.field}" if one.field and one.location == "body" else "",
                "contract": one.contract,
            }
            for one in violations(logged)
        ],
        "told": _told(logged),
    }


def in_full(logged: LoggedRequest, world: World) -> Form:
    """An entry with both messages, and the changes that the request made."""
    hide = _Hide(logged, world)
    changes: tuple[Changed, ...] = ()
    unknown = ""
    if logged.last:
        try:
            changes = world.changes(logged.first - 1, logged.last)
        except UsageError as error:
            unknown = f"What it changed is not known any more: {error.hint}."
    return {
        "entry": brief(logged, world),
        "request": _message(logged.headers, logged.received, logged.received_size, hide),
        "answer": _message(logged.sent_headers, logged.sent, logged.sent_size, hide),
        "changes": [form for change in changes for form in _change(change)],
        "unknown": unknown,
        "curl": _curl(logged, hide),
    }


class _Hide:
    """Replaces tokens in a text: those of the world's users, and the one that was sent."""

    def __init__(self, logged: LoggedRequest, world: World) -> None:
        self.user = user(logged)
        names = {one.token: f"(token of {one.username})" for one in world.users}
        sent = next((value for name, value in logged.headers if name == b"authorization"), b"")
        for word in sent.decode("latin-1").split()[1:]:
            names.setdefault(word, _NOT_SHOWN)
        self._names = {token: name for token, name in names.items() if len(token) >= 4}
        self._tokens = re.compile("|".join(map(re.escape, self._names)), re.IGNORECASE)

    def __call__(self, text: str) -> str:
        if not self._names:
            return text
        return self._tokens.sub(lambda found: self._names.get(found[0], _NOT_SHOWN), text)


@cache
def _paths() -> tuple[PathItem, ...]:
    return (*load(API).paths, *load(SUPPORTING).paths)


def _told(logged: LoggedRequest) -> str:
    return next((value.decode("latin-1") for name, value in logged.sent_headers if name == ANSWER), "")


def _message(headers: RawHeaders, body: bytes, size: int, hide: _Hide) -> Form:
    text = hide(body.decode("utf-8", "replace"))
    return {
        "headers": [{"name": name, "value": value} for name, value in _headers(headers, hide)],
        "size": size,
        "text": text,
    }


def _headers(headers: RawHeaders, hide: _Hide) -> Iterator[tuple[str, str]]:
    """The headers without secrets."""
    for raw, sent in headers:
        name, value = raw.decode("latin-1").lower(), sent.decode("latin-1")
        if name == "authorization" and hide.user:
            yield name, f"(token of {hide.user})"
        elif _SECRET.search(name) and name != "www-authenticate":
            yield name, _NOT_SHOWN
        else:
            yield name, hide(value[:_LONGEST_VALUE])


def _change(change: Changed) -> Iterator[Form]:
    """A changed document. Of the world's own document, only the clock is shown."""
    fields = {name: pair for name, pair in change.fields.items() if name != "token"}
    if change.table == "meta":
        fields = {name: pair for name, pair in fields.items() if name in _CLOCK}
        if not fields:
            return
    action = "created" if change.before is None else "removed" if change.after is None else "changed"
    yield {
        "table": "clock" if change.table == "meta" else change.table,
        "key": change.key,
        "action": action,
        "fields": [
            {"name": name, "before": before, "after": after} for name, (before, after) in fields.items()
        ],
    }


def _curl(logged: LoggedRequest, hide: _Hide) -> str:
    """The request as a curl command, for a shell in which `TOKEN` is set."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in logged.headers}
    query, path = hide(logged.query.decode("latin-1")), quote(hide(logged.path), safe="/()")
    target = f"http://{headers.get('host', '127.0.0.1')}{path}" + (f"?{query}" if query else "")
    parts = ["curl", "-i", *(["-X", logged.method] if logged.method != "GET" else []), shlex.quote(target)]
    for name in ("accept", "content-type", "prefer", "x-mock-world"):
        if headers.get(name, "*/*") != "*/*":
            parts += ["-H", shlex.quote(f"{name}: {hide(headers[name])}")]
    if "authorization" in headers:
        parts += ["-H", '"Authorization: Token $TOKEN"']
    if logged.received_size > len(logged.received):
        parts += ["--data-binary", "@FILE"]
    elif logged.received:
        parts += ["--data-raw", shlex.quote(hide(logged.received.decode("utf-8", "replace")))]
    return " ".join(parts)
