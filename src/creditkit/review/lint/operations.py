"""Rules about paths, operations and what they are called with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from creditkit.documents import join

from .contract import Contract, Fault, Operation, template_names

_RESERVED = ("accept", "content-type", "authorization")


def operation_id_unique(contract: Contract) -> Iterator[Fault]:
    """Two operations have one id."""
    first: dict[str, Operation] = {}
    for operation in contract.operations:
        name = operation.value.get("operationId")
        if isinstance(name, str) and first.setdefault(name, operation).pointer != operation.pointer:
            yield Fault(
                join(operation.pointer, "operationId"), f"{name} is the id of {first[name].label}, too"
            )


def path_ambiguous(contract: Contract) -> Iterator[Fault]:
    """Two paths differ in nothing but the names of their parameters."""
    first: dict[str, str] = {}
    paths = contract.document.get("paths")
    for path in paths if isinstance(paths, dict) else ():
        shape = re.sub(r"\{[^{}]*\}", "{}", path)
        if path.startswith("/") and first.setdefault(shape, path) != path:
            yield Fault(join("/paths", path), f"no request can tell it from {first[shape]}")


def path_parameter(contract: Contract) -> Iterator[Fault]:
    """A name in a path that is no parameter, or a path parameter that the path does not have."""
    told: set[str] = set()
    paths = contract.document.get("paths")
    for path in paths if isinstance(paths, dict) else ():
        names = template_names(path)
        if path.startswith("/") and len(set(names)) < len(names):
            yield Fault(join("/paths", path), f"{path} has one name in two places")
    for operation in contract.operations:
        names = template_names(operation.path)
        declared = {parameter.key[1] for parameter in operation.parameters if parameter.key[0] == "path"}
        for name in names:
            if name not in declared:
                yield Fault(
                    operation.pointer, f"{operation.label} does not declare its path parameter {name}"
                )
        for parameter in operation.parameters:
            if parameter.key[0] == "path" and parameter.key[1] not in names and parameter.listed not in told:
                told.add(parameter.listed)
                yield Fault(parameter.listed, f"{operation.path} has no {{{parameter.key[1]}}}")


def parameter_unique(contract: Contract) -> Iterator[Fault]:
    """One list has the same parameter twice."""
    told: set[str] = set()
    for operation in contract.operations:
        for listed in (operation.own, operation.shared):
            seen: set[tuple[str, str]] = set()
            for parameter in listed:
                if parameter.key in seen and parameter.listed not in told:
                    told.add(parameter.listed)
                    yield Fault(
                        parameter.listed,
                        f"the {parameter.key[0]} parameter {parameter.key[1]} is listed twice",
                    )
                seen.add(parameter.key)


def header_reserved(contract: Contract) -> Iterator[Fault]:
    """A header is described where OpenAPI says that the description shall be ignored."""
    told: set[str] = set()
    for operation in contract.operations:
        for parameter in operation.parameters:
            if (
                parameter.key[0] == "header"
                and parameter.key[1] in _RESERVED
                and parameter.pointer not in told
            ):
                told.add(parameter.pointer)
                yield Fault(
                    join(parameter.pointer, "name"), f"a parameter for {parameter.value['name']} is ignored"
                )
    for node in contract.of("response"):
        headers = node.value.get("headers")
        for name in headers if isinstance(headers, dict) else ():
            if name.lower() == "content-type":
                yield Fault(join(node.pointer, "headers", name), f"a description of {name} is ignored")


def body_ignored(contract: Contract) -> Iterator[Fault]:
    """A request that has no body by HTTP is given one."""
    for operation in contract.operations:
        if operation.method in ("get", "head") and "requestBody" in operation.value:
            message = f"the body of a {operation.method.upper()} request has no meaning"
            yield Fault(join(operation.pointer, "requestBody"), message)


def server_variable(contract: Contract) -> Iterator[Fault]:
    """A server's URL and its variables do not fit together."""
    for node in contract.of("server"):
        given = node.value.get("variables")
        variables: dict[str, Any] = given if isinstance(given, dict) else {}
        names = template_names(str(node.value.get("url", "")))
        for name in names:
            if name not in variables:
                yield Fault(join(node.pointer, "url"), f"there is no variable {name}")
        for name, variable in variables.items():
            place = join(node.pointer, "variables", name)
            if name not in names:
                yield Fault(place, f"the URL has no {{{name}}}")
            values = variable.get("enum") if isinstance(variable, dict) else None
            if isinstance(values, list) and "default" in variable and variable["default"] not in values:
                yield Fault(join(place, "default"), f"{variable['default']!r} is not in the enum")


def tag_unique(contract: Contract) -> Iterator[Fault]:
    """Two tags have one name."""
    seen: set[str] = set()
    for node in contract.of("tag"):
        name = node.value.get("name")
        if isinstance(name, str):
            if name in seen:
                yield Fault(join(node.pointer, "name"), f"the tag {name} is described twice")
            seen.add(name)
