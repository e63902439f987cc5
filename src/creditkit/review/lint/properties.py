"""Rules about properties: those that a schema describes, with its parts and references, and requires."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from creditkit.documents import as_dict, as_list, join, tokens

from .contract import Contract, Diagnostic
from .loops import parts, reference


def required_property(contract: Contract) -> Iterator[Diagnostic]:
    """A name in `required` that is no property."""
    for pointer, name in undescribed(contract):
        yield Diagnostic(pointer, f"{name} is required, and is no property")


def discriminator_property(contract: Contract) -> Iterator[Diagnostic]:
    """A discriminator whose property is missing from an alternative."""
    for node in contract.of("schema"):
        name = as_dict(node.value.get("discriminator")).get("propertyName")
        if not isinstance(name, str):
            continue
        branches = [
            pointer
            for pointer in parts(node.pointer, node.value)
            if "/oneOf/" in pointer or "/anyOf/" in pointer
        ]
        for pointer in branches:
            if not _describes(contract, pointer, name):
                yield Diagnostic(pointer, f"it has no property {name}, by which the discriminator tells it")
        if not branches and not _describes(contract, node.pointer, name):
            pointer = join(node.pointer, "discriminator", "propertyName")
            yield Diagnostic(pointer, f"there is no property {name}")


def read_only_required(contract: Contract) -> Iterator[Diagnostic]:
    """A schema used in requests only that requires a read-only property, or in responses a write-only one."""
    sent, received = _used(contract, "request-body"), _used(contract, "response")
    for pointers, others, mark, where in (
        (sent, received, "readOnly", "requests"),
        (received, sent, "writeOnly", "responses"),
    ):
        for pointer in sorted(pointers - others):
            value = contract.find(pointer)
            properties = as_dict(value.get("properties"))
            for number, name in enumerate(as_list(value.get("required"))):
                member = contract.resolve(properties.get(name)) if isinstance(name, str) else None
                if isinstance(member, dict) and member.get(mark) is True:
                    message = f"{name} is {mark}, and required in {where}"
                    yield Diagnostic(join(pointer, "required", number), message)


def _used(contract: Contract, kind: str) -> set[str]:
    """The pointers of the schemas that the bodies of one direction use."""
    waiting: list[str] = []
    for node in contract.of(kind):
        names = as_dict(node.value.get("content"))
        waiting.extend(join(node.pointer, "content", name, "schema") for name in names)
    found: set[str] = set()
    while waiting:
        pointer, value = contract.end(waiting.pop())
        if isinstance(value, dict) and pointer not in found:
            found.add(pointer)
            waiting += parts(pointer, value)
            waiting += [
                f"{pointer}/{key}" for key in ("items", "additionalProperties") if as_dict(value.get(key))
            ]
            waiting += [join(pointer, "properties", name) for name in as_dict(value.get("properties"))]
            waiting += reference(value)
    return found


def undescribed(contract: Contract) -> Iterator[tuple[str, str]]:
    """The names in `required` that no schema for the same value describes: the pointer to each, and the name.

    Below `not` and `if` a name is a question, and need not be described.
    """
    wholes = _wholes(contract)
    for node in contract.of("schema"):
        names = node.value.get("required")
        if not isinstance(names, list) or {"not", "if"} & set(tokens(node.pointer)):
            continue
        around = _around(node.pointer, wholes)
        for number, name in enumerate(names):
            if isinstance(name, str) and not any(_describes(contract, pointer, name) for pointer in around):
                yield join(node.pointer, "required", number), name


def _describes(contract: Contract, pointer: str, name: str) -> bool:
    """Whether a schema has a property, itself or in a part, or admits properties of any name.

    A reference that leads nowhere may describe anything.
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
        waiting += reference(value)
    return False


def _takes(value: Mapping[str, Any], name: str) -> bool:
    properties, others = value.get("properties"), value.get("additionalProperties")
    if isinstance(properties, dict) and name in properties:
        return True
    if isinstance(others, dict) or (others is True and not properties):
        return True
    return any(_matches(pattern, name) for pattern in as_dict(value.get("patternProperties")))


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return True


def _wholes(contract: Contract) -> Mapping[str, list[str]]:
    """For each schema that is a part of others: those others."""
    found: dict[str, list[str]] = {}
    for node in contract.of("schema"):
        for part in (*parts(node.pointer, node.value), *reference(node.value)):
            for pointer in dict.fromkeys((part, contract.end(part)[0])):
                found.setdefault(pointer, []).append(node.pointer)
    return found


def _around(pointer: str, wholes: Mapping[str, list[str]]) -> list[str]:
    """A schema and everything that it is a part of, however far up."""
    found = {pointer: None}
    waiting = [pointer]
    while waiting:
        for whole in wholes.get(waiting.pop(), ()):
            if whole not in found:
                found[whole] = None
                waiting.append(whole)
    return [*found]
