"""Telling: an entry of the journal, as `control.yaml` has it.

No token is told, wherever it stands: in a header, the query, or a body. The header `Authorization` becomes
the name of the user behind it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from creditkit.contract import API, SUPPORTING, PathItem, load, match
from creditkit.errors import Rejected, UsageError, Violation
from creditkit.mock.answering.answers import ANSWER

from .forms import instant

if TYPE_CHECKING:
    from creditkit.mock.worlds.logged_request import RawHeaders, Turn
    from creditkit.store import Changed

Form = dict[str, Any]

VERDICTS = ("granted", "violation", "refused", "deviation", "fault", "chosen", "failure", "control")

_SECRET = re.compile(r"auth|cookie|token|secret|key|password")
_NOT_SHOWN = "(not shown)"
_LONGEST_VALUE = 1_000
_CLOCK = ("clock_offset", "frozen")


def verdict(turn: Turn) -> str:
    """What became of a request, in one word of `VERDICTS`."""
    if turn.operation:
        return "control"
    told = _told(turn)
    if told or not turn.status:
        return {"forced": "chosen", "refused": "refused"}.get(told, "fault")
    if turn.deviates:
        return "deviation"
    if turn.status >= 500:
        return "failure"
    if violations(turn):
        return "violation"
    return "refused" if turn.status >= 400 else "granted"


def violations(turn: Turn) -> tuple[Violation, ...]:
    """The rules that the request broke."""
    return turn.refusal.violations if isinstance(turn.refusal, Rejected) else ()


def operation(turn: Turn) -> str:
    """The operationId of what was asked for; empty where there is none."""
    if turn.operation:
        return turn.operation
    # A deviation may have asked for something else than the client: it is the client's request that counts.
    found = match(_paths(), turn.path)
    operations = found[0].operations if found else {}
    meant = operations.get(turn.method) or (operations.get("GET") if turn.method == "HEAD" else None)
    return meant.id if meant else ""


def user(turn: Turn) -> str:
    """The name of who asked; empty where that was not settled."""
    return turn.user.username if turn.user is not None else ""


def entry(turn: Turn) -> Form:
    """An entry in brief."""
    hide = _Hide(turn)
    return {
        "number": turn.number,
        "time": instant(datetime.fromtimestamp(turn.began, UTC)),
        "milliseconds": round(turn.seconds * 1000, 3),
        "method": turn.method,
        "path": hide(turn.path),
        "query": hide(turn.query.decode("latin-1")),
        "operation": operation(turn),
        "user": user(turn),
        "status": turn.status,
        "verdict": verdict(turn),
        "violations": [
            {
                "field": one.field,
                "in": one.location,
                "rule": one.rule,
                "message": one.message,
                "pointer": f"/{one.field}" if one.field and one.location == "body" else "",
                "contract": one.contract,
            }
            for one in violations(turn)
        ],
        "told": _told(turn),
    }


def in_full(turn: Turn) -> Form:
    """An entry with what was sent both ways, and what it changed."""
    hide = _Hide(turn)
    changes: tuple[Changed, ...] = ()
    unknown = ""
    if turn.last:
        try:
            changes = turn.scene.world.changes(turn.first - 1, turn.last)
        except UsageError as error:
            unknown = f"What it changed is not known any more: {error.hint}."
    return {
        "entry": entry(turn),
        "request": _message(turn.headers, turn.received, turn.received_size, hide),
        "answer": _message(turn.sent_headers, turn.sent, turn.sent_size, hide),
        "changes": [form for change in changes for form in _change(change)],
        "unknown": unknown,
        "curl": _curl(turn, hide),
    }


class _Hide:
    """What takes the tokens out of a text: those of the world's users, and the one that was sent."""

    def __init__(self, turn: Turn) -> None:
        self.user = user(turn)
        names = {one.token: f"(token of {one.username})" for one in turn.scene.world.users}
        sent = next((value for name, value in turn.headers if name == b"authorization"), b"")
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


def _told(turn: Turn) -> str:
    return next((value.decode("latin-1") for name, value in turn.sent_headers if name == ANSWER), "")


def _message(headers: RawHeaders, body: bytes, size: int, hide: _Hide) -> Form:
    text = hide(body.decode("utf-8", "replace"))
    return {
        "headers": [{"name": name, "value": value} for name, value in _headers(headers, hide)],
        "size": size,
        "text": text,
    }


def _headers(headers: RawHeaders, hide: _Hide) -> Iterator[tuple[str, str]]:
    """The headers as they may be told."""
    for raw, sent in headers:
        name, value = raw.decode("latin-1").lower(), sent.decode("latin-1")
        if name == "authorization" and hide.user:
            yield name, f"(token of {hide.user})"
        elif _SECRET.search(name) and name != "www-authenticate":
            yield name, _NOT_SHOWN
        else:
            yield name, hide(value[:_LONGEST_VALUE])


def _change(change: Changed) -> Iterator[Form]:
    """A changed document as it is told; the world's own is its clock, and tells nothing else."""
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


def _curl(turn: Turn, hide: _Hide) -> str:
    """The request as a command that works when `TOKEN` is set."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in turn.headers}
    query, path = hide(turn.query.decode("latin-1")), quote(hide(turn.path), safe="/()")
    target = f"http://{headers.get('host', '127.0.0.1')}{path}" + (f"?{query}" if query else "")
    parts = ["curl", "-i", *(["-X", turn.method] if turn.method != "GET" else []), shlex.quote(target)]
    for name in ("accept", "content-type", "prefer", "x-mock-world"):
        if headers.get(name, "*/*") != "*/*":
            parts += ["-H", shlex.quote(f"{name}: {hide(headers[name])}")]
    if "authorization" in headers:
        parts += ["-H", '"Authorization: Token $TOKEN"']
    if turn.received_size > len(turn.received):
        parts += ["--data-binary", "@FILE"]
    elif turn.received:
        parts += ["--data-raw", shlex.quote(hide(turn.received.decode("utf-8", "replace")))]
    return " ".join(parts)
