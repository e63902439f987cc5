"""Narrow faults: those that need a certain input or state, or follow a certain request.

    function: asked
    with: {sent: '"value": "NaN"', fields: {value: {set: '0'}}}

`asked` changes the request, `answered` changes the answer, and `refused` answers without doing anything. All
take these conditions; a missing one does not restrict:

    operation           a regular expression on the operationId
    path, query, sent   regular expressions on the path, the decoded query and the body of the request
    headers_sent        regular expressions on headers of the request
    last, before_last   the previous request, and the one before it: `operation`, `sent`, `status`, and
                        `other: true` for a request on another credit
    first               only the first so many times
    was, got            statuses of the honest answer, and a regular expression on its body
    stored              regular expressions on fields of the credit as it is stored
    over                more than so many credits are stored
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from creditkit.deviations import AnswerChange, Edit, RequestChange
from creditkit.mock.deviate import (
    CREDITS,
    Answer,
    Ask,
    Request,
    change_answer,
    change_request,
    edit_all,
    is_credit,
)

_CONDITIONS = frozenset(
    [
        "operation",
        "path",
        "query",
        "sent",
        "headers_sent",
        "last",
        "before_last",
        "first",
        "was",
        "got",
        "stored",
        "over",
    ]
)

Row = dict[str, Any]


async def asked(
    request: Request,
    ask: Ask,
    *,
    fields: Mapping[str, Mapping[str, Any]] | None = None,
    query_to: Mapping[str, str | None] | None = None,
    headers: Mapping[str, str | None] | None = None,
    path_to: Sequence[str] = (),
    body_to: Sequence[str] = (),
    **when: Any,
) -> Answer:
    """Changes the request; `path_to` and `body_to` are a pattern and its replacement."""
    if not await _meets(request, ask, when):
        return await _passed(request, ask)
    changed = change_request(
        request, RequestChange(query=query_to or {}, headers=headers or {}, fields=_edits(fields))
    )
    if path_to:
        changed.path = re.sub(path_to[0], path_to[1], changed.path)
    if body_to:
        changed.body = re.sub(body_to[0].encode(), body_to[1].encode(), changed.body)
    return _noted(request, await ask(changed))


async def answered(
    request: Request,
    ask: Ask,
    *,
    status: int | None = None,
    headers: Mapping[str, str | None] | None = None,
    headers_to: Mapping[str, Sequence[str]] | None = None,
    fields: Mapping[str, Mapping[str, Any]] | None = None,
    holding: Mapping[str, str] | None = None,
    rows: str = "",
    json: Any = None,
    body: str | None = None,
    **when: Any,
) -> Answer:
    """Changes the answer.

    `fields` are edits of each credit, or each row of a history, whose fields match the patterns of `holding`.
    `rows` is a change of the list: a key of `_ROWS`. `headers_to` are patterns and their replacements.
    """
    meets = await _meets(request, ask, when)
    answer = _noted(request, await ask(request))
    if not meets or not _is(answer, when) or not _once_more(request, when):
        return answer
    change_answer(answer, AnswerChange(status=status, headers=headers or {}, body=body))
    for name, (pattern, replacement) in (headers_to or {}).items():
        answer.headers[name] = re.sub(pattern, replacement, answer.headers.get(name, ""))
    document = answer.json
    if rows and isinstance(document, list):
        answer.json = document = _ROWS[rows](document)
    if fields:
        for entry in document if isinstance(document, list) else [document]:
            if isinstance(entry, dict) and _holds(entry, holding or {}):
                edit_all(entry, _edits(fields))
        answer.json = document
    if json is not None:
        answer.json = json
    return answer


async def refused(request: Request, ask: Ask, *, status: int, json: Any = None, **when: Any) -> Answer:
    """Refuses the request without doing anything, with the headers of an honest refusal."""
    if not await _meets(request, ask, when) or not _once_more(request, when):
        return await _passed(request, ask)
    # The honest mock answers 406 to this media type before it does anything, with all headers.
    answer = await ask(request.but(headers={**request.headers, "accept": "application/xml"}))
    answer.status = status
    answer.json = json if json is not None else {"detail": "No."}
    return _noted(request, answer)


async def _meets(request: Request, ask: Ask, when: Mapping[str, Any]) -> bool:
    """Whether the conditions on the request hold."""
    assert when.keys() <= _CONDITIONS, f"unknown: {when.keys() - _CONDITIONS}"
    return (
        re.search(when.get("operation", ""), request.operation) is not None
        and re.search(when.get("path", ""), request.path) is not None
        and re.search(when.get("query", ""), unquote_plus(request.query)) is not None
        and re.search(when.get("sent", ""), request.body.decode("utf-8", "replace")) is not None
        and all(
            re.search(pattern, request.headers.get(name, ""))
            for name, pattern in when.get("headers_sent", {}).items()
        )
        and _followed(request, when.get("last"), request.memory.get("last"))
        and _followed(request, when.get("before_last"), request.memory.get("before_last"))
        and (not when.get("stored") or _holds(await stored(request, ask), when["stored"]))
        and ("over" not in when or await how_many(request, ask) > when["over"])
    )


def _followed(request: Request, wanted: Mapping[str, Any] | None, seen: Mapping[str, Any] | None) -> bool:
    if wanted is None:
        return True
    return (
        seen is not None
        and seen["operation"] == wanted["operation"]
        and re.search(wanted.get("sent", ""), seen["sent"]) is not None
        and wanted.get("status", seen["status"]) == seen["status"]
        and ("other" not in wanted or (seen["uuid"] != request.uuid) == wanted["other"])
    )


def _is(answer: Answer, when: Mapping[str, Any]) -> bool:
    return (not when.get("was") or answer.status in when["was"]) and (
        re.search(when.get("got", ""), answer.body.decode("utf-8", "replace")) is not None
    )


def _once_more(request: Request, when: Mapping[str, Any]) -> bool:
    """Whether `first` admits the fault once more."""
    request.memory["times"] = request.memory.get("times", 0) + 1
    return bool(request.memory["times"] <= when.get("first", request.memory["times"]))


def _holds(entry: Mapping[str, Any], patterns: Mapping[str, str]) -> bool:
    return all(re.search(pattern, str(entry.get(name, ""))) for name, pattern in patterns.items())


async def stored(request: Request, ask: Ask) -> Row:
    """The stored credit that the request's path names; empty where there is none."""
    path = f"{CREDITS}{request.uuid}/"
    answer = await ask(request.but(method="GET", path=path, query="", body=b""))
    found = answer.json
    return found if is_credit(found) else {}


async def how_many(request: Request, ask: Ask) -> int:
    """The number of stored credits that the sender may see."""
    answer = await ask(request.but(method="HEAD", path=CREDITS, query="", body=b""))
    return int(answer.headers.get("x-result-count", 0))


async def _passed(request: Request, ask: Ask) -> Answer:
    return _noted(request, await ask(request))


def _noted(request: Request, answer: Answer) -> Answer:
    """Keeps the request for `last` and `before_last`; returns the answer."""
    made: Any = answer.json if request.is_create and answer.is_good else None
    request.memory["before_last"] = request.memory.get("last")
    request.memory["last"] = {
        "operation": request.operation,
        "sent": request.body.decode("utf-8", "replace"),
        "status": answer.status,
        "uuid": made["uuid"] if is_credit(made) else request.uuid,
    }
    return answer


def _edits(fields: Mapping[str, Mapping[str, Any]] | None) -> dict[str, Edit]:
    return {name: Edit(*next(iter(edit.items()))) for name, edit in (fields or {}).items()}


_ROWS: Mapping[str, Callable[[list[Row]], list[Row]]] = {
    "none": lambda _: [],
    "reversed": lambda rows: rows[::-1],
    "without the last": lambda rows: rows[:-1],
    "last twice": lambda rows: [*rows, *rows[-1:]],
    "last two changed": lambda rows: [*rows[:-2], *rows[:-3:-1]],
    "first and third changed": lambda rows: [*rows[2:3], *rows[1:2], *rows[:1], *rows[3:]],
}
