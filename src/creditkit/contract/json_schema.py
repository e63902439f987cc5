"""The one converter from OpenAPI schemas to JSON Schema 2020-12.

    >>> to_json_schema({"type": "integer", "minimum": 1, "exclusiveMinimum": True, "nullable": True})
    {'type': ['integer', 'null'], 'exclusiveMinimum': 1}

Used for the compiled schemas of the mock and the check, and for the review's lint and diff. A schema of
OpenAPI 3.1 is JSON Schema already: of it only annotations are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from creditkit.documents import join

SUBSCHEMAS: Mapping[str, Literal["schema", "[schema]", "{schema}"]] = {
    **dict.fromkeys(
        ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), "{schema}"
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]"),
    **dict.fromkeys(("items", "additionalProperties", "not", "if", "then", "else"), "schema"),
    **dict.fromkeys(("contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties"), "schema"),
    "contentSchema": "schema",
}
"""The keywords that hold schemas: one, a list of them, or an object of them by name."""

_DROPPED = frozenset(
    (
        *("title", "description", "deprecated", "example", "examples", "default", "externalDocs", "xml"),
        *("discriminator", "nullable", "readOnly", "writeOnly", "$comment", "$defs", "definitions"),
        *("id", "$id", "$schema", "$vocabulary", "$anchor"),
        *("$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor"),
    )
)
"""Keywords that refuse no value, and `nullable`, which is translated."""

Reference = Callable[[str, str], str | None]
"""Gives the new text of a `$ref`, from its text and the pointer of its schema; None drops the reference."""


def to_json_schema(
    schema: Any,
    pointer: str = "",
    *,
    version: str = "3.0",
    reference: Reference = lambda text, _pointer: text,
    required: Callable[[Mapping[str, Any]], Any] = lambda schema: schema["required"],
) -> Any:
    """The JSON Schema that admits the values which an OpenAPI schema admits; `{}` for what is no schema.

    `pointer` is the place of the schema, for `reference`. `required` gives the names that a schema requires.
    """
    if not isinstance(schema, Mapping):
        return schema if isinstance(schema, bool) else {}
    converted: dict[str, Any] = {}
    if isinstance(schema.get("$ref"), str):
        target = reference(schema["$ref"], pointer)
        converted = {} if target is None else {"$ref": target}
        if version == "3.0":  # its siblings have no effect there
            return converted
    kept = {
        key: value
        for key, value in schema.items()
        if key not in _DROPPED and not key.startswith("x-") and key != "$ref"
    }
    converted |= map_subschemas(
        kept,
        lambda inner, at: to_json_schema(
            inner, pointer + at, version=version, reference=reference, required=required
        ),
    )
    if "required" in converted:
        converted["required"] = required(schema)
        if not converted["required"]:
            del converted["required"]
    if version != "3.0":
        return converted
    converted = modern_keywords(schema, converted)
    if schema.get("nullable") is True and converted and "type" not in converted:
        return {"anyOf": [converted, {"type": "null"}]}
    return converted


def modern_keywords(
    schema: Mapping[str, Any], converted: dict[str, Any], *, widens_enum: bool = True
) -> dict[str, Any]:
    """`converted` with the type and bounds of a 3.0 schema in the keywords of 2020-12.

    Boolean `exclusiveMinimum` and `exclusiveMaximum` become numbers; `nullable` becomes a type. `widens_enum`
    says whether `nullable` also adds null to the listed values; the letter of OpenAPI 3.0.3 does not.
    """
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool):
            converted.pop(exclusive, None)
            if schema[exclusive] and bound in converted:
                converted[exclusive] = converted.pop(bound)
    if schema.get("nullable") is True:
        listed = converted.get("enum")
        if isinstance(listed, list) and None not in listed:
            if not widens_enum:
                return converted
            converted["enum"] = [*listed, None]
        if isinstance(converted.get("type"), str):
            converted["type"] = [converted["type"], "null"]
    return converted


def map_subschemas(schema: Mapping[str, Any], convert: Callable[[Any, str], Any]) -> dict[str, Any]:
    """The schema with every schema directly inside it replaced by `convert(inner, pointer from here)`."""
    found: dict[str, Any] = {}
    for key, value in schema.items():
        held = SUBSCHEMAS.get(key)
        if held == "schema":
            found[key] = convert(value, f"/{key}")
        elif held == "[schema]" and isinstance(value, list):
            found[key] = [convert(one, f"/{key}/{number}") for number, one in enumerate(value)]
        elif held == "{schema}" and isinstance(value, Mapping):
            found[key] = {name: convert(one, join(f"/{key}", name)) for name, one in value.items()}
        else:
            found[key] = value
    return found
