"""Rules about everything that names another part: references, links, components, security."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from creditkit.documents import as_dict, as_list, from_fragment, join, tokens
from creditkit.review.source import MEMBERS, Node

from .contract import Contract, Diagnostic, Operation

_SECTIONS = {name: held[1:-1] for name, held in MEMBERS["components"].items()}
"""The kind of object in each section of `components`."""

_HARMLESS = frozenset(
    ("summary", "description", "title", "externalDocs", "example", "examples", "deprecated")
)
_BESIDE = ("path-item",)


def reference_resolves(contract: Contract) -> Iterator[Diagnostic]:
    """A `$ref` that leads to nothing, back to itself, or to a file that was not read."""
    for broken in contract.source.broken:
        yield Diagnostic(broken.pointer, f"{broken.reference} leads nowhere: {broken.problem}")


def reference_kind(contract: Contract) -> Iterator[Diagnostic]:
    """A `$ref` to a component of another kind."""
    for node in contract.references:
        parts = tokens(from_fragment(str(node.reference)))
        if len(parts) == 3 and parts[0] == "components":
            kind = _SECTIONS.get(parts[1])
            if kind is not None and kind != node.kind:
                yield Diagnostic(
                    join(node.pointer, "$ref"),
                    f"a {_words(node.kind)} stands here, and {parts[2]} is a {_words(kind)}",
                )


def reference_siblings(contract: Contract) -> Iterator[Diagnostic]:
    """A keyword beside a `$ref` that has no effect."""
    for node in contract.references:
        if node.kind in _BESIDE or not (contract.old or node.kind != "schema"):
            continue
        target = contract.resolve(node.value)
        for key, value in node.value.items():
            if key == "$ref" or key in _HARMLESS or key.startswith("x-"):
                continue
            if not (isinstance(target, dict) and target.get(key) == value):
                yield Diagnostic(join(node.pointer, key), f"`{key}` beside a `$ref` does not count")


def schema_loop(contract: Contract) -> Iterator[Diagnostic]:
    """A schema that is its own part, without a property or an item between."""
    direct = {broken.pointer for broken in contract.source.broken}
    for pointer in sorted(contract.compiler.loops):
        place = f"{pointer}/$ref"
        if place not in direct:
            yield Diagnostic(
                place, f"{contract.find(place)} leads back to this schema, with no property or item between"
            )


def component_used(contract: Contract) -> Iterator[Diagnostic]:
    """A component that no operation uses."""
    if not (contract.document.get("paths") or contract.document.get("webhooks")):
        return
    reached = _reached(contract)
    for section, members in as_dict(contract.document.get("components")).items():
        for name in as_dict(members) if section in _SECTIONS else ():
            pointer = join("/components", section, name)
            if pointer not in reached:
                yield Diagnostic(pointer, f"no operation uses the {_words(_SECTIONS[section])} {name}")


def link_target(contract: Contract) -> Iterator[Diagnostic]:
    """A link to no operation, or one with a parameter that the operation does not have."""
    for node in contract.of("link"):
        operation = None
        if isinstance(node.value.get("operationId"), str):
            operation = contract.operation_ids.get(node.value["operationId"])
            if operation is None:
                name = node.value["operationId"]
                yield Diagnostic(join(node.pointer, "operationId"), f"there is no operation {name}")
        elif str(node.value.get("operationRef", "")).startswith("#/"):
            pointer = from_fragment(node.value["operationRef"])
            operation = next((one for one in contract.operations if one.pointer == pointer), None)
            if contract.find(pointer) is None:
                message = f"there is no operation at {node.value['operationRef']}"
                yield Diagnostic(join(node.pointer, "operationRef"), message)
        if operation is not None:
            yield from _link_parameters(node, operation)


def security_declared(contract: Contract) -> Iterator[Diagnostic]:
    """A security requirement for a scheme that is not declared."""
    declared = as_dict(contract.find("/components/securitySchemes"))
    holders: list[tuple[str, Mapping[str, Any]]] = [("", contract.document)]
    holders += [(operation.pointer, operation.value) for operation in contract.operations]
    for pointer, holder in holders:
        for number, requirement in enumerate(as_list(holder.get("security"))):
            for name in as_dict(requirement):
                if name not in declared:
                    place = join(pointer, "security", number, name)
                    yield Diagnostic(place, f"there is no security scheme {name}")


def _link_parameters(node: Node, operation: Operation) -> Iterator[Diagnostic]:
    keys = {parameter.key for parameter in operation.parameters}
    names = {name for _where, name in keys} | {f"{where}.{name}" for where, name in keys}
    for name in as_dict(node.value.get("parameters")):
        if name not in names and name.lower() not in names:
            place = join(node.pointer, "parameters", name)
            yield Diagnostic(place, f"{operation.label} has no parameter {name}")


def _reached(contract: Contract) -> set[str]:
    """The pointers of the components that paths, webhooks and security requirements use."""
    waiting: list[Any] = [{key: value for key, value in contract.document.items() if key != "components"}]
    reached: set[str] = set()
    heirs = _heirs(contract)
    while waiting:
        for reference in _mentions(waiting.pop()):
            pointer = join("", *tokens(from_fragment(reference))[:3])
            if pointer not in reached:
                reached.add(pointer)
                waiting.append(contract.find(pointer))
                waiting += heirs.get(pointer, [])
    return reached


def _heirs(contract: Contract) -> dict[str, list[Any]]:
    """Schemas built on one with a discriminator: where the base is used, they are used by their names."""
    found: dict[str, list[Any]] = {}
    for node in contract.of("schema"):
        parts = tokens(node.pointer)
        for base in as_list(node.value.get("allOf")) if len(parts) == 3 else ():
            target = contract.resolve(base)
            if isinstance(base, dict) and isinstance(target, dict) and "discriminator" in target:
                reference = from_fragment(str(base.get("$ref", "#")))
                found.setdefault(reference, []).append({"$ref": f"#{node.pointer}"})
    return found


def _mentions(value: Any) -> Iterator[str]:
    """Every local reference in a value, at any depth, and every security scheme that it requires."""
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            for requirement in as_list(node.get("security")):
                yield from ("#" + join("/components/securitySchemes", name) for name in as_dict(requirement))
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, str) and node.startswith("#/"):
            yield node


def _words(kind: str) -> str:
    return kind.replace("-", " ")
