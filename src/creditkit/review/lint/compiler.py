"""The contract's schemas as JSON Schemas that values can be validated against.

In both versions of OpenAPI a read-only property is not required in a request, nor a write-only one in a
response. A schema that is wrong in itself (a `$ref` to nowhere, a schema that is its own part) admits
everything here, so that a rule about values does not report it a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import jsonschema_rs

from creditkit.contract import map_subschemas, to_json_schema
from creditkit.documents import Missing, find, from_fragment
from creditkit.review.source import Source, follow

from .loops import HEAVY, loops, weights

Direction = Literal["request", "response", "either"]

_NEAR, _FEW, _LIGHT = 3, 60, 200
"""For `local_schema`: how many references deep, how many schemas, and the heaviest schema it looks at."""

_EXCLUDING = (
    "not",
    "oneOf",
    "if",
    "contains",
    "dependentSchemas",
    "unevaluatedProperties",
    "unevaluatedItems",
)
"""Keywords by which a schema may admit less when a part of it admits more."""

_NOT_REQUIRED: Mapping[Direction, tuple[str, ...]] = {
    "request": ("readOnly",),
    "response": ("writeOnly",),
    "either": ("readOnly", "writeOnly"),
}


class Compiler:
    """Compiles the schemas of one contract on demand."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.loops = loops(source)
        self.weights = weights(source)
        self._converted: dict[tuple[str, Direction], tuple[Any, tuple[str, ...]]] = {}
        self._validators: dict[tuple[str, Direction], jsonschema_rs.Validator | None] = {}

    def validator(self, pointer: str, direction: Direction) -> jsonschema_rs.Validator | None:
        """The validator of the schema at a pointer; None if it is no schema, or too heavy to follow."""
        key = (pointer, direction)
        if key not in self._validators:
            names, _cut = self._closure(pointer, direction)
            heavy = any(self.weights.get(one, 0) > HEAVY for one in names)
            self._validators[key] = None if heavy else compile_schema(self._joined(names, direction))
        return self._validators[key]

    def local_schema(self, pointer: str) -> dict[str, Any] | None:
        """The schema at a pointer with the schemas near it; those farther away admit everything.

        So it admits at least the values of the whole schema. None where that would not be true because of
        keywords like `not`, and where the schema is too heavy.
        """
        names, cut = self._closure(pointer, "either", levels=_NEAR, count=_FEW)
        if self.weights.get(pointer, 0) > _LIGHT:
            return None
        schema = self._joined(names, "either")
        return None if cut and any(_has_key(schema, word) for word in _EXCLUDING) else schema

    def _closure(
        self, pointer: str, direction: Direction, *, levels: int | None = None, count: int | None = None
    ) -> tuple[dict[str, str], bool]:
        """A name for each schema that one refers to, itself first, and whether limits cut some off."""
        names: dict[str, str] = {}
        level, cut = [pointer], False
        while level:
            further: list[str] = []
            for one in level:
                if one in names:
                    continue
                if count is not None and len(names) >= count:
                    cut = True
                    continue
                names[one] = f"s{len(names)}"
                further.extend(self._convert(one, direction)[1])
            levels = None if levels is None else levels - 1
            if levels == 0:
                cut = cut or any(one not in names for one in further)
                break
            level = further
        return names, cut

    def _joined(self, names: Mapping[str, str], direction: Direction) -> dict[str, Any]:
        """One JSON Schema made of several, equivalent to the first of them."""
        schemas = {name: self._convert(pointer, direction)[0] for pointer, name in names.items()}
        if isinstance(schemas["s0"], dict) and not _has_key(schemas["s0"], "$ref"):
            return schemas["s0"]
        members = {name: _renamed(schema, names) for name, schema in schemas.items()}
        return {"$ref": "#/$defs/s0", "$defs": members}

    def _convert(self, pointer: str, direction: Direction) -> tuple[Any, tuple[str, ...]]:
        """The schema at a pointer, and the pointers that it refers to: they are the texts of its `$ref`s."""
        key = (pointer, direction)
        if key not in self._converted:
            try:
                value = find(self._source.document, pointer)
            except Missing:
                value = True
            found: list[str] = []

            def reference(text: str, at: str) -> str | None:
                target = self._target(text, at)
                found.extend(() if target is None else (target,))
                return target

            schema = to_json_schema(
                value,
                pointer,
                version=self._source.version,
                reference=reference,
                required=lambda one: self._required(one, direction),
            )
            self._converted[key] = schema, tuple(found)
        return self._converted[key]

    def _target(self, reference: str, pointer: str) -> str | None:
        if pointer in self.loops or not reference.startswith("#"):
            return None
        try:
            follow(self._source.document, reference)
        except Missing:
            return None
        return from_fragment(reference)

    def _required(self, value: Mapping[str, Any], direction: Direction) -> Any:
        names, properties = value["required"], value.get("properties")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return []
        if not isinstance(properties, dict):
            return names
        marks = _NOT_REQUIRED[direction]
        return [name for name in names if not self._is_marked(properties.get(name), marks)]

    def _is_marked(self, schema: Any, marks: tuple[str, ...]) -> bool:
        if not isinstance(schema, dict):
            return False
        try:
            reference = schema.get("$ref")
            found = follow(self._source.document, reference)[1] if isinstance(reference, str) else schema
        except Missing:
            return False
        return isinstance(found, dict) and any(found.get(mark) is True for mark in marks)


def compile_schema(schema: dict[str, Any]) -> jsonschema_rs.Validator | None:
    """The validator of a JSON Schema, formats included; None if the schema is invalid."""
    try:
        return jsonschema_rs.Draft202012Validator(
            schema, validate_formats=True, formats={"decimal": _is_decimal}, offline=True
        )
    except (ValueError, jsonschema_rs.ReferencingError):
        return None


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """The schema with its references in the names of `$defs`; those without a name are dropped."""
    if not isinstance(schema, dict):
        return schema
    made = map_subschemas(schema, lambda inner, _at: _renamed(inner, names))
    target = made.pop("$ref", None)
    return {"$ref": f"#/$defs/{names[target]}", **made} if target in names else made


def _has_key(value: Any, key: str) -> bool:
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if key in node:
                return True
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return False
