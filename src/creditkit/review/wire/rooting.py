"""Rooting: one schema made of several that each have `$defs` of their own.

    >>> rooted({"items": {"$ref": "#/$defs/0", "$defs": {"0": {"type": "string"}}}})
    {'items': {'$ref': '#/$defs/0'}, '$defs': {'0': {'type': 'string'}}}

A reference is read from the root of the whole, so the definitions of all parts go there, under new names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .emission import Json

_NAMED = ("properties", "patternProperties", "dependentSchemas")
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = (
    *("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
    *("unevaluatedProperties", "unevaluatedItems"),
)
_START = "#/$defs/"


def rooted(schema: Json) -> Json:
    """The schema with all definitions at its root."""
    defs: dict[str, Json] = {}
    found = _moved(schema, {}, defs)
    return {**found, "$defs": defs} if defs and isinstance(found, dict) else found


def _moved(schema: Json, names: Mapping[str, str], defs: dict[str, Json]) -> Json:
    """The schema without definitions, which go to `defs`; `names` are the new names of those around it."""
    if isinstance(schema, bool):
        return schema
    own: Mapping[str, Json] = schema.get("$defs", {})
    if own:
        names = {name: str(len(defs) + number) for number, name in enumerate(own)}
        defs.update(dict.fromkeys(names.values(), True))  # keeps the numbers, while definitions are moved
        for name, one in own.items():
            defs[names[name]] = _moved(one, names, defs)
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _NAMED:
            found[keyword] = {name: _moved(one, names, defs) for name, one in value.items()}
        elif keyword in _LISTED:
            found[keyword] = [_moved(one, names, defs) for one in value]
        elif keyword in _SINGLE:
            found[keyword] = _moved(value, names, defs)
        elif keyword == "$ref":
            name = value.removeprefix(_START)
            found[keyword] = _START + names.get(name, name)
        elif keyword != "$defs":
            found[keyword] = value
    return found
