"""Rules about values that a contract shows: examples, defaults and the members of enums."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from creditkit.documents import join, last
from creditkit.review.grammar import Node
from creditkit.review.violations import Violation, shown, violations

from .compiled import Direction, compile_schema
from .composition import undescribed
from .contract import Contract, Fault, is_json


def example_valid(contract: Contract) -> Iterator[Fault]:
    """An example does not fit its schema. Where it lacks what no schema describes, the schema is at fault."""
    phantoms = {name for _pointer, name in undescribed(contract)}
    for pointer, value, schema, direction in _examples(contract):
        for violation in _misfits(contract, schema, direction, value):
            if violation.missing not in phantoms:
                place = violation.pointer if contract.find(pointer + violation.pointer) is not None else ""
                yield Fault(pointer + place, violation.message)


def default_valid(contract: Contract) -> Iterator[Fault]:
    """A default does not fit its own schema."""
    for node in contract.of("schema"):
        if "default" in node.value:
            pointer, value = join(node.pointer, "default"), node.value["default"]
            values = node.value.get("enum")
            if isinstance(values, list) and value is not None and not _among(value, values):
                yield Fault(pointer, f"the default {shown(value)} is not in the enum {shown(values)}")
            else:
                for violation in _misfits(contract, node.pointer, "either", value):
                    yield Fault(pointer, f"the default does not fit: {violation}")


def enum_member(contract: Contract) -> Iterator[Fault]:
    """A member of an enum stands there twice, or is refused by the rest of its schema."""
    for node in contract.of("schema"):
        members = node.value.get("enum")
        if not isinstance(members, list):
            continue
        for number, member in enumerate(members):
            if _among(member, members[:number]):
                yield Fault(join(node.pointer, "enum", number), f"{shown(member)} stands in the enum twice")
        refused = refused_members(contract, node)
        if members and len(refused) == len(members):
            yield Fault(join(node.pointer, "enum"), f"the schema refuses every member: {refused[0]}")
        else:
            for number, violation in refused.items():
                yield Fault(join(node.pointer, "enum", number), f"the schema refuses it: {violation}")


def refused_members(contract: Contract, node: Node) -> dict[int, Violation]:
    """The members of an enum that the rest of its schema refuses, by their number, and why."""
    schema = contract.compiler.local_schema(node.pointer) or {}
    validator = compile_schema({key: value for key, value in schema.items() if key != "enum"})
    found: dict[int, Violation] = {}
    if validator is None:
        return found
    for number, member in enumerate(node.value["enum"]):
        for violation in violations(validator, member):
            found.setdefault(number, violation)
    return found


def _misfits(contract: Contract, schema: str, direction: Direction, value: Any) -> Iterator[Violation]:
    validator = contract.compiler.validator(schema, direction)
    if validator is not None and not _fits_as_text(validator, value):
        yield from violations(validator, value)


def _fits_as_text(validator: jsonschema_rs.Validator, value: Any) -> bool:
    """Whether a text is JSON that fits: OpenAPI allows to write so what YAML or JSON cannot show."""
    if not isinstance(value, str) or validator.is_valid(value):
        return False
    try:
        return not isinstance(parsed := json.loads(value), str) and bool(validator.is_valid(parsed))
    except ValueError:
        return False


def _examples(contract: Contract) -> Iterator[tuple[str, Any, str, Direction]]:
    """Every example: where it stands, the value, the pointer of its schema, and the direction it goes."""
    directions = _directions(contract)
    for node in contract.of("media-type", "parameter", "header"):
        text_allowed = node.kind == "media-type" and not is_json(last(node.pointer))
        for pointer, value in _shown_by(contract, node) if "schema" in node.value else ():
            if not (text_allowed and isinstance(value, str)) or _is_of_text(contract, node):
                yield pointer, value, join(node.pointer, "schema"), directions.get(node.pointer, "either")
    for node in contract.of("schema"):
        if "example" in node.value:
            yield join(node.pointer, "example"), node.value["example"], node.pointer, "either"
        listed = node.value.get("examples")
        for number, value in enumerate(listed if isinstance(listed, list) else ()):
            yield join(node.pointer, "examples", number), value, node.pointer, "either"


def _shown_by(contract: Contract, node: Node) -> Iterator[tuple[str, Any]]:
    """The examples of a media type, parameter or header: where the value stands, and the value."""
    if "example" in node.value:
        yield join(node.pointer, "example"), node.value["example"]
    named = node.value.get("examples")
    for name in named if isinstance(named, dict) else ():
        pointer, example = contract.end(join(node.pointer, "examples", name))
        if isinstance(example, dict) and "value" in example:
            yield join(pointer, "value"), example["value"]


def _is_of_text(contract: Contract, node: Node) -> bool:
    """Whether a text is what the schema describes, and not another value in the media type's own writing."""
    schema = contract.resolve(node.value.get("schema"))
    return isinstance(schema, dict) and schema.get("type") == "string"


def _directions(contract: Contract) -> dict[str, Direction]:
    """The media types that stand in a request body or a response, by pointer."""
    found: dict[str, Direction] = {}
    kinds: tuple[tuple[str, Direction], ...] = (("request-body", "request"), ("response", "response"))
    for kind, direction in kinds:
        for node in contract.of(kind):
            content = node.value.get("content")
            for name in content if isinstance(content, dict) else ():
                found[join(node.pointer, "content", name)] = direction
    return found


def _among(value: Any, values: list[Any]) -> bool:
    """Whether a value is one of several, by JSON's equality: `true` is not 1."""
    return any(value == other and isinstance(value, bool) == isinstance(other, bool) for other in values)
