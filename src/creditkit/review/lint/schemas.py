"""Rules about schemas that do not mean what they seem to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

import jsonschema_rs

from creditkit.documents import join
from creditkit.review.source import Node

from .contract import Contract, Diagnostic, types_of
from .loops import HEAVY, parts, reference
from .values import enum_member

_BOUNDS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
_KEYWORDS_OF_TYPE: Mapping[str, frozenset[str]] = {
    "string": frozenset(("minLength", "maxLength", "pattern")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    "array": frozenset(("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")),
    "object": frozenset(
        (
            *("properties", "patternProperties", "additionalProperties"),
            *("required", "minProperties", "maxProperties"),
        )
    ),
}
_CONSTRAINTS = frozenset(
    (
        *("allOf", "anyOf", "oneOf", "not", "if", "enum", "const", "contains"),
        *("required", "minProperties", "maxProperties", "minItems", "maxItems", "uniqueItems"),
        *("minLength", "maxLength", "minimum", "maximum"),
        *("exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    )
)
"""A schema without any of these admits something, whatever else it says."""


def bounds_contradict(contract: Contract) -> Iterator[Diagnostic]:
    """A lower bound above the upper one."""
    for node in contract.of("schema"):
        for least, most in _BOUNDS:
            low, high = (_number(node.value.get(key)) for key in (least, most))
            if low is not None and high is not None and low > high:
                yield Diagnostic(join(node.pointer, least), f"{least} is {low}, and {most} is {high}")


def schema_unsatisfiable(contract: Contract) -> Iterator[Diagnostic]:
    """A schema that no value fits. If several contain or refer to each other, the innermost is reported."""
    reported = {one.pointer.rpartition("/")[0] for one in bounds_contradict(contract)}
    reported |= {
        one.pointer.removesuffix("/enum") for one in enum_member(contract) if one.pointer.endswith("/enum")
    }
    empty: set[str] = set()
    for node in reversed([*contract.of("schema")]):
        if _CONSTRAINTS.isdisjoint(node.value) or node.value == {"not": {}} or node.pointer in reported:
            continue
        if _admits_nothing(contract, node) and not _holds(contract, node, empty | reported):
            empty.add(node.pointer)
    yield from (Diagnostic(pointer, "no value at all fits this schema") for pointer in sorted(empty))


def schema_heavy(contract: Contract) -> Iterator[Diagnostic]:
    """A schema whose parts, written out, are too many to follow. Of nested ones, the lightest is reported."""
    weights = contract.compiler.weights
    for node in contract.of("schema"):
        inner = [
            weights.get(end, 0)
            for part in parts(node.pointer, node.value)
            for end in (part, contract.end(part)[0])
        ]
        if weights.get(node.pointer, 0) > HEAVY >= max(inner, default=0):
            yield Diagnostic(node.pointer, f"its parts, written out, are {weights[node.pointer]:,} schemas")


def array_items(contract: Contract) -> Iterator[Diagnostic]:
    """An array without `items` in 3.0."""
    for node in contract.of("schema") if contract.old else ():
        if node.value.get("type") == "array" and "items" not in node.value:
            yield Diagnostic(join(node.pointer, "type"), "an array without `items`")


def keyword_without_effect(contract: Contract) -> Iterator[Diagnostic]:
    """A keyword for values of another type than the schema's."""
    for node in contract.of("schema"):
        types = types_of(node.value)
        if not types:
            continue
        kinds = {"number" if one == "integer" else one for one in types}
        for kind, keywords in _KEYWORDS_OF_TYPE.items():
            for key in node.value if kind not in kinds else ():
                if key in keywords:
                    named = " or ".join(sorted(types))
                    message = f"`{key}` is for values of type {kind}; the type here is {named}"
                    yield Diagnostic(join(node.pointer, key), message)


def nullable_effect(contract: Contract) -> Iterator[Diagnostic]:
    """`nullable: true` where null is refused all the same, or would be admitted without it."""
    for node in contract.of("schema"):
        if node.value.get("nullable") is not True:
            continue
        pointer = join(node.pointer, "nullable")
        values = node.value.get("enum")
        if not contract.old:
            yield Diagnostic(pointer, "OpenAPI 3.1 has no `nullable`: null is refused")
        elif "type" not in node.value and _restricts(contract, node.value):
            yield Diagnostic(pointer, "`nullable` counts beside `type` only: null is refused")
        elif isinstance(values, list) and None not in values:
            yield Diagnostic(pointer, "null is not in the enum, so it is refused")


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _admits_nothing(contract: Contract, node: Node) -> bool:
    local = contract.compiler.local_schema(node.pointer)
    try:
        schema = jsonschema_rs.canonicalize(local or True, draft=jsonschema_rs.Draft202012)
    except (ValueError, jsonschema_rs.ReferencingError):
        return False
    return schema.satisfiability() == jsonschema_rs.canonical.Satisfiability.NO


def _holds(contract: Contract, node: Node, pointers: Set[str]) -> bool:
    """Whether the schema is empty only because one that it contains or refers to is."""
    if any(pointer.startswith(node.pointer + "/") for pointer in pointers):
        return True
    stack: list[Any] = [node.value]
    seen: set[str] = set()
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            for target in reference(value):
                if target not in seen:
                    seen.add(target)
                    if any(one == target or one.startswith(target + "/") for one in pointers):
                        return True
                    stack.append(contract.find(target))
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    return False


def _restricts(contract: Contract, value: Mapping[str, Any]) -> bool:
    """Whether a schema without a type refuses null by another keyword."""
    schema = {key: member for key, member in value.items() if key in ("enum", "not")}
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        return True
    return any(
        _all_typed(contract, value.get(key), every=key != "allOf") for key in ("allOf", "anyOf", "oneOf")
    )


def _all_typed(contract: Contract, branches: Any, *, every: bool) -> bool:
    if not isinstance(branches, list) or not branches:
        return False
    refusals = []
    for branch in branches:
        target = contract.resolve(branch)
        typed = isinstance(target, dict) and "type" in target and target.get("nullable") is not True
        refusals.append(typed and target.get("type") != "null")
    return all(refusals) if every else any(refusals)
