"""Turns a schema error into a sentence about a field, with the place in the contract that it breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from creditkit.contract import Contract, Response, SchemaError, lookup, resolve

_SHOWN = 120


@dataclass(frozen=True, slots=True)
class FieldFailure:
    """One field that breaks the contract: the sentence, short values, and the JSON Pointer of the rule."""

    message: str
    expected: str
    got: str
    pointer: str


def field_failures(
    contract: Contract, documented: Response, failure: SchemaError, document: Any
) -> Iterator[FieldFailure]:
    """The field failures that one schema error stands for."""
    where = _walk(document, failure.instance)
    pointer, rule = _origin(contract, documented, failure.schema)
    name = _name(failure.instance)
    if failure.keyword == "required":
        for missing in (field for field in rule if field not in where):
            yield FieldFailure(f"`{_below(name, missing)}` is missing", "present", "absent", pointer)
    elif failure.keyword == "additionalProperties":
        known = lookup(contract.document, pointer.removesuffix("/additionalProperties"))["properties"]
        for extra in (field for field in where if field not in known):
            yield FieldFailure(
                f"`{_below(name, extra)}` is not documented", "absent", shown(where[extra]), pointer
            )
    elif failure.keyword == "type":
        got = json.dumps(where, ensure_ascii=False) if isinstance(where, str) else where
        yield FieldFailure(f"`{name}` has the wrong type", str(rule), shown(got), pointer)
    else:
        expected = f"{failure.keyword} {shown(rule)}"
        yield FieldFailure(f"`{name}` breaks its {failure.keyword}", expected, shown(where), pointer)


def shown(value: Any) -> str:
    """A value as JSON, cut to a length that can be shown in one line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _origin(contract: Contract, documented: Response, schema: str) -> tuple[str, Any]:
    """The pointer into the contract for a pointer into the compiled schema, and the value there."""
    document = contract.document
    pointer = f"{documented.pointer}/content/application~1json/schema"
    node = lookup(document, pointer)
    for token in schema.split("/")[1:]:
        if isinstance(node, Mapping) and "$ref" in node:
            pointer, node = node["$ref"], resolve(document, node)
        if not isinstance(node, Mapping) or token not in node:
            break
        pointer, node = f"{pointer}/{token}", node[token]
    return pointer, node


def _walk(document: Any, instance: str) -> Any:
    for token in instance.split("/")[1:]:
        document = document[int(token)] if isinstance(document, list) else document[token]
    return document


def _name(instance: str) -> str:
    """The field that a pointer into an answer names: `offerings.url` for `/3/offerings/0/url`."""
    return ".".join(token for token in instance.split("/")[1:] if not token.isdigit()) or "the body"


def _below(name: str, field: str) -> str:
    return field if name == "the body" else f"{name}.{field}"
