"""Compiled schemas: the contract's schemas as JSON Schemas that a value can be held to.

A schema of OpenAPI 3.0 is put into the words of JSON Schema 2020-12: `nullable`, `exclusiveMinimum: true`,
and that nothing beside a `$ref` counts. In both versions a read-only property is not required in a request,
nor a write-only one in a response. What is wrong in itself (a `$ref` to nowhere, a schema that is its own
part) admits everything here, so that a rule about values does not tell it a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import jsonschema_rs

from creditkit.documents import Missing, find, from_fragment, join
from creditkit.review.grammar import MEMBERS
from creditkit.review.loops import HEAVY, loops, weights
from creditkit.review.references import follow
from creditkit.review.source import Source

Direction = Literal["request", "response", "either"]

_HELD: Mapping[str, str] = MEMBERS["schema"]
_SILENT = frozenset(
    (
        *("title", "description", "deprecated", "example", "examples", "default", "externalDocs", "xml"),
        *("discriminator", "nullable", "readOnly", "writeOnly", "$comment", "$defs", "definitions"),
        *("id", "$id", "$schema", "$vocabulary", "$anchor"),
        *("$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor"),
    )
)
"""Keywords that refuse no value, or that are put in other words here."""

_NEAR, _FEW, _LIGHT = 3, 60, 200
"""How far `local_schema` follows references, to how many schemas, and how heavy what it looks at may be."""

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

_LIMITS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_NOT_REQUIRED: Mapping[Direction, tuple[str, ...]] = {
    "request": ("readOnly",),
    "response": ("writeOnly",),
    "either": ("readOnly", "writeOnly"),
}


class Compiler:
    """Compiles the schemas of one contract when they are asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._old = source.version == "3.0"
        self.loops = loops(source)
        self.weights = weights(source)
        self._converted: dict[tuple[str, Direction], tuple[Any, tuple[str, ...]]] = {}
        self._validators: dict[tuple[str, Direction], jsonschema_rs.Validator | None] = {}

    def validator(self, pointer: str, direction: Direction) -> jsonschema_rs.Validator | None:
        """What holds values to the schema at a pointer; None if it is no schema, or too heavy to follow."""
        key = (pointer, direction)
        if key not in self._validators:
            names, _cut = self._closure(pointer, direction)
            heavy = any(self.weights.get(one, 0) > HEAVY for one in names)
            self._validators[key] = None if heavy else compile_schema(self._joined(names, direction))
        return self._validators[key]

    def local_schema(self, pointer: str) -> dict[str, Any] | None:
        """The schema at a pointer with what is near it; what is farther away admits everything.

        So it admits at least what the whole schema does. None where that would not hold, since it has words
        like `not`, and where it is too heavy.
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
        """One JSON Schema of several, the first of which is meant."""
        schemas = {name: self._convert(pointer, direction)[0] for pointer, name in names.items()}
        if isinstance(schemas["s0"], dict) and not _has_key(schemas["s0"], "$ref"):
            return schemas["s0"]
        members = {name: _renamed(schema, names) for name, schema in schemas.items()}
        return {"$ref": "#/$defs/s0", "$defs": members}

    def _convert(self, pointer: str, direction: Direction) -> tuple[Any, tuple[str, ...]]:
        """The schema at a pointer, and the pointers that it refers to (which it still has as its `$ref`s)."""
        key = (pointer, direction)
        if key not in self._converted:
            try:
                value = find(self._source.document, pointer)
            except Missing:
                value = True
            found: list[str] = []
            self._converted[key] = (self._schema(value, pointer, direction, found), tuple(found))
        return self._converted[key]

    def _schema(self, value: Any, pointer: str, direction: Direction, found: list[str]) -> Any:
        if not isinstance(value, dict):
            return value if isinstance(value, bool) else {}
        made: dict[str, Any] = {}
        if isinstance(value.get("$ref"), str):
            target = self._target(value["$ref"], pointer)
            if target is not None:
                found.append(target)
                made["$ref"] = target
            if self._old:
                return made
        for key, member in value.items():
            if key not in _SILENT and not key.startswith("x-") and key != "$ref":
                made[key] = self._member(key, member, join(pointer, key), direction, found)
        if "required" in made:
            made["required"] = self._required(value, direction)
            if not made["required"]:
                del made["required"]
        return _modern(value, made) if self._old else made

    def _member(self, key: str, member: Any, pointer: str, direction: Direction, found: list[str]) -> Any:
        held = _HELD.get(key)
        if held == "[schema]" and isinstance(member, list):
            return [self._schema(one, f"{pointer}/{n}", direction, found) for n, one in enumerate(member)]
        if held == "{schema}" and isinstance(member, dict):
            return {
                name: self._schema(one, join(pointer, name), direction, found) for name, one in member.items()
            }
        if held == "schema":
            return self._schema(member, pointer, direction, found)
        return member

    def _target(self, reference: str, pointer: str) -> str | None:
        if pointer in self.loops or not reference.startswith("#"):
            return None
        target = from_fragment(reference[1:])
        try:
            follow(self._source.document, reference)
        except Missing:
            return None
        return target

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
    """What holds values to a JSON Schema, formats included; None if it is none."""
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


def _modern(value: Mapping[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """A schema of 3.0 in words of 2020-12."""
    for exclusive, limit in _LIMITS.items():
        if made.pop(exclusive, None) is True and limit in made:
            made[exclusive] = made.pop(limit)
    if value.get("nullable") is not True:
        return made
    if isinstance(made.get("enum"), list):
        made["enum"] = [*made["enum"], None]
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
        return made
    return {"anyOf": [made, {"type": "null"}]} if made else made


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """The schema with its references in the names of `$defs`."""
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    for key, member in schema.items():
        held = _HELD.get(key)
        if key == "$ref":
            made.update({key: f"#/$defs/{names[member]}"} if member in names else {})
        elif held == "[schema]" and isinstance(member, list):
            made[key] = [_renamed(one, names) for one in member]
        elif held == "{schema}" and isinstance(member, dict):
            made[key] = {name: _renamed(one, names) for name, one in member.items()}
        elif held == "schema":
            made[key] = _renamed(member, names)
        else:
            made[key] = member
    return made


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
