"""Compiled schemas: an OpenAPI 3.0 schema compiled once, so that a check costs microseconds.

Formats are enforced: `date` and `uri` by jsonschema-rs, `uuid` by the rule below. Patterns run on an engine
that takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from .json_schema import map_subschemas, to_json_schema

# Both textual forms: the documented one with dashes, and 32 hex digits, which real servers send
# (observed D24, BP). The library's own check of `uuid` knows only the first.
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{12}")
_UUID_PATTERN = "^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class SchemaError:
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

    __slots__ = ("_plain", "_validator", "accepts", "is_any_text")

    accepts: Callable[[Any], bool]
    """Whether an instance is valid."""
    is_any_text: bool
    """Whether the schema asks for text, and for nothing else."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._plain = to_json_schema(schema)
        self._validator: Any = None
        self.is_any_text = self._plain == {"type": "string"}
        self.accepts = _compiled(_with_uuid_patterns(self._plain), {}).is_valid

    def errors(self, instance: Any) -> Iterator[SchemaError]:
        """Every place where the instance breaks the schema; nothing for a valid one."""
        if self._validator is None:
            self._validator = _compiled(self._plain, {"uuid": _is_uuid})
        for error in self._validator.iter_errors(instance):
            schema_path = [str(token) for token in error.schema_path]
            yield SchemaError(
                instance="".join(f"/{token}" for token in error.instance_path),
                schema="".join(f"/{token}" for token in schema_path),
                keyword=schema_path[-1] if schema_path else "",
                message=error.message,
            )


def _compiled(plain: Any, formats: dict[str, Callable[[str], bool]]) -> Any:
    return jsonschema_rs.Draft202012Validator(
        plain, validate_formats=True, formats=formats, pattern_options=jsonschema_rs.RegexOptions()
    )


def _with_uuid_patterns(plain: Any) -> Any:
    """The schema with a pattern in place of each format `uuid`, which the library checks without calling us.

    It admits the same values, but would describe errors in other words: `errors` uses the format.
    """
    if not isinstance(plain, dict):
        return plain
    changed = map_subschemas(plain, lambda inner, _at: _with_uuid_patterns(inner))
    if changed.get("format") == "uuid":
        del changed["format"]
        if changed.get("pattern") != _UUID_PATTERN:  # matching a pattern twice costs the most
            changed["allOf"] = [*changed.get("allOf", ()), {"pattern": _UUID_PATTERN}]
    return changed
