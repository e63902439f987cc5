"""Demands: the keywords of a schema that hold no schema, in the words of JSON Schema 2020-12.

    >>> read_demands({"type": "integer", "minimum": 0, "exclusiveMinimum": True, "nullable": True},
    nullable=True) {'type': ('integer', 'null'), 'exclusiveMinimum': 0}

What a keyword may not hold is passed over: the gate tells of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

_LARGEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_SMALLEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_ALL = ("pattern", "format", "contentEncoding", "contentMediaType", "multipleOf")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_KNOWN: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys((*_LARGEST, *_SMALLEST, "multipleOf"), _is_number),
    **dict.fromkeys(("pattern", "format", "contentEncoding", "contentMediaType"), _is_text),
    "enum": lambda value: isinstance(value, list),
    "uniqueItems": lambda value: value is True,
}
_NONE = ("minLength", "minItems", "minProperties")


def _lacks_null(enum: object) -> bool:
    """Whether listed values rule null out: `nullable` adds none to them (OpenAPI 3.0.3, Schema Object)."""
    return isinstance(enum, list) and None not in enum


def read_demands(schema: Mapping[str, Any], *, nullable: bool) -> dict[str, Any]:
    """The demands of one schema. `nullable` says whether that keyword has a meaning, as in 3.0.

    `type` is a sorted tuple. `pattern`, `format`, `multipleOf` and what speaks of content are tuples, too, of
    which every member must hold.
    """
    demands: dict[str, Any] = {}
    types = schema.get("type")
    if isinstance(types, str | list):
        found = {types} if isinstance(types, str) else {one for one in types if isinstance(one, str)}
        if nullable and schema.get("nullable") is True and not _lacks_null(schema.get("enum")):
            found.add("null")
        demands["type"] = tuple(sorted(found))
    for keyword, is_known in _KNOWN.items():
        if keyword in schema and is_known(schema[keyword]):
            demands[keyword] = (schema[keyword],) if keyword in _ALL else schema[keyword]
    if "const" in schema:
        demands["enum"] = [schema["const"]]
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(exclusive) is True and bound in demands:
            demands[exclusive] = demands.pop(bound)
    for keyword in _NONE:
        if demands.get(keyword) == 0:
            del demands[keyword]
    return demands


def identity(value: Any) -> str:
    """A text that equal JSON values share: true is not 1, and 1.0 is."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def strictest(into: dict[str, Any], demands: dict[str, Any]) -> None:
    """Add demands to those that hold already; where both speak of the same, the stricter one stays."""
    for keyword, value in demands.items():
        if keyword not in into:
            into[keyword] = value
        elif keyword == "type":
            into[keyword] = common_types(into[keyword], value)
        elif keyword == "enum":
            known = {identity(one) for one in value}
            into[keyword] = [one for one in into[keyword] if identity(one) in known]
        elif keyword in _LARGEST:
            into[keyword] = max(into[keyword], value)
        elif keyword in _SMALLEST:
            into[keyword] = min(into[keyword], value)
        elif keyword in _ALL:
            into[keyword] = tuple(dict.fromkeys((*into[keyword], *value)))


def common_types(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """The types that both lists admit; an integer is a number."""
    found = {one for one in some if one in others or (one == "integer" and "number" in others)}
    found |= {one for one in others if one == "integer" and "number" in some}
    return tuple(sorted(found))
