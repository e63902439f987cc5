"""Reading: the operations of a contract.

    >>> wire = read_wire(read_source("openapi.yaml"))
    >>> [str(operation) for operation in wire.operations.values()][:2]
    ['GET /api/customer-credits/', 'POST /api/customer-credits/']

What is malformed is passed over, since the gate of the review tells of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from creditkit.documents import Missing, join
from creditkit.review.grammar import METHODS
from creditkit.review.references import follow
from creditkit.review.source import Source

from .operations import Body, Header, Media, Operation, Parameter, Response, Wire
from .schemas import Schemas
from .security import alternatives
from .servers import addresses
from .views import ANY, Node

SLOT = re.compile(r"\{([^{}/]*)\}")
"""A path parameter in a path."""

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
# Security schemes and the media types of bodies speak of these (OpenAPI 3.0.3, Parameter Object).
_NOT_PARAMETERS = ("accept", "content-type", "authorization")


def read_wire(source: Source) -> Wire:
    """The contract as what goes over the wire."""
    wire = Wire(source, {}, Schemas(source, "request"), Schemas(source, "response"))
    reader = Reader(wire)
    found: dict[tuple[str, str], Operation] = {}
    for path in _members(source.document, "paths"):
        if path.startswith("/"):
            for operation in reader.item(path, join("/paths", path)):
                found.setdefault((operation.method, operation.shape), operation)
    return replace(wire, operations=found)


class Reader:
    """Reads the operations of one contract."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._document = wire.source.document

    def item(self, path: str, pointer: str) -> Iterator[Operation]:
        """The operations of one path; `pointer` is where they are described."""
        at, item = self._at(pointer)
        for method in METHODS:
            if isinstance(item.get(method), dict):
                yield self._operation(path, method, at, item)

    def _operation(self, path: str, method: str, above: str, item: Mapping[str, Any]) -> Operation:
        at = join(above, method)
        value = item[method]
        has_security = "security" in value
        servers = value.get("servers") or item.get("servers") or self._document.get("servers")
        return Operation(
            method=method.upper(),
            path=path,
            shape=SLOT.sub("{}", path),
            at=at,
            name=str(value.get("operationId", "")),
            deprecated=value.get("deprecated") is True,
            parameters=self._parameters(path, above, item, at, value),
            body=self._body(at, value),
            responses=dict(self._responses(at, value)),
            security=alternatives(
                self._wire.source, value["security"] if has_security else self._document.get("security")
            ),
            security_at=join(at, "security") if has_security else "/security",
            servers=addresses(servers),
        )

    def _parameters(
        self, path: str, above: str, item: Mapping[str, Any], at: str, value: Mapping[str, Any]
    ) -> dict[str, Parameter]:
        positions = {name: number for number, name in enumerate(SLOT.findall(path))}
        found: dict[str, Parameter] = {}
        for pointer, holder in ((above, item), (at, value)):
            listed = holder.get("parameters")
            for number, _ in enumerate(listed if isinstance(listed, list) else []):
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
        for name in _members(value, "content"):
            inner, media = self._at(join(at, "content", name))
            return name.lower(), self._wire.requests.node(join(inner, "schema")) if "schema" in media else ANY
        return "", self._wire.requests.node(join(at, "schema"))

    def _body(self, above: str, value: Mapping[str, Any]) -> Body | None:
        if "requestBody" not in value:
            return None
        at, body = self._at(join(above, "requestBody"))
        return Body(at, body.get("required") is True, self._media(at, body, self._wire.requests))

    def _responses(self, above: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Response]]:
        for status in _members(value, "responses"):
            if not status.startswith("x-"):
                at, response = self._at(join(above, "responses", status))
                headers = {name.lower(): self._header(at, name) for name in _members(response, "headers")}
                headers.pop("content-type", None)
                media = self._media(at, response, self._wire.responses)
                named = status if status == "default" else status.upper()
                links = {name: self._at(join(at, "links", name))[1] for name in _members(response, "links")}
                yield named, Response(named, at, media, headers, links)

    def _header(self, above: str, name: str) -> Header:
        at, value = self._at(join(above, "headers", name))
        content, node = self._content(at, value)
        return Header(
            name,
            at,
            value.get("required") is True,
            value.get("explode") is True,
            content,
            node,
            self._examples(at, value),
        )

    def _media(self, above: str, value: Mapping[str, Any], schemas: Schemas) -> dict[str, Media]:
        found: dict[str, Media] = {}
        for name, media in _members(value, "content").items():
            at = join(above, "content", name)
            plain = re.sub(r"\s*;\s*charset=[^;]*", "", name.lower())
            encodings = self._encodings(media)
            node, examples = schemas.node(join(at, "schema")), self._examples(at, media)
            found.setdefault(plain, Media(plain, at, node, examples, encodings))
        return found

    def _encodings(self, media: Any) -> dict[str, Mapping[str, Any]]:
        """How the parts of a form are written, by their names."""
        found = _members(media, "encoding") if isinstance(media, dict) else {}
        return {part: one for part, one in found.items() if isinstance(one, dict)}

    def _examples(self, at: str, value: Any) -> tuple[Any, ...]:
        """The examples of a parameter, a header or a media type."""
        if not isinstance(value, dict):
            return ()
        named = [self._at(join(at, "examples", name))[1] for name in _members(value, "examples")]
        found = [value["example"]] if "example" in value else []
        return (*found, *(one["value"] for one in named if "value" in one))

    def _at(self, pointer: str) -> tuple[str, Mapping[str, Any]]:
        """Where the references from a pointer end, and the object there: an empty one if there is none."""
        try:
            at, value = follow(self._document, pointer)
        except Missing:
            return pointer, {}
        return at, value if isinstance(value, dict) else {}


def _members(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}
