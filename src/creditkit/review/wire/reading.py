"""Reading the operations of a contract, and the events that the API sends to its clients.

    >>> wire = read_wire(read_source("openapi.yaml"))
    >>> [str(operation) for operation in wire.operations.values()][:2]
    ['GET /api/customer-credits/', 'POST /api/customer-credits/']

An event (a webhook or callback) is read as an operation whose client is the API. Its `path` and `shape` are
a description: `webhook credit-expired`. In its body `readOnly` properties travel and `writeOnly` ones do
not; in the client's answer it is the other way round. Malformed parts are skipped: the OpenAPI validator
reports them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from creditkit.documents import as_dict, as_list, join
from creditkit.review.source import OperationNode, Source, operations_of

from .operations import (
    Body,
    Header,
    Key,
    Media,
    Operation,
    Parameter,
    Response,
    Wire,
    security_alternatives,
)
from .schemas import Schemas
from .servers import addresses
from .views import ANY, Node

SLOT = re.compile(r"\{([^{}/]*)\}")
"""A path parameter in a path."""

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
# Security schemes and the media types of bodies describe these (OpenAPI 3.0.3, Parameter Object).
_NOT_PARAMETERS = ("accept", "content-type", "authorization")


def read_wire(source: Source) -> Wire:
    """The contract as it goes over the wire."""
    wire = Wire(source, {}, Schemas(source, "request"), Schemas(source, "response"))
    reader = _Reader(wire)
    found: dict[Key, Operation] = {}
    for path in as_dict(source.document.get("paths")):
        if path.startswith("/"):
            for operation in reader.operations(path, join("/paths", path)):
                found.setdefault((operation.method, operation.shape), operation)
    return replace(wire, operations=found)


def read_events(wire: Wire) -> Wire:
    """The events of a contract whose operations were read."""
    source = wire.source
    events = Wire(source, {}, Schemas(source, "response"), Schemas(source, "request"))
    reader = _Reader(events)
    found: dict[Key, Operation] = {}
    for name, title, pointer in (*_webhooks(source), *_callbacks(wire)):
        for event in reader.operations(title, pointer):
            # Only two callbacks to the same address are distinguished by their names.
            label = f"{title} ({name})" if (event.method, title) in found else title
            named = replace(event, path=label, shape=label, security=())
            found.setdefault((event.method, label), named)
    return replace(events, operations=found)


def _webhooks(source: Source) -> Iterator[tuple[str, str, str]]:
    """Name, description and pointer of every webhook."""
    for name in as_dict(source.document.get("webhooks")):
        yield name, _without_braces(f"webhook {name}"), join("/webhooks", name)


def _callbacks(wire: Wire) -> Iterator[tuple[str, str, str]]:
    """Name, description and pointer of every callback."""
    for operation in wire.operations.values():
        parent = f"{operation.method} {operation.shape.replace('{}', '*')}"
        holder = wire.source.object_at(operation.at)[1]
        for name in sorted(as_dict(holder.get("callbacks"))):
            at, callback = wire.source.object_at(join(operation.at, "callbacks", name))
            for expression in callback:
                if not expression.startswith("x-"):
                    title = _without_braces(f"callback to {expression} of {parent}")
                    yield name, title, join(at, expression)


def _without_braces(title: str) -> str:
    """A description without braces, which would mean parameters of a path."""
    return SLOT.sub(r"\1", title).replace("{", "").replace("}", "")


class _Reader:
    """Reads the operations of one contract."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._document = wire.source.document
        self._at = wire.source.object_at

    def operations(self, path: str, pointer: str) -> Iterator[Operation]:
        """The operations of the path item at a pointer."""
        for node in operations_of(path, pointer, self._at):
            yield self._operation(node)

    def _operation(self, node: OperationNode) -> Operation:
        at, value = node.pointer, node.value
        has_security = "security" in value
        security = value["security"] if has_security else self._document.get("security")
        servers = value.get("servers") or node.item.get("servers") or self._document.get("servers")
        return Operation(
            method=node.method.upper(),
            path=node.path,
            shape=SLOT.sub("{}", node.path),
            at=at,
            name=str(value.get("operationId", "")),
            deprecated=value.get("deprecated") is True,
            parameters=self._parameters(node),
            body=self._body(at, value),
            responses=dict(self._responses(at, value)),
            security=security_alternatives(self._wire.source, security),
            security_at=join(at, "security") if has_security else "/security",
            servers=addresses(servers),
        )

    def _parameters(self, node: OperationNode) -> dict[str, Parameter]:
        positions = {name: number for number, name in enumerate(SLOT.findall(node.path))}
        found: dict[str, Parameter] = {}
        for pointer, holder in ((node.above, node.item), (node.pointer, node.value)):
            for number, _ in enumerate(as_list(holder.get("parameters"))):
                parameter = self._parameter(join(pointer, "parameters", number), positions)
                if parameter is not None:
                    found[parameter.key] = parameter
        return found

    def _parameter(self, pointer: str, positions: Mapping[str, int]) -> Parameter | None:
        at, value = self._at(pointer)
        location, name = str(value.get("in")), value.get("name")
        if not isinstance(name, str) or location not in _STYLES:
            return None
        if (location == "header" and name.lower() in _NOT_PARAMETERS) or (
            location == "path" and name not in positions
        ):
            return None
        style = str(value.get("style", _STYLES[location]))
        content, node = self._content(at, value)
        return Parameter(
            location=location,
            name=name,
            position=positions[name] if location == "path" else -1,
            at=at,
            required=location == "path" or value.get("required") is True,
            style=style,
            explode=value.get("explode", style == "form") is True,
            reserved=value.get("allowReserved") is True,
            empty=location == "query" and value.get("allowEmptyValue") is True,
            deprecated=value.get("deprecated") is True,
            content=content,
            node=node,
            examples=self._examples(at, value),
        )

    def _content(self, at: str, value: Mapping[str, Any]) -> tuple[str, Node]:
        """The media type and schema of a parameter or header; no media type where its style is used."""
        for name in as_dict(value.get("content")):
            inner, media = self._at(join(at, "content", name))
            return name.lower(), self._wire.requests.node(join(inner, "schema")) if "schema" in media else ANY
        return "", self._wire.requests.node(join(at, "schema"))

    def _body(self, above: str, value: Mapping[str, Any]) -> Body | None:
        if "requestBody" not in value:
            return None
        at, body = self._at(join(above, "requestBody"))
        return Body(at, body.get("required") is True, self._media(at, body, self._wire.requests))

    def _responses(self, above: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Response]]:
        for status in as_dict(value.get("responses")):
            if not status.startswith("x-"):
                at, response = self._at(join(above, "responses", status))
                names = as_dict(response.get("headers"))
                headers = {name.lower(): self._header(at, name) for name in names}
                headers.pop("content-type", None)
                media = self._media(at, response, self._wire.responses)
                named = status if status == "default" else status.upper()
                links = {
                    name: self._at(join(at, "links", name))[1] for name in as_dict(response.get("links"))
                }
                yield named, Response(named, at, media, headers, links)

    def _header(self, above: str, name: str) -> Header:
        at, value = self._at(join(above, "headers", name))
        content, node = self._content(at, value)
        required, explode = value.get("required") is True, value.get("explode") is True
        return Header(name, at, required, explode, content, node, self._examples(at, value))

    def _media(self, above: str, value: Mapping[str, Any], schemas: Schemas) -> dict[str, Media]:
        found: dict[str, Media] = {}
        for name, media in as_dict(value.get("content")).items():
            at = join(above, "content", name)
            plain = re.sub(r"\s*;\s*charset=[^;]*", "", name.lower())
            parts = as_dict(as_dict(media).get("encoding"))
            encodings = {part: one for part, one in parts.items() if isinstance(one, dict)}
            node, examples = schemas.node(join(at, "schema")), self._examples(at, media)
            found.setdefault(plain, Media(plain, at, node, examples, encodings))
        return found

    def _examples(self, at: str, value: Any) -> tuple[Any, ...]:
        """The examples of a parameter, a header or a media type."""
        if not isinstance(value, dict):
            return ()
        named = [self._at(join(at, "examples", name))[1] for name in as_dict(value.get("examples"))]
        found = [value["example"]] if "example" in value else []
        return (*found, *(one["value"] for one in named if "value" in one))
