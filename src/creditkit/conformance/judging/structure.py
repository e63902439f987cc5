"""Structure: rules that every answer must keep, whichever probe asked for it.

`judge` checks one exchange against one requirement of the group `structure`. It returns the failures, an
empty list if the requirement holds, and None if it does not apply, as to the fields of an empty list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from creditkit.conformance.asking import Exchange
from creditkit.contract import Contract, Operation, PathItem, Response

from .fields import field_failures, shown
from .verdicts import Failure

SLOW = 5.0
"""Seconds after which an answer is slow."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One exchange and its place in the contract; `documented` is None for an undocumented status."""

    exchange: Exchange
    contract: Contract
    item: PathItem
    operation: Operation
    documented: Response | None

    def failure(self, message: str, expected: str = "", got: str = "", pointer: str = "") -> Failure:
        return Failure(message, expected, got, self.exchange, pointer or self.operation.pointer)


def judge(requirement: str, exchange: Exchange, contract: Contract) -> list[Failure] | None:
    """The failures of one exchange, judged by the requirement with this id; None if that does not apply."""
    operation = contract.operations.get(exchange.operation)
    if operation is None:
        return None
    item = next(item for item in contract.paths if item.template == operation.path)
    path = urlsplit(exchange.url).path
    # The base URL may have a path of its own. Another path than the operation's is none of the contract's.
    if not re.search(f"{item.pattern.pattern}$", path):
        return None
    case = _Case(exchange, contract, item, operation, _documented(item, operation, exchange))
    return _RULES[requirement](case)


def _documented(item: PathItem, operation: Operation, exchange: Exchange) -> Response | None:
    """The documented response for an answer. HEAD counts as GET if the path documents only GET."""
    is_own = exchange.method in (operation.method, "HEAD" if operation.method == "GET" else "")
    if is_own or exchange.status in (401, 403, 404, 406):
        return operation.responses.get(exchange.status)
    return item.method_not_allowed if exchange.status == 405 else None


# The rules, one for each requirement. The contract documents no answers to OPTIONS.


def _no_server_error(case: _Case) -> list[Failure]:
    status = case.exchange.status
    if status < 500:
        return []
    return [case.failure(f"{case.exchange.method} is answered {status}", "a status below 500", str(status))]


def _status_documented(case: _Case) -> list[Failure] | None:
    status = case.exchange.status
    if status >= 500 or case.exchange.method == "OPTIONS":
        return None
    if case.documented is not None:
        return []
    expected = ", ".join(map(str, case.operation.responses)) if _is_own(case) else "405"
    pointer = f"{case.operation.pointer}/responses"
    return [case.failure(f"status {status} is not documented", expected, str(status), pointer)]


def _is_own(case: _Case) -> bool:
    return case.exchange.method in (case.operation.method, "HEAD")


def _media_type(case: _Case) -> list[Failure] | None:
    content = _content(case)
    if not content or not case.exchange.body:
        return None
    if case.exchange.media_type in content:
        return []
    got = case.exchange.media_type or "none"
    return [case.failure("the media type is not the documented one", ", ".join(content), got, _pointer(case))]


def _json_parses(case: _Case) -> list[Failure] | None:
    if not _content(case):
        return None
    try:
        json.loads(case.exchange.body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        got = shown(case.exchange.body.decode("utf-8", "replace")) or "an empty body"
        return [case.failure("the body is not JSON", "JSON", got, _pointer(case))]
    return []


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _fields_present(case: _Case) -> list[Failure] | None:
    return _fields(case, ("required",))


def _fields_documented(case: _Case) -> list[Failure] | None:
    return _fields(case, ("additionalProperties",))


def _field_types(case: _Case) -> list[Failure] | None:
    return _fields(case, ("type",))


def _field_formats(case: _Case) -> list[Failure] | None:
    return _fields(case, ())


def _fields(case: _Case, keywords: tuple[str, ...]) -> list[Failure] | None:
    """The failures of these schema keywords in a successful answer; without any, of all other keywords."""
    content = _content(case)
    document = case.exchange.json()
    if (
        case.documented is None
        or not content
        or case.exchange.status >= 400
        or not case.exchange.is_json
        or document == []
    ):
        return None  # an empty list has no fields to look at
    schema = next(iter(content.values()))
    found: dict[tuple[str, str], Failure] = {}
    for failure in schema.errors(document):
        is_remaining = failure.keyword not in ("required", "additionalProperties", "type")
        if failure.keyword in keywords or (not keywords and is_remaining):
            for told in field_failures(case.contract, case.documented, failure, document):
                # The same of every entry of a list is said once.
                found.setdefault(
                    (told.message, told.got),
                    case.failure(told.message, told.expected, told.got, told.pointer),
                )
    return list(found.values())


def _error_shape(case: _Case) -> list[Failure] | None:
    content = _content(case)
    if not content or case.exchange.status < 400 or not case.exchange.is_json:
        return None
    if next(iter(content.values())).accepts(case.exchange.json()):
        return []
    got = shown(case.exchange.json())
    message = f"the body of a {case.exchange.status} has none of the documented shapes"
    return [case.failure(message, "a documented error body", got, _pointer(case))]


def _no_body(case: _Case) -> list[Failure] | None:
    exchange = case.exchange
    if exchange.method != "HEAD" and exchange.status != 204:
        return None
    # HTTP clients drop such a body; its Content-Length still shows it. HEAD may have the length of GET.
    told = exchange.headers.get("content-length", "0") if exchange.status == 204 else "0"
    if not exchange.body and told == "0":
        return []
    return [case.failure("there is a body", "none", f"{len(exchange.body) or told} bytes", _pointer(case))]


def _header(name: str) -> Callable[[_Case], list[Failure] | None]:
    """The rule that an answer carries the header `name` where it is documented as required."""

    def rule(case: _Case) -> list[Failure] | None:
        known = case.documented.headers if case.documented else ()
        header = next((header for header in known if header.name == name and header.required), None)
        if header is None:
            return None
        text = case.exchange.headers.get(name)
        pointer = f"{_pointer(case)}/headers"
        if not text:
            return [case.failure(f"the header {name.title()} is missing", "present", "absent", pointer)]
        value: Any = int(text) if header.is_integer and text.isascii() and text.isdigit() else text
        if header.schema.accepts(value):
            return []
        return [case.failure(f"the header {name.title()} has a wrong value", "", shown(text), pointer)]

    return rule


def _allow(case: _Case) -> list[Failure] | None:
    exchange = case.exchange
    # To a GET that is refused with 405 it is a MUST, which METHOD-ALLOW judges.
    is_refused_get = exchange.status == 405 and exchange.method == "GET"
    if case.documented is None or exchange.method == "OPTIONS" or is_refused_get:
        return None
    names = {name.strip().upper() for name in case.exchange.headers.get("allow", "").split(",")} - {""}
    if names == set(case.item.allow):
        return []
    got = ", ".join(sorted(names)) or "absent"
    pointer = "#/components/headers/Allow"
    return [case.failure("Allow does not name the path's methods", ", ".join(case.item.allow), got, pointer)]


def _latency(case: _Case) -> list[Failure]:
    seconds = case.exchange.seconds - case.exchange.processor_wait
    if seconds <= SLOW:
        return []
    return [case.failure("the answer was slow", f"at most {SLOW:g} s", f"{seconds:.1f} s")]


_RULES: Mapping[str, Callable[[_Case], list[Failure] | None]] = {
    "NO-SERVER-ERROR": _no_server_error,
    "STATUS-DOCUMENTED": _status_documented,
    "MEDIA-TYPE": _media_type,
    "JSON-PARSES": _json_parses,
    "FIELDS-PRESENT": _fields_present,
    "FIELDS-DOCUMENTED": _fields_documented,
    "FIELD-TYPES": _field_types,
    "FIELD-FORMATS": _field_formats,
    "ERROR-SHAPE": _error_shape,
    "NO-BODY": _no_body,
    "HEADER-RESULT-COUNT": _header("x-result-count"),
    "HEADER-LINK": _header("link"),
    "HEADER-LOCATION": _header("location"),
    "HEADER-AUTHENTICATE": _header("www-authenticate"),
    "HEADER-ALLOW": _allow,
    "LATENCY": _latency,
}


# Places in the contract and in an answer


def _content(case: _Case) -> Mapping[str, Any]:
    """The documented bodies of the answer by media type; none for HEAD and OPTIONS."""
    if case.documented is None or case.exchange.method in ("HEAD", "OPTIONS"):
        return {}
    return case.documented.content


def _pointer(case: _Case) -> str:
    return case.documented.pointer if case.documented else case.operation.pointer
