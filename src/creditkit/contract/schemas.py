"""Schemas: OpenAPI 3.0 schemas compiled once, so that a check costs microseconds.

An OpenAPI 3.0 schema becomes JSON Schema 2020-12 for `jsonschema-rs`: `nullable` turns into a type
`null`, boolean `exclusiveMinimum` into a number, annotations fall away. Formats are enforced: `date`
and `uri` by the library, `uuid` by the rule below. Patterns run on a linear-time engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

_ANNOTATIONS = frozenset(
    ["example", "examples", "discriminator", "xml", "externalDocs", "deprecated", "description", "title"]
)

# Both textual forms: the documented one with dashes, and 32 hex digits, which real servers send
# (observed D24, BP). The library's own check of `uuid` knows only the first.
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{12}")
_UUID_PATTERN = "^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One place where an instance breaks a schema.

    `instance` and `schema` are JSON Pointers (without `#`) into the instance and the schema;
    `keyword` is the schema keyword that refused, such as `pattern` or `required`.
    """

    instance: str
    schema: str
    keyword: str
    message: str


class Schema:
    """One compiled schema.

    >>> Schema({"type": "string", "nullable": True}).accepts(None)
    True
    """

    __slots__ = ("_plain", "_telling", "accepts", "is_any_text")

    accepts: Callable[[Any], bool]
    """Whether an instance is valid."""
    is_any_text: bool
    """Whether it asks for text, and for nothing else."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._plain = to_json_schema(schema)
        self._telling: Any = None
        self.is_any_text = self._plain == {"type": "string"}
        self.accepts = _compiled(_with_patterns(self._plain), {}).is_valid

    def faults(self, instance: Any) -> Iterator[SchemaFault]:
        """Every place where the instance breaks the schema; nothing for a valid one."""
        if self._telling is None:
            self._telling = _compiled(self._plain, {"uuid": _is_uuid})
        for error in self._telling.iter_errors(instance):
            schema_path = [str(token) for token in error.schema_path]
            yield SchemaFault(
                instance="".join(f"/{token}" for token in error.instance_path),
                schema="".join(f"/{token}" for token in schema_path),
                keyword=schema_path[-1] if schema_path else "",
                message=error.message,
            )


def _compiled(plain: Any, formats: dict[str, Callable[[str], bool]]) -> Any:
    return jsonschema_rs.Draft202012Validator(
        plain, validate_formats=True, formats=formats, pattern_options=jsonschema_rs.RegexOptions()
    )


def _with_patterns(plain: Any) -> Any:
    """The same with a pattern in the place of each format `uuid`: a library's pattern, not a call of ours.

    It admits the same; but what is wrong it would tell in other words.
    """
    if isinstance(plain, list):
        return [_with_patterns(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    changed: dict[str, Any] = {}
    for key, value in plain.items():
        if key == "properties":
            changed[key] = {name: _with_patterns(item) for name, item in value.items()}
        else:
            changed[key] = value if key in _VALUES else _with_patterns(value)
    if changed.get("format") == "uuid" and isinstance(plain["format"], str):
        del changed["format"]
        if changed.get("pattern") != _UUID_PATTERN:  # a pattern is what takes longest: once is enough
            changed["allOf"] = [*changed.get("allOf", ()), {"pattern": _UUID_PATTERN}]
    return changed


_VALUES = ("enum", "required", "default", "const")
"""Keywords that hold values, not schemas."""


def to_json_schema(schema: Any) -> Any:
    """The JSON Schema 2020-12 that admits what the OpenAPI 3.0 schema admits (references inlined)."""
    if isinstance(schema, list):
        return [to_json_schema(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    plain: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _ANNOTATIONS or key.startswith("x-") or key == "nullable":
            continue
        if key == "properties":
            plain[key] = {name: to_json_schema(item) for name, item in value.items()}
        elif key in ("enum", "required", "default"):
            plain[key] = value
        else:
            plain[key] = to_json_schema(value)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(plain.get(exclusive), bool) and plain.pop(exclusive):
            plain[exclusive] = plain.pop(bound)
    return _with_null(plain) if schema.get("nullable") else plain


def _with_null(plain: dict[str, Any]) -> dict[str, Any]:
    """The schema, admitting null as well."""
    if "type" not in plain:
        return {"anyOf": [plain, {"type": "null"}]}
    widened = {**plain, "type": [plain["type"], "null"]}
    if "enum" in plain:
        widened["enum"] = [*plain["enum"], None]
    return widened
