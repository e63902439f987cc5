"""Rules about paths, operations, their parameters and their responses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from creditkit.documents import as_dict, join, last

from .contract import Contract, Diagnostic, Operation, is_json, template_names

_RESERVED = ("accept", "content-type", "authorization")
_BODILESS = ("204", "304", "205")


def operation_id_unique(contract: Contract) -> Iterator[Diagnostic]:
    """Two operations with one id."""
    first: dict[str, Operation] = {}
    for operation in contract.operations:
        name = operation.value.get("operationId")
        if isinstance(name, str) and first.setdefault(name, operation).pointer != operation.pointer:
            message = f"{name} is the id of {first[name].label}, too"
            yield Diagnostic(join(operation.pointer, "operationId"), message)


def path_ambiguous(contract: Contract) -> Iterator[Diagnostic]:
    """Two paths that differ in nothing but the names of their parameters."""
    first: dict[str, str] = {}
    for path in as_dict(contract.document.get("paths")):
        shape = re.sub(r"\{[^{}]*\}", "{}", path)
        if path.startswith("/") and first.setdefault(shape, path) != path:
            yield Diagnostic(join("/paths", path), f"no request can tell it from {first[shape]}")


def path_parameter(contract: Contract) -> Iterator[Diagnostic]:
    """A name in a path that is no parameter, or a path parameter that the path does not have."""
    reported: set[str] = set()
    for path in as_dict(contract.document.get("paths")):
        names = template_names(path)
        if path.startswith("/") and len(set(names)) < len(names):
            yield Diagnostic(join("/paths", path), f"{path} has one name in two places")
    for operation in contract.operations:
        names = template_names(operation.path)
        declared = {parameter.key[1] for parameter in operation.parameters if parameter.key[0] == "path"}
        for name in names:
            if name not in declared:
                message = f"{operation.label} does not declare its path parameter {name}"
                yield Diagnostic(operation.pointer, message)
        for parameter in operation.parameters:
            place, name = parameter.key
            if place == "path" and name not in names and parameter.listed not in reported:
                reported.add(parameter.listed)
                yield Diagnostic(parameter.listed, f"{operation.path} has no {{{name}}}")


def parameter_unique(contract: Contract) -> Iterator[Diagnostic]:
    """One list with the same parameter twice."""
    reported: set[str] = set()
    for operation in contract.operations:
        for listed in (operation.own, operation.shared):
            seen: set[tuple[str, str]] = set()
            for parameter in listed:
                place, name = parameter.key
                if parameter.key in seen and parameter.listed not in reported:
                    reported.add(parameter.listed)
                    yield Diagnostic(parameter.listed, f"the {place} parameter {name} is listed twice")
                seen.add(parameter.key)


def header_reserved(contract: Contract) -> Iterator[Diagnostic]:
    """A header whose description OpenAPI says to ignore."""
    reported: set[str] = set()
    for operation in contract.operations:
        for parameter in operation.parameters:
            place, name = parameter.key
            if place == "header" and name in _RESERVED and parameter.pointer not in reported:
                reported.add(parameter.pointer)
                message = f"a parameter for {parameter.value['name']} is ignored"
                yield Diagnostic(join(parameter.pointer, "name"), message)
    for node in contract.of("response"):
        for name in as_dict(node.value.get("headers")):
            if name.lower() == "content-type":
                yield Diagnostic(join(node.pointer, "headers", name), f"a description of {name} is ignored")


def body_ignored(contract: Contract) -> Iterator[Diagnostic]:
    """A body for a request that has none by HTTP."""
    for operation in contract.operations:
        if operation.method in ("get", "head") and "requestBody" in operation.value:
            message = f"the body of a {operation.method.upper()} request has no meaning"
            yield Diagnostic(join(operation.pointer, "requestBody"), message)


def server_variable(contract: Contract) -> Iterator[Diagnostic]:
    """A server's URL and its variables that do not fit together."""
    for node in contract.of("server"):
        variables = as_dict(node.value.get("variables"))
        names = template_names(str(node.value.get("url", "")))
        for name in names:
            if name not in variables:
                yield Diagnostic(join(node.pointer, "url"), f"there is no variable {name}")
        for name, variable in variables.items():
            place = join(node.pointer, "variables", name)
            if name not in names:
                yield Diagnostic(place, f"the URL has no {{{name}}}")
            values = variable.get("enum") if isinstance(variable, dict) else None
            if isinstance(values, list) and "default" in variable and variable["default"] not in values:
                yield Diagnostic(join(place, "default"), f"{variable['default']!r} is not in the enum")


def tag_unique(contract: Contract) -> Iterator[Diagnostic]:
    """Two tags with one name."""
    seen: set[str] = set()
    for node in contract.of("tag"):
        name = node.value.get("name")
        if isinstance(name, str):
            if name in seen:
                yield Diagnostic(join(node.pointer, "name"), f"the tag {name} is described twice")
            seen.add(name)


def error_response(contract: Contract) -> Iterator[Diagnostic]:
    """An operation without a response for requests that it refuses."""
    for operation in contract.operations:
        statuses = operation.value.get("responses")
        if isinstance(statuses, dict) and not any(
            status == "default" or (len(status) == 3 and status.startswith("4")) for status in statuses
        ):
            message = f"{operation.label} documents no response of 400 to 499"
            yield Diagnostic(join(operation.pointer, "responses"), message)


def response_bodiless(contract: Contract) -> Iterator[Diagnostic]:
    """A body for a response that has none by HTTP."""
    reported: set[str] = set()
    for _operation, status, pointer, response in _responses(contract):
        bodiless = status in _BODILESS or status.startswith("1")
        if bodiless and response.get("content") and pointer not in reported:
            reported.add(pointer)
            yield Diagnostic(join(pointer, "content"), f"a response of {status} has no body")


def response_content(contract: Contract) -> Iterator[Diagnostic]:
    """A response to GET without a media type."""
    for operation, status, pointer, response in _responses(contract):
        if operation.method == "get" and status in ("200", "203", "206") and not response.get("content"):
            yield Diagnostic(pointer, f"{operation.label} answers {status} with no content type")


def media_type_name(contract: Contract) -> Iterator[Diagnostic]:
    """A key of `content` that is no media type."""
    for node in contract.of("request-body", "response", "parameter", "header"):
        for name in as_dict(node.value.get("content")):
            if name.count("/") != 1 or not all(name.split(";")[0].strip().split("/")):
                yield Diagnostic(join(node.pointer, "content", name), f"{name!r} is no media type")


def content_schema(contract: Contract) -> Iterator[Diagnostic]:
    """JSON without a schema."""
    for node in contract.of("media-type"):
        if "schema" not in node.value and is_json(last(node.pointer)):
            yield Diagnostic(node.pointer, "the JSON here has no schema")


def _responses(contract: Contract) -> Iterator[tuple[Operation, str, str, dict[str, Any]]]:
    for operation in contract.operations:
        for status in as_dict(operation.value.get("responses")):
            pointer, response = contract.end(join(operation.pointer, "responses", status))
            if isinstance(response, dict) and not status.startswith("x-"):
                yield operation, status, pointer, response
