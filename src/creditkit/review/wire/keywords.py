"""The keywords of a schema that hold no schema, in the form of JSON Schema 2020-12.

    >>> schema = {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "nullable": True}
    >>> read_keywords(schema, version="3.0")
    {'type': ('integer', 'null'), 'exclusiveMinimum': 0}

A keyword with a value that it may not have is skipped: the OpenAPI validator reports it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from creditkit.contract import modern_keywords

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_ALL = ("pattern", "format", "contentEncoding", "contentMediaType", "multipleOf")
"""Keywords of which several can hold at once."""

INTEGER_RANGES = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
}
"""The ranges that OpenAPI's integer formats stand for; no other format stands for a range."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_KNOWN: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys((*_LOWER, *_UPPER, "multipleOf"), _is_number),
    **dict.fromkeys(("pattern", "format", "contentEncoding", "contentMediaType"), _is_text),
    "enum": lambda value: isinstance(value, list),
    "uniqueItems": lambda value: value is True,
}
_TRIVIAL_ZERO = ("minLength", "minItems", "minProperties")


def read_keywords(schema: Mapping[str, Any], *, version: str) -> dict[str, Any]:
    """The keywords of one schema.

    `type` is a sorted tuple. `pattern`, `format`, `multipleOf` and the content keywords are tuples as well,
    of which every member must hold.
    """
    found: dict[str, Any] = {}
    if isinstance(schema.get("type"), str | list):
        found["type"] = schema["type"]
    found |= {key: schema[key] for key, is_valid in _KNOWN.items() if key in schema and is_valid(schema[key])}
    if version == "3.0":
        found = modern_keywords(schema, found, widens_enum=False)
    if "type" in found:
        types = [found["type"]] if isinstance(found["type"], str) else found["type"]
        found["type"] = tuple(sorted({one for one in types if isinstance(one, str)}))
    for keyword in _ALL:
        if keyword in found:
            found[keyword] = (found[keyword],)
    if "const" in schema:
        found["enum"] = [schema["const"]]
    for keyword in _TRIVIAL_ZERO:
        if found.get(keyword) == 0:
            del found[keyword]
    return found


def identity(value: Any) -> str:
    """A text that equal JSON values share: true is not 1, and 1.0 is."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def strictest(into: dict[str, Any], keywords: Mapping[str, Any]) -> None:
    """Add keywords to others that hold at the same time; of two bounds the stricter one stays."""
    for keyword, value in keywords.items():
        if keyword not in into:
            into[keyword] = value
        elif keyword == "type":
            into[keyword] = _common_types(into[keyword], value)
        elif keyword == "enum":
            known = {identity(one) for one in value}
            into[keyword] = [one for one in into[keyword] if identity(one) in known]
        elif keyword in _LOWER:
            into[keyword] = max(into[keyword], value)
        elif keyword in _UPPER:
            into[keyword] = min(into[keyword], value)
        elif keyword in _ALL:
            into[keyword] = tuple(dict.fromkeys((*into[keyword], *value)))


def _common_types(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """The types that both lists admit; an integer is a number."""
    found = {one for one in some if one in others or (one == "integer" and "number" in others)}
    found |= {one for one in others if one == "integer" and "number" in some}
    return tuple(sorted(found))
