"""Leniency: whether the contract says that a server accepts a request that breaks its schemas.

`x-lenient: coerced` allows other spellings of a value: the value is put into the documented spelling and must
then be valid. `x-lenient: ignored` marks parts that the server does not read. Requests are judged as sent.

    >>> documented({"type": "string", "format": "decimal", "x-lenient": "coerced"}, 1e3)
    '1000'
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from email import message_from_bytes
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from creditkit.contract import API, Body, Contract, Operation, Parameter, Schema, load, lookup, match

IGNORED = "ignored"
COERCED = "coerced"


@cache
def contract() -> Contract:
    """The contract, read once."""
    return load(API)


def is_read(method: str, url: str, content_type: str, body: bytes) -> bool:
    """Whether the contract says that every part of a request is accepted.

    The parameters are taken from `url`. False for an operation that is not in the contract.
    """
    parts = urlsplit(url)
    found = match(contract().paths, unquote(parts.path))
    if found is None or method not in found[0].operations:
        return False
    item, path = found
    query = {name: texts[-1] for name, texts in parse_qs(parts.query).items()}
    operation = item.operations[method]
    return all(
        _is_parameter_read(parameter, {"path": path, "query": query}[parameter.location].get(parameter.name))
        for parameter in operation.parameters
    ) and _is_body_read(operation, content_type, body)


def _is_parameter_read(parameter: Parameter, text: str | None) -> bool:
    """Whether a parameter is accepted; None and the empty text mean that it was not sent."""
    if not text or parameter.lenient == IGNORED:
        return True
    schema = {**parameter.schema, "x-lenient": parameter.lenient}
    return Schema(schema).accepts(documented(schema, _from_text(schema, text)))


def _is_body_read(operation: Operation, content_type: str, body: bytes) -> bool:
    node = lookup(contract().document, operation.pointer).get("requestBody", {})
    if not operation.bodies or node.get("x-lenient") == IGNORED:
        return True
    media_type = content_type.split(";")[0]
    description = operation.bodies.get(media_type or "application/json")
    if description is None:
        return False
    try:
        fields = _fields(description, content_type, body)
    except ValueError:
        return False
    return all(
        item.compiled.accepts(documented(item.schema, fields[item.name]))
        if item.name in fields
        else not item.required
        for item in description.properties
    )


def _fields(description: Body, content_type: str, body: bytes) -> Mapping[str, Any]:
    """The fields of a body, none for an empty one; raises ValueError for what is not an object."""
    if not body:
        return {}
    if description.media_type == "application/json":
        document = json.loads(body)
        if not isinstance(document, dict):
            raise ValueError("not an object")
        return document
    if description.media_type == "application/x-www-form-urlencoded":
        texts = parse_qs(body.decode())
    else:
        texts = _multipart(content_type, body)
    # A form repeats the key of a list; of any other repeated key the last one counts.
    return {
        item.name: texts[item.name]
        if item.schema.get("type") == "array"
        else _from_text(item.schema, texts[item.name][-1])
        for item in description.properties
        if item.name in texts
    }


def _multipart(content_type: str, body: bytes) -> dict[str, list[str]]:
    """The texts of a multipart form by field; empty ones are left out, as `parse_qs` leaves them out."""
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    texts: dict[str, list[str]] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes) and content:
            texts.setdefault(name, []).append(content.decode())
    return texts


def _from_text(schema: Mapping[str, Any], text: str) -> Any:
    """The value that a parameter or form field says, in the documented spelling; else the text itself."""
    kind = schema.get("type")
    if kind == "array":
        return [key for key in text.split(",") if key]
    if kind == "integer" and re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def documented(schema: Mapping[str, Any], value: Any) -> Any:
    """The documented spelling of a value where the schema, or that of a list's items, is marked as coerced.

    A value in no known spelling is returned unchanged.
    """
    if schema.get("type") == "array" and isinstance(value, list):
        return [documented(schema["items"], item) for item in value]
    kind = "hyperlink" if "x-hyperlink" in schema else schema.get("format", schema.get("type"))
    if schema.get("x-lenient") != COERCED or kind not in _SPELLINGS:
        return value
    try:
        return _SPELLINGS[kind](schema, value)
    except (ValueError, ArithmeticError):
        return value


def _decimal(_schema: Mapping[str, Any], value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(value)
    number = Decimal(value.strip() if isinstance(value, str) else str(value))
    # A number of more digits than any field takes is not written out.
    if not number.is_finite() or number.adjusted() > 100:
        raise ValueError(value)
    return f"{number if number else abs(number):f}"


_BOOLEANS = {
    **dict.fromkeys(("t", "true", "y", "yes", "on", "1", "1.0"), True),
    **dict.fromkeys(("f", "false", "n", "no", "off", "0", "0.0"), False),
}


def _boolean(_schema: Mapping[str, Any], value: Any) -> Any:
    return _BOOLEANS.get(str(value).strip().lower(), value) if isinstance(value, str | int | float) else value


def _date(_schema: Mapping[str, Any], value: Any) -> Any:
    found = re.fullmatch(r"(\d{4})-?(\d{1,2})-?(\d{1,2})", value) if isinstance(value, str) else None
    return datetime.date(*map(int, found.groups())).isoformat() if found else value


def _uuid(_schema: Mapping[str, Any], value: Any) -> Any:
    return str(UUID(value)) if isinstance(value, str) else value


def _hyperlink(schema: Mapping[str, Any], value: Any) -> Any:
    """Only the path of a hyperlink counts, so one with the documented path is as good as an absolute one."""
    if not isinstance(value, str):
        return value
    path = urlsplit(value).path if value.startswith(("http:", "https:")) else value
    found = re.fullmatch(schema["x-hyperlink"].replace("{uuid}", "([^/]+)"), unquote(path))
    return f"https://api.example.com{path}" if found and UUID(found[1]) else value


_SPELLINGS: Mapping[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "boolean": _boolean,
    "date": _date,
    "decimal": _decimal,
    "hyperlink": _hyperlink,
    "uuid": _uuid,
}
