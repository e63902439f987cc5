"""Embedding: a value that must stand somewhere within another, and the rest of that as little as can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Literal

from creditkit.review.wire import Json

from .patterns import texts
from .samples import first, plain, samples, together

Step = (
    tuple[Literal["property", "pattern"], str]
    | tuple[Literal["items", "additional"]]
    | tuple[Literal["anyOf", "oneOf"], int, int]
)
"""One step from a schema to one within it.

Alternatives have their numbers in the old contract and in the new one: -1 where the schema is the whole.
"""

_LONGEST = 1_000
_NAMES = ("extra", "other", "third")

_LONGEST = 1_000
_NAMES = ("extra", "other", "third")


def embed(
    schema: Json, steps: tuple[Step, ...], value: Any, side: int, defs: Mapping[str, Json] | None = None
) -> Iterator[Any]:
    """Values for a schema in which a given value stands some steps down, and little else.

    `side` is 0 for a schema of the old contract and 1 for one of the new.
    """
    if not steps:
        yield value
        return
    if isinstance(schema, bool):
        return
    known: Mapping[str, Json] = schema.get("$defs", {}) if defs is None else defs
    schema = plain(schema, known)
    step, rest = steps[0], steps[1:]
    if len(step) == 3:
        branches, number = schema.get(step[0], ()), (step[2] if side else step[1])
        if number < 0:
            yield from embed(schema, rest, value, side, known)
        elif number < len(branches):
            others = {key: one for key, one in schema.items() if key != step[0]}
            yield from embed(together(others, branches[number], known), rest, value, side, known)
        return
    if step[0] == "items":
        for inner in embed(schema.get("items", True), rest, value, side, known):
            row = [inner]
            fill = [one for one in islice(samples(schema.get("items", True), known), 20) if one != inner]
            while len(row) < min(schema.get("minItems", 1), _LONGEST):
                row.append(fill[len(row) % len(fill)] if fill else inner)
            yield row
        return
    name, within = _member(schema, step)
    if name is None:
        return
    required = [one for one in schema.get("required", ()) if one != name]
    least = {
        key: one for key, one in schema.items() if key not in ("properties", "required", "minProperties")
    }
    properties = {key: one for key, one in schema.get("properties", {}).items() if key != name}
    for base in first(
        {**least, "type": "object", "properties": properties, "required": required, "examples": []}, known
    ):
        for inner in embed(within, rest, value, side, known):
            yield {**base, name: inner}


def _member(schema: Mapping[str, Any], step: Step) -> tuple[str | None, Json]:
    """The name and the schema of the member that a step leads to."""
    properties: Mapping[str, Json] = schema.get("properties", {})
    if step[0] == "property":
        return step[1], properties.get(step[1], schema.get("additionalProperties", True))
    if step[0] == "pattern":
        return next(texts(step[1]), None), schema.get("patternProperties", {}).get(step[1], True)
    name = next((one for one in _NAMES if one not in properties), None)
    return name, schema.get("additionalProperties", True)
