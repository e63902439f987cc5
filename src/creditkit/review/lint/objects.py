"""Rules about objects and the properties that are asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from creditkit.documents import from_fragment, join

from .composition import describes, parts, undescribed
from .contract import Contract, Fault


def required_property(contract: Contract) -> Iterator[Fault]:
    """`required` names what is no property."""
    for pointer, name in undescribed(contract):
        yield Fault(pointer, f"{name} is required, and is no property")


def discriminator_property(contract: Contract) -> Iterator[Fault]:
    """A discriminator's property is missing from what it is to tell apart."""
    for node in contract.of("schema"):
        discriminator = node.value.get("discriminator")
        name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
        if not isinstance(name, str):
            continue
        branches = [
            pointer
            for pointer in parts(node.pointer, node.value)
            if "/oneOf/" in pointer or "/anyOf/" in pointer
        ]
        for pointer in branches:
            if not describes(contract, pointer, name):
                yield Fault(pointer, f"it has no property {name}, by which the discriminator tells it")
        if not branches and not describes(contract, node.pointer, name):
            yield Fault(join(node.pointer, "discriminator", "propertyName"), f"there is no property {name}")


def read_only_required(contract: Contract) -> Iterator[Fault]:
    """A schema of requests alone requires what is read-only; one of responses alone, what is write-only."""
    sent, received = _used(contract, "request-body"), _used(contract, "response")
    for pointers, others, mark, where in (
        (sent, received, "readOnly", "requests"),
        (received, sent, "writeOnly", "responses"),
    ):
        for pointer in sorted(pointers - others):
            value = contract.find(pointer)
            names, properties = value.get("required"), value.get("properties")
            for number, name in enumerate(names if isinstance(names, list) else ()):
                named = isinstance(properties, dict) and isinstance(name, str)
                member = contract.resolve(properties.get(name)) if named else None
                if isinstance(member, dict) and member.get(mark) is True:
                    yield Fault(
                        join(pointer, "required", number), f"{name} is {mark}, and required in {where}"
                    )


def _used(contract: Contract, kind: str) -> set[str]:
    """The schemas that bodies of one direction come to, by pointer."""
    waiting: list[str] = []
    for node in contract.of(kind):
        content = node.value.get("content")
        names = content if isinstance(content, dict) else ()
        waiting.extend(join(node.pointer, "content", name, "schema") for name in names)
    found: set[str] = set()
    while waiting:
        pointer, value = contract.end(waiting.pop())
        if isinstance(value, dict) and pointer not in found:
            found.add(pointer)
            waiting += _below(pointer, value)
    return found


def _below(pointer: str, value: dict[str, Any]) -> Iterator[str]:
    yield from parts(pointer, value)
    yield from (
        f"{pointer}/{key}" for key in ("items", "additionalProperties") if isinstance(value.get(key), dict)
    )
    properties = value.get("properties")
    yield from (
        join(pointer, "properties", name) for name in (properties if isinstance(properties, dict) else ())
    )
    reference = value.get("$ref")
    if isinstance(reference, str):
        yield from_fragment(reference.removeprefix("#"))
