"""Composition: which properties a schema describes, when its parts and what it refers to are counted in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from creditkit.documents import from_fragment, join, tokens

from .contract import Contract

_PARTS = ("allOf", "anyOf", "oneOf", "if", "then", "else", "not")


def parts(pointer: str, value: Mapping[str, Any]) -> Iterator[str]:
    """The pointers of the schemas that judge the same value as the schema at a pointer."""
    for key in _PARTS:
        member = value.get(key)
        if isinstance(member, list):
            yield from (f"{pointer}/{key}/{number}" for number in range(len(member)))
        elif isinstance(member, dict):
            yield f"{pointer}/{key}"
    dependent = value.get("dependentSchemas")
    yield from (
        join(pointer, "dependentSchemas", name) for name in (dependent if isinstance(dependent, dict) else ())
    )


def describes(contract: Contract, pointer: str, name: str) -> bool:
    """Whether a schema has a property, in itself or a part, or takes properties of any name.

    A schema that leads nowhere is given the benefit of the doubt.
    """
    waiting, seen = [pointer], set[str]()
    while waiting:
        end, value = contract.end(waiting.pop())
        if not isinstance(value, dict):
            return True
        if end in seen:
            continue
        seen.add(end)
        if _takes(value, name):
            return True
        waiting.extend(parts(end, value))
        if isinstance(value.get("$ref"), str):
            waiting.append(from_fragment(value["$ref"].removeprefix("#")))
    return False


def undescribed(contract: Contract) -> Iterator[tuple[str, str]]:
    """The names in `required` that no schema for the same value describes: the pointer to each, and the name.

    Below `not` and `if` a name is asked about, and need not be described.
    """
    wholes = _wholes(contract)
    for node in contract.of("schema"):
        names = node.value.get("required")
        if not isinstance(names, list) or {"not", "if"} & set(tokens(node.pointer)):
            continue
        around = _around(node.pointer, wholes)
        for number, name in enumerate(names):
            if isinstance(name, str) and not any(describes(contract, pointer, name) for pointer in around):
                yield join(node.pointer, "required", number), name


def _takes(value: Mapping[str, Any], name: str) -> bool:
    properties, others = value.get("properties"), value.get("additionalProperties")
    if isinstance(properties, dict) and name in properties:
        return True
    if isinstance(others, dict) or (others is True and not properties):
        return True
    patterns = value.get("patternProperties")
    return isinstance(patterns, dict) and any(_matches(pattern, name) for pattern in patterns)


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return True


def _wholes(contract: Contract) -> Mapping[str, list[str]]:
    """For each schema that is a part of others: those others."""
    found: dict[str, list[str]] = {}
    for node in contract.of("schema"):
        held = [*parts(node.pointer, node.value)]
        if isinstance(node.value.get("$ref"), str):
            held.append(from_fragment(node.value["$ref"].removeprefix("#")))
        for part in held:
            for pointer in dict.fromkeys((part, contract.end(part)[0])):
                found.setdefault(pointer, []).append(node.pointer)
    return found


def _around(pointer: str, wholes: Mapping[str, list[str]]) -> list[str]:
    """A schema and all that it is a part of, however far up."""
    found = {pointer: None}
    waiting = [pointer]
    while waiting:
        for whole in wholes.get(waiting.pop(), ()):
            if whole not in found:
                found[whole] = None
                waiting.append(whole)
    return [*found]
