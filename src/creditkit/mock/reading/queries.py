"""The query parameters of an operation, read by the contract.

Observed (D24): of a repeated parameter the last counts; an empty one was not sent; unknown ones are
ignored; bad ones are all reported at once. `page` and `page_size` are not read here: they belong to
paging, which answers a bad page with 404 and ignores a bad size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from creditkit.contract import Operation, Parameter
from creditkit.errors import Rejected, Violation
from creditkit.handlers import Query

_ORDER = "o"


def read(operation: Operation, query: Query) -> dict[str, Any]:
    """The filters and the order that a query asks for, by name; `o` is returned as `order`."""
    sent = query.last
    if not sent:
        return {}
    values: dict[str, Any] = {}
    violations: list[Violation] = []
    for parameter in operation.parameters:
        text = sent.get(parameter.name, "")
        if parameter.location != "query" or not text or parameter.schema["type"] == "integer":
            continue
        if parameter.lenient == "ignored":
            continue
        for outcome in _read(parameter, text):
            if isinstance(outcome, Violation):
                violations.append(outcome)
            else:
                values["order" if parameter.name == _ORDER else parameter.name] = outcome
    if violations:
        raise Rejected(violations)
    return values


def _read(parameter: Parameter, text: str) -> Iterator[Any]:
    if parameter.schema["type"] == "array":
        yield _ordering(parameter, text)
    elif parameter.schema.get("format") == "uuid":
        try:
            yield UUID(text.strip())
        except ValueError:
            yield _violation(parameter, "uuid", "Enter a valid UUID.", "a uuid, with or without dashes", text)
    elif "\0" in text:
        message = "Null characters are not allowed."
        yield _violation(parameter, "null-character", message, "text without NUL", text)
    elif text.strip():
        yield text.strip()


def _ordering(parameter: Parameter, text: str) -> tuple[str, ...] | Violation:
    keys = tuple(key for key in text.split(",") if key)
    allowed = parameter.schema["items"]["enum"]
    for key in keys:
        if key not in allowed:
            message = f"Select a valid choice. {key} is not one of the available choices."
            return _violation(parameter, "choice", message, ", ".join(allowed), key)
    return keys


def _violation(parameter: Parameter, rule: str, message: str, expected: str, got: str) -> Violation:
    return Violation(
        parameter.name, rule, message, expected, got, contract=parameter.pointer, location="query"
    )
