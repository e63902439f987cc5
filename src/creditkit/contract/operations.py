"""Operations: what a contract says of each path and method, ready to be asked at request time.

>>> contract = load(API)
>>> operation = contract.operations["customer_credits_create"]
>>> operation.method, operation.path, operation.role
('POST', '/api/customer-credits/', 'staff')
>>> [p.name for p in operation.bodies["application/json"].properties][:2]
['value', 'customer']
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any

from .document import escape, inline, read, resolve
from .schemas import Schema

METHODS = ("get", "post", "put", "patch", "delete", "head")
"""The methods that a contract of ours documents, in the order in which `Allow` names them."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One documented parameter. `lenient` is the contract's `x-lenient`, empty when it has none."""

    name: str
    location: str
    schema: Mapping[str, Any]
    lenient: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a request body; `schema` has its references inlined."""

    name: str
    schema: Mapping[str, Any]
    required: bool
    pointer: str
    compiled: Schema = field(repr=False, compare=False)

    @property
    def nullable(self) -> bool:
        """Whether null is a value of it."""
        return bool(self.schema.get("nullable", False))


@dataclass(frozen=True, slots=True)
class Body:
    """A request body in one media type: its properties in the order in which they are declared.

    `places` tells by name which one a property is, and its pointer. `compiled` holds all of them at once to
    their schemas, and asks for none.
    """

    media_type: str
    properties: tuple[Property, ...]
    pointer: str
    places: Mapping[str, tuple[int, str]] = field(repr=False)
    compiled: Schema = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Header:
    """A documented response header; `name` is in lower case, `key` the same as it goes over the wire."""

    name: str
    key: bytes
    required: bool
    schema: Schema
    is_integer: bool


@dataclass(frozen=True, slots=True)
class Response:
    """A documented response: its headers, and one compiled schema for each media type of its body."""

    status: int
    headers: tuple[Header, ...]
    content: Mapping[str, Schema]
    pointer: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation. `role` is the contract's `x-role`: empty when any user may call it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    role: str
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Body]
    responses: Mapping[int, Response]
    pointer: str


@dataclass(frozen=True, slots=True)
class PathItem:
    """One path template, its operations by upper-case method, and what any other method is answered.

    `is_literal` says whether the path has no parameters, so that its template is all that fits. `allow` are
    the methods that the header `Allow` names, and `allow_header` is its value.
    """

    template: str
    operations: Mapping[str, Operation]
    method_not_allowed: Response
    allow: tuple[str, ...]
    allow_header: bytes
    is_literal: bool
    pattern: re.Pattern[str] = field(repr=False)

    def operation(self, method: str) -> Operation | None:
        """The operation that answers a method: HEAD, where the path has none for it, is as GET."""
        return self.operations.get(method) or (self.operations.get("GET") if method == "HEAD" else None)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract: its document, its paths, and its operations by operationId."""

    name: str
    document: dict[str, Any] = field(repr=False)
    paths: tuple[PathItem, ...] = field(repr=False)
    operations: Mapping[str, Operation] = field(repr=False)

    def schema(self, pointer: str) -> Schema:
        """The schema at a pointer such as `#/components/schemas/Problem`, compiled."""
        return Schema(inline(self.document, {"$ref": pointer}))


def load(source: Traversable) -> Contract:
    """The contract in `source`; raises ContractError."""
    return compiled(source.name, read(source))


def compiled(name: str, document: dict[str, Any]) -> Contract:
    """The contract that a document is; raises ContractError where a reference leads nowhere or in a loop."""
    paths = tuple(
        _path_item(document, template, item) for template, item in document.get("paths", {}).items()
    )
    operations = {o.id: o for item in paths for o in item.operations.values()}
    return Contract(name=name, document=document, paths=paths, operations=operations)


def match(paths: tuple[PathItem, ...], path: str) -> tuple[PathItem, dict[str, str]] | None:
    """The path item whose template the path fits, with the values of its parameters; else None."""
    for item in paths:
        if item.is_literal:
            if path == item.template:
                return item, {}
        elif found := item.pattern.fullmatch(path):
            return item, found.groupdict()
    return None


def _path_item(document: Mapping[str, Any], template: str, item: Mapping[str, Any]) -> PathItem:
    pointer = f"#/paths/{escape(template)}"
    shared = item.get("parameters", [])
    pattern = "".join(
        f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{\w+\})", template)
    )
    operations = {
        method.upper(): _operation(document, template, method, item[method], shared)
        for method in METHODS
        if method in item
    }
    allow = _allow(operations)
    return PathItem(
        template=template,
        operations=operations,
        method_not_allowed=_response(document, 405, item["x-method-not-allowed"], pointer),
        allow=allow,
        allow_header=", ".join(allow).encode(),
        is_literal="{" not in template,
        pattern=re.compile(pattern),
    )


def _allow(operations: Mapping[str, Operation]) -> tuple[str, ...]:
    """The methods that `Allow` names. HEAD comes with GET, and OPTIONS is always there (observed D24)."""
    methods = list(operations)
    if "GET" in methods and "HEAD" not in methods:
        methods.append("HEAD")
    return (*methods, "OPTIONS")


def _operation(
    document: Mapping[str, Any], path: str, method: str, node: Mapping[str, Any], shared: list[Any]
) -> Operation:
    pointer = f"#/paths/{escape(path)}/{method}"
    body = resolve(document, node.get("requestBody", {}))
    return Operation(
        id=node["operationId"],
        method=method.upper(),
        path=path,
        summary=node.get("summary", ""),
        description=node.get("description", ""),
        role=node.get("x-role", ""),
        parameters=tuple(_parameter(document, p) for p in [*shared, *node.get("parameters", [])]),
        bodies={
            media_type: _body(document, media_type, content["schema"])
            for media_type, content in body.get("content", {}).items()
        },
        responses={
            int(status): _response(document, int(status), response, f"{pointer}/responses/{status}")
            for status, response in node["responses"].items()
        },
        pointer=pointer,
    )


def _parameter(document: Mapping[str, Any], node: Mapping[str, Any]) -> Parameter:
    parameter = resolve(document, node)
    return Parameter(
        name=parameter["name"],
        location=parameter["in"],
        schema=inline(document, parameter["schema"]),
        lenient=parameter.get("x-lenient", ""),
        pointer=node.get("$ref", f"parameter {parameter['name']}"),
    )


def _body(document: Mapping[str, Any], media_type: str, node: Mapping[str, Any]) -> Body:
    schema = resolve(document, node)
    pointer = node.get("$ref", "")
    properties = []
    for name, item in schema.get("properties", {}).items():
        inlined = inline(document, item)
        properties.append(
            Property(
                name=name,
                schema=inlined,
                required=name in schema.get("required", ()),
                pointer=item.get("$ref", f"{pointer}/properties/{name}"),
                compiled=Schema(inlined),
            )
        )
    return Body(
        media_type=media_type,
        properties=tuple(properties),
        pointer=pointer,
        places={item.name: (number, item.pointer) for number, item in enumerate(properties)},
        compiled=Schema({"type": "object", "properties": {item.name: item.schema for item in properties}}),
    )


def _response(document: Mapping[str, Any], status: int, node: Mapping[str, Any], pointer: str) -> Response:
    response = resolve(document, node)
    return Response(
        status=status,
        headers=tuple(_header(document, name, h) for name, h in response.get("headers", {}).items()),
        content={
            media_type: Schema(inline(document, content["schema"]))
            for media_type, content in response.get("content", {}).items()
        },
        pointer=node.get("$ref", pointer),
    )


def _header(document: Mapping[str, Any], name: str, node: Mapping[str, Any]) -> Header:
    header = resolve(document, node)
    schema = inline(document, header["schema"])
    return Header(
        name=name.lower(),
        key=name.lower().encode("ascii"),
        required=bool(header.get("required", False)),
        schema=Schema(schema),
        is_integer=schema.get("type") == "integer",
    )
