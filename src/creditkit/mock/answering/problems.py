"""The two forms of a refusal, chosen by `Accept`.

By default the client gets the real server's form:
`{"field": ["…"]}`, `{"non_field_errors": ["…"]}` or `{"detail": "…"}` as `application/json`. A client
that names `application/problem+json` gets the same violations as RFC 9457 problem details, each with a
JSON Pointer, the rule, what was expected, what was got and where the contract says so.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson

from creditkit.errors import (
    Conflict,
    Malformed,
    MethodNotAllowed,
    NoRoom,
    NotAcceptable,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    Refusal,
    Rejected,
    UnsupportedMediaType,
    Violation,
)
from creditkit.handlers import Reply

STATUS: dict[type[Refusal], HTTPStatus] = {
    Malformed: HTTPStatus.BAD_REQUEST,
    Rejected: HTTPStatus.BAD_REQUEST,
    NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    NotPermitted: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Conflict: HTTPStatus.CONFLICT,
    NoRoom: HTTPStatus.INSUFFICIENT_STORAGE,
}

PROBLEM = "application/problem+json"

log = logging.getLogger("creditkit.mock")

_LONGEST_ECHO = 200


def failure(method: str, path: str, error: Exception) -> Reply:
    """The 500 for a bug of the mock, which is logged; clients learn no more than from the real server."""
    log.error("%s %s failed", method, path, exc_info=error)
    return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, b"<h1>Server Error (500)</h1>")


def reply_to(refusal: Refusal, *, as_problem: bool, scheme: str = "Token") -> tuple[str, Reply]:
    """The media type and the reply that a refusal becomes; `scheme` is how to authenticate."""
    status = STATUS[type(refusal)]
    headers = {"WWW-Authenticate": scheme} if isinstance(refusal, NotAuthenticated) else {}
    if as_problem:
        return PROBLEM, Reply(status, _problem(status, refusal), headers)
    return "application/json", Reply(status, _plain(refusal), headers)


def _plain(refusal: Refusal) -> dict[str, Any]:
    """The body that the real server sends."""
    if not isinstance(refusal, Rejected):
        return {"detail": refusal.detail}
    messages: dict[str, list[str]] = {}
    for violation in refusal.violations:
        messages.setdefault(violation.field or "non_field_errors", []).append(violation.message)
    return messages


def _problem(status: HTTPStatus, refusal: Refusal) -> dict[str, Any]:
    """The same as problem details. `type` stays `about:blank`: the status says what kind it is."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": refusal.detail,
    }
    if isinstance(refusal, Rejected):
        problem["detail"] = _summary(refusal.violations)
        problem["errors"] = [_error(violation) for violation in refusal.violations]
    return problem


def _summary(violations: Sequence[Violation]) -> str:
    """The number of violations, in one sentence."""
    if len(violations) == 1:
        return "The request breaks one rule."
    return f"The request breaks {len(violations)} rules."


def _error(violation: Violation) -> dict[str, Any]:
    pointer = f"#/{violation.field}" if violation.field and violation.location == "body" else "#"
    return {
        "in": violation.location,
        "field": violation.field,
        "pointer": pointer,
        "rule": violation.rule,
        "message": violation.message,
        "expected": violation.expected,
        "got": _echo(violation.got),
        "contract": violation.contract,
    }


def _echo(value: Any) -> Any:
    """The value that was sent, as JSON, cut to `_LONGEST_ECHO` bytes."""
    try:
        text = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # more levels than it writes
        return "{…" if isinstance(value, dict) else "[…"
    if len(text) <= _LONGEST_ECHO:
        return orjson.loads(text)
    return text[:_LONGEST_ECHO].decode("utf-8", "ignore") + "…"
