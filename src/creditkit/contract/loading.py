"""Loading: the operations of a contract, compiled from its document.

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
from importlib.resources.abc import Traversable
from typing import Any

from creditkit.documents import escape

from .document import inline, read, resolve
from .operations import Body, Contract, Header, Operation, Parameter, PathItem, Property, Response
from .schemas import Schema

METHODS = ("get", "post", "put", "patch", "delete", "head")
"""The methods that our contracts document, in the order in which `Allow` lists them."""


def load(source: Traversable) -> Contract:
    """The contract in `source`; raises ContractError."""
    return compiled(source.name, read(source))


def compiled(name: str, document: dict[str, Any]) -> Contract:
    """The compiled contract of a document; raises ContractError for a reference to nowhere or in a loop."""
    paths = tuple(
        _path_item(document, template, item) for template, item in document.get("paths", {}).items()
    )
    operations = {o.id: o for item in paths for o in item.operations.values()}
    return Contract(name=name, document=document, paths=paths, operations=operations)


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
    """The methods that `Allow` lists: HEAD comes with GET, and OPTIONS is always in it (observed D24)."""
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
