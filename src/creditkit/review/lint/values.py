"""Rules about values in a contract (examples, defaults, enums), and about patterns and formats."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from creditkit.documents import as_dict, as_list, join, last, read_document
from creditkit.review.source import Node

from .compiler import Direction, compile_schema
from .contract import Contract, Diagnostic, is_json, types_of
from .properties import undescribed
from .violations import Violation, shown, violations

_ESCAPES = re.compile(r"\\x\{|(?P<ours>\\[^AZzGQE])|\\[AZzGQE]|\(\?(?:P[<=>]|>|#|[a-zA-Z]+\))|\[:\w+:\]")
"""Constructs of Perl and Python that ECMA 262 does not have, and the escapes to skip."""

_SIGNS_WITHOUT_DIGITS = ("-", "+", ".", "-.", "+.")
_NUMBERS = frozenset(("decimal",))
_DIGITS = re.compile(r"(?:\\d|\[0-9\]|\\\.|\[\.\]|\[,\.\]|[-+?*.^$():|{},0-9]|\[-\+\]|\[\+-\])+")


def example_valid(contract: Contract) -> Iterator[Diagnostic]:
    """An example that does not fit its schema; a required name without a property is the schema's mistake."""
    phantoms = {name for _pointer, name in undescribed(contract)}
    for pointer, value, schema, direction in _examples(contract):
        for violation in _misfits(contract, schema, direction, value):
            if violation.missing not in phantoms:
                place = violation.pointer if contract.find(pointer + violation.pointer) is not None else ""
                yield Diagnostic(pointer + place, violation.message)


def default_valid(contract: Contract) -> Iterator[Diagnostic]:
    """A default that does not fit its own schema."""
    for node in contract.of("schema"):
        if "default" in node.value:
            pointer, value = join(node.pointer, "default"), node.value["default"]
            values = node.value.get("enum")
            if isinstance(values, list) and value is not None and not _among(value, values):
                yield Diagnostic(pointer, f"the default {shown(value)} is not in the enum {shown(values)}")
            else:
                for violation in _misfits(contract, node.pointer, "either", value):
                    yield Diagnostic(pointer, f"the default does not fit: {violation}")


def enum_member(contract: Contract) -> Iterator[Diagnostic]:
    """A member of an enum that is in it twice, or is refused by the rest of its schema."""
    for node in contract.of("schema"):
        members = node.value.get("enum")
        if not isinstance(members, list):
            continue
        for number, member in enumerate(members):
            if _among(member, members[:number]):
                pointer = join(node.pointer, "enum", number)
                yield Diagnostic(pointer, f"{shown(member)} stands in the enum twice")
        refused = _refused_members(contract, node)
        if members and len(refused) == len(members):
            yield Diagnostic(join(node.pointer, "enum"), f"the schema refuses every member: {refused[0]}")
        else:
            for number, violation in refused.items():
                yield Diagnostic(join(node.pointer, "enum", number), f"the schema refuses it: {violation}")


def _refused_members(contract: Contract, node: Node) -> dict[int, Violation]:
    """The members of an enum that the rest of its schema refuses, by their number, and why."""
    schema = contract.compiler.local_schema(node.pointer) or {}
    validator = compile_schema({key: value for key, value in schema.items() if key != "enum"})
    found: dict[int, Violation] = {}
    if validator is not None:
        for number, member in enumerate(node.value["enum"]):
            for violation in violations(validator, member):
                found.setdefault(number, violation)
    return found


def _misfits(contract: Contract, schema: str, direction: Direction, value: Any) -> Iterator[Violation]:
    validator = contract.compiler.validator(schema, direction)
    if validator is not None and not _fits_as_text(validator, value):
        yield from violations(validator, value)


def _fits_as_text(validator: jsonschema_rs.Validator, value: Any) -> bool:
    """Whether a text is JSON that fits: OpenAPI allows this for values that YAML or JSON cannot show."""
    if not isinstance(value, str) or validator.is_valid(value):
        return False
    try:
        return not isinstance(parsed := json.loads(value), str) and bool(validator.is_valid(parsed))
    except ValueError:
        return False


def _examples(contract: Contract) -> Iterator[tuple[str, Any, str, Direction]]:
    """Every example: its pointer, the value, the pointer of its schema, and the direction it travels."""
    directions = _directions(contract)
    for node in contract.of("media-type", "parameter", "header"):
        text_allowed = node.kind == "media-type" and not is_json(last(node.pointer))
        for pointer, value in _shown_by(contract, node) if "schema" in node.value else ():
            if not (text_allowed and isinstance(value, str)) or _is_of_text(contract, node):
                yield pointer, value, join(node.pointer, "schema"), directions.get(node.pointer, "either")
    for node in contract.of("schema"):
        if "example" in node.value:
            yield join(node.pointer, "example"), node.value["example"], node.pointer, "either"
        for number, value in enumerate(as_list(node.value.get("examples"))):
            yield join(node.pointer, "examples", number), value, node.pointer, "either"


def _shown_by(contract: Contract, node: Node) -> Iterator[tuple[str, Any]]:
    """The examples of a media type, parameter or header: the pointer to the value, and the value."""
    if "example" in node.value:
        yield join(node.pointer, "example"), node.value["example"]
    for name in as_dict(node.value.get("examples")):
        pointer, example = contract.end(join(node.pointer, "examples", name))
        if isinstance(example, dict) and "value" in example:
            yield join(pointer, "value"), example["value"]


def _is_of_text(contract: Contract, node: Node) -> bool:
    """Whether the schema describes a text, and not a value that the media type writes as text."""
    schema = contract.resolve(node.value.get("schema"))
    return isinstance(schema, dict) and schema.get("type") == "string"


def _directions(contract: Contract) -> dict[str, Direction]:
    """The media types of request bodies and responses, by pointer."""
    kinds: tuple[tuple[str, Direction], ...] = (("request-body", "request"), ("response", "response"))
    return {
        join(node.pointer, "content", name): direction
        for kind, direction in kinds
        for node in contract.of(kind)
        for name in as_dict(node.value.get("content"))
    }


def _among(value: Any, values: list[Any]) -> bool:
    """Whether a value is one of several, by JSON's equality: `true` is not 1."""
    return any(value == other and isinstance(value, bool) == isinstance(other, bool) for other in values)


def pattern_readable(contract: Contract) -> Iterator[Diagnostic]:
    """A pattern that is no regular expression, or one of another dialect than JSON Schema's."""
    for pointer, _schema, pattern in _patterns(contract):
        if _matcher({"pattern": pattern}) is None and not _python_reads(pattern):
            yield Diagnostic(pointer, f"{pattern!r} is no regular expression")
            continue
        foreign = next((found[0] for found in _ESCAPES.finditer(pattern) if not found["ours"]), None)
        if foreign is not None:
            message = f"{foreign} is not of ECMA 262: engines differ in what they take it for"
            yield Diagnostic(pointer, message)


def pattern_loose(contract: Contract) -> Iterator[Diagnostic]:
    """A pattern that admits what the format never is: the empty text, or a sign without digits."""
    for pointer, schema, pattern in _patterns(contract):
        format_ = schema.get("format")
        if not isinstance(format_, str | None) or "enum" in schema:
            continue
        numeric = format_ in _NUMBERS or (format_ is None and _is_of_digits(pattern))
        candidates = [""] if format_ in _formats()["never-empty"] else []
        candidates += _SIGNS_WITHOUT_DIGITS if numeric else ()
        matcher = _matcher(_lengths(schema) | {"pattern": pattern}) if candidates else None
        accepted = [text for text in candidates if matcher is not None and matcher.is_valid(text)]
        if accepted:
            listed = ", ".join(f'"{text}"' for text in accepted)
            yield Diagnostic(pointer, f"accepts {listed}, which is no {format_ or 'number'}")


def format_known(contract: Contract) -> Iterator[Diagnostic]:
    """A format that no validator checks, on a value that nothing else checks either."""
    declared = contract.document.get("x-formats")
    ours = set(declared) if isinstance(declared, (dict, list)) else set()
    known = _formats()
    for node in contract.of("schema"):
        name = node.value.get("format")
        if not isinstance(name, str) or name.startswith("x-") or name in ours:
            continue
        pointer, types = join(node.pointer, "format"), types_of(node.value)
        if name in known["checked"] and types and not types & {"string"}:
            kinds = " or ".join(sorted(types))
            yield Diagnostic(pointer, f"{name} is a format of texts, and the type is {kinds}")
        elif not any(name in known[kind] for kind in ("checked", "open", "numeric")) and not (
            _is_restricted(node.value, types)
        ):
            message = f"nothing checks the format {name}, and no pattern stands beside it"
            yield Diagnostic(pointer, message)


@cache
def _formats() -> Any:
    """The formats that validators check or that need no check, from `formats.yaml`."""
    text = (files(__package__) / "formats.yaml").read_text(encoding="utf-8")
    return read_document(text, "formats.yaml").value


def _patterns(contract: Contract) -> Iterator[tuple[str, dict[str, Any], str]]:
    for node in contract.of("schema"):
        pattern = node.value.get("pattern")
        if isinstance(pattern, str):
            yield join(node.pointer, "pattern"), node.value, pattern


def _matcher(schema: dict[str, Any]) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({"type": "string", **schema})
    except ValueError:
        return None


def _python_reads(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _lengths(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: schema[key] for key in ("minLength", "maxLength") if isinstance(schema.get(key), int)}


def _is_of_digits(pattern: str) -> bool:
    """Whether a pattern is about digits, and nothing but digits, signs and points."""
    return bool(_DIGITS.fullmatch(pattern)) and ("\\d" in pattern or "[0-9]" in pattern)


def _is_restricted(schema: dict[str, Any], types: Set[str]) -> bool:
    """Whether something else restricts the values; for numbers their type is enough."""
    return bool(types & {"integer", "number"}) or any(key in schema for key in ("pattern", "enum", "const"))
