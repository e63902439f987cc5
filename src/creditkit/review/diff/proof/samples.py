"""Samples: values that a JSON Schema is likely to admit, its boundaries among them.

    >>> [*samples({"type": "integer", "minimum": 11})][:3]
    [11, 12, 13]

Candidates for witnesses, without any guarantee: callers validate each of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from creditkit.review.wire import Json

from .scalar_samples import numbers, strings
from .schema_algebra import validator_of

_DEEPEST = 8
"""Levels of nested values, and references followed one after the other."""

_MOST = 60
"""Samples of one schema."""

_LONGEST = 1_000
"""Lists that must be longer than this are not built."""

_TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")

_EXTRA = ("extra", "other", "third", "fourth", "fifth", "sixth")


def samples(schema: Json, defs: Mapping[str, Json] | None = None, depth: int = 0) -> Iterator[Any]:
    """Values for a schema. `defs` are the `$defs` that its references name; by default its own."""
    if isinstance(schema, bool):
        yield from ("a", 1, None) if schema else ()
        return
    known: Mapping[str, Json] = defs if defs is not None else schema.get("$defs", {})
    yield from islice(_Sampler(known, depth).values(schema), _MOST)


def admitted(schema: Json, defs: Mapping[str, Json], count: int, depth: int = 0) -> Iterator[Any]:
    """The first samples that the schema admits."""
    if isinstance(schema, bool):
        yield from islice(samples(schema), count)
        return
    admits = validator_of({**schema, "$defs": dict(defs)} if defs else schema)
    if admits is not None:
        yield from islice(filter(admits, samples(schema, defs, depth)), count)


class _Sampler:
    """Builds values; `depth` is the level of the value that is being built."""

    def __init__(self, defs: Mapping[str, Json], depth: int) -> None:
        self._defs = defs
        self._depth = depth

    def values(self, schema: Json) -> Iterator[Any]:
        """Values for one schema."""
        if isinstance(schema, bool):
            yield from samples(schema)
            return
        if self._depth > _DEEPEST:
            return
        schema = plain(schema, self._defs)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                rest = {key: value for key, value in schema.items() if key != keyword}
                drawn = [self.values(together(rest, one, self._defs)) for one in schema[keyword]]
                yield from _in_turn(drawn)
                return
        yield from schema.get("examples", ())
        if "const" in schema:
            yield schema["const"]
        elif "enum" in schema:
            yield from schema["enum"]
        else:
            types = schema.get("type", _TYPES)
            kinds = (types,) if isinstance(types, str) else types
            yield from _in_turn([self._of_type(one, schema) for one in kinds])

    def _of_type(self, kind: str, schema: Mapping[str, Any]) -> Iterator[Any]:
        if kind == "string":
            yield from strings(schema)
        elif kind in ("integer", "number"):
            yield from numbers(kind, schema)
        elif kind == "boolean":
            yield from (True, False)
        elif kind == "null":
            yield None
        elif kind == "array":
            yield from self._arrays(schema)
        elif kind == "object":
            yield from self._objects(schema)

    def _inner(self, schema: Json, count: int = 6) -> list[Any]:
        """Some values that an inner schema admits."""
        return [*admitted(schema, self._defs, count, self._depth + 1)]

    def _arrays(self, schema: Mapping[str, Any]) -> Iterator[list[Any]]:
        least = int(
            max(schema.get("minItems", 0), schema.get("minContains", 1) if "contains" in schema else 0)
        )
        most = min(schema.get("maxItems", math.inf), _LONGEST)
        if least > _LONGEST:
            return
        prefix = [self._inner(one, 1) for one in schema.get("prefixItems", ())]
        items = self._inner(schema.get("items", True))
        wanted = (
            self._inner(together(schema["contains"], schema.get("items", True), self._defs))
            if "contains" in schema
            else []
        )
        start = [values[0] for values in prefix if values]
        if not items and not prefix and not wanted:
            if least == 0:
                yield []
            return
        for one in [*wanted, *items]:
            row = [*start, one]
            while len(row) < least:
                row.append(items[len(row) % len(items)] if items else one)
            yield row[: int(most)] if len(row) > most else row
        if least == 0:
            yield []
        if items:
            spread = [*start, *(items * (least // len(items) + 1))]
            yield spread[: max(least, len(start))]
            yield [*start, items[0], items[0]]
            yield [*start, *items]
            if "maxItems" in schema and most <= 100:
                yield [*start, *(items[number % len(items)] for number in range(int(most) - len(start)))]

    def _objects(self, schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        properties: Mapping[str, Json] = schema.get("properties", {})
        additional: Json = schema.get("additionalProperties", schema.get("unevaluatedProperties", True))
        base: dict[str, Any] = {}
        for name in schema.get("required", ()):
            drawn = self._inner(properties.get(name, additional if name not in properties else True), 1)
            if not drawn:
                return
            base[name] = drawn[0]
        names = schema.get("propertyNames", {})
        invented = [
            name
            for name in (names.get("enum", _EXTRA) if isinstance(names, dict) else ())
            if name not in properties
        ]
        optional = [name for name in properties if name not in base]
        while len(base) < schema.get("minProperties", 0) and (optional or invented):
            name = optional.pop(0) if optional else invented.pop(0)
            drawn = self._inner(properties.get(name, additional), 1)
            if drawn:
                base[name] = drawn[0]
        yield base
        for name in optional:
            for one in self._inner(properties[name], 4):
                yield {**base, name: one}
        for name in schema.get("required", ()):
            for one in self._inner(properties.get(name, additional))[1:]:
                yield {**base, name: one}
        if invented and additional is not False:
            for one in self._inner(additional, 3):
                yield {**base, invented[0]: one}


def plain(schema: Mapping[str, Any], defs: Mapping[str, Json]) -> dict[str, Any]:
    """The schema with its reference and `allOf` merged in, as far as keywords can be combined."""
    found = dict(schema)
    for _ in range(_DEEPEST):
        target = defs.get(str(found.pop("$ref")).removeprefix("#/$defs/")) if "$ref" in found else None
        if target is None:
            break
        found = together(found, target, defs)
    for one in found.pop("allOf", ()):
        if isinstance(one, dict) and "not" not in one:
            found = together(found, one, defs)
    return found


def together(one: Json, other: Json, defs: Mapping[str, Json]) -> dict[str, Any]:
    """One schema for two that hold at once, as far as keywords can be combined."""
    if isinstance(one, bool) or isinstance(other, bool):
        if one is False or other is False:
            return {"enum": []}
        return {**(one if isinstance(one, dict) else {}), **(other if isinstance(other, dict) else {})}
    if "$ref" in other:
        other = plain(other, defs)
    found = {**one, **other}
    if "properties" in one and "properties" in other:
        shared = {
            name: together(one["properties"][name], node, defs)
            for name, node in other["properties"].items()
            if name in one["properties"]
        }
        found["properties"] = {**one["properties"], **other["properties"], **shared}
    if "required" in one and "required" in other:
        found["required"] = [*dict.fromkeys([*one["required"], *other["required"]])]
    if "allOf" in one and "allOf" in other:
        found["allOf"] = [*one["allOf"], *other["allOf"]]
    return found


def _in_turn(drawn: list[Iterator[Any]]) -> Iterator[Any]:
    """The first value of each, then the second of each, and so on."""
    while drawn:
        still = []
        for one in drawn:
            for value in islice(one, 1):
                yield value
                still.append(one)
        drawn = still
