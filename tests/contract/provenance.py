"""Provenance: which elements of a contract go beyond the documented page without saying where they come from.

An element is an operation, a parameter, a media type, a status, a header, a link, a security scheme, a
field, or a keyword that narrows a documented field. Its `x-source` may stand on it or on what encloses it,
up to the nearest `$ref`. A field that the page does not have needs its own: the source of the schema
around it speaks of the documented fields.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract.walk import operations
from creditkit.contract import Fact, resolve

# What the page itself says of a schema, and what carries no claim.
_SAID = frozenset({"type", "format", "items", "properties", "description", "example", "x-source"})
_SAID_OF_PARAMETERS = frozenset({"name", "in", "schema", "description", "example", "x-source"})
_LISTS = ("oneOf",)


@dataclass(frozen=True, slots=True)
class Element:
    """A node with the place where it stands, and whether an x-source covers it there."""

    where: str
    node: Mapping[str, Any]
    covered: bool
    own: bool


class Walk:
    """One walk through a document, for the facts that the page gives."""

    def __init__(self, document: Mapping[str, Any], facts: Collection[Fact]) -> None:
        self._document = document
        self._said = {(fact.operation, fact.place, fact.name) for fact in facts}
        self._documented = {fact.operation for fact in facts}
        self._shared = {(fact.place, fact.name) for fact in facts}
        self._with_body = {fact.operation for fact in facts if fact.place == "request"}

    def unexplained(self) -> Iterator[str]:
        """The elements without a source, each as a readable path."""
        for path, method, operation in operations(self._document):
            item = self._document["paths"][path]
            yield from self._operation(self._enter(operation, method, None), item)
            refusal = self._enter(item["x-method-not-allowed"], f"{path} 405", None)
            yield from self._response(refusal, "", said=False)
        for key, node in self._document.get("x-answers", {}).items():
            yield from self._schema(self._enter(node, key, None), "", "response", said=False)

    def _enter(self, node: Mapping[str, Any], where: str, parent: Element | None) -> Element:
        target = resolve(self._document, node)
        inherited = parent is not None and parent.covered and "$ref" not in node
        own = "x-source" in target
        return Element(where, target, own or inherited, own)

    def _operation(self, parent: Element, item: Mapping[str, Any]) -> Iterator[str]:
        name = parent.node["operationId"]
        operation = Element(name, parent.node, parent.covered, parent.own)
        if name not in self._documented and not operation.covered:
            yield name
        for node in [*item.get("parameters", []), *operation.node.get("parameters", [])]:
            yield from self._parameter(self._enter(node, name, operation), name)
        for requirement in operation.node["security"]:
            for scheme in requirement:
                node = self._document["components"]["securitySchemes"][scheme]
                yield from _without(
                    self._enter({**node, "$ref": f"#/components/securitySchemes/{scheme}"}, scheme, None)
                )
        if "requestBody" in operation.node:
            body = self._enter(operation.node["requestBody"], f"{name} request", operation)
            yield from _keywords(body, frozenset({"content", "description", "x-source"}), {"required": False})
            yield from self._content(body, name, "request", said=name in self._with_body)
        for status, node in operation.node["responses"].items():
            response = self._enter(node, f"{name} {status}", operation)
            yield from self._response(response, name, said=(name, "status", status) in self._said)

    def _parameter(self, parameter: Element, name: str) -> Iterator[str]:
        place, key = parameter.node["in"], parameter.node["name"]
        at = Element(f"{name} {place} {key}", parameter.node, parameter.covered, parameter.own)
        # An operation that is not on the page may share a parameter with one that is.
        said = self._said if name in self._documented else {(name, *pair) for pair in self._shared}
        if (name, place, key) not in said:
            yield from _without(at)
        yield from _keywords(at, _SAID_OF_PARAMETERS, {})
        schema = self._enter(at.node["schema"], at.where, at)
        yield from self._schema(schema, name, place, said=True)

    def _response(self, response: Element, name: str, *, said: bool) -> Iterator[str]:
        if not said:
            yield from _without(response)
        for kind in ("headers", "links"):
            for key, node in response.node.get(kind, {}).items():
                yield from _without(self._enter(node, f"{response.where} {kind} {key}", response))
        yield from self._content(response, name, "response", said=said)

    def _content(self, body: Element, name: str, place: str, *, said: bool) -> Iterator[str]:
        for media_type, node in body.node.get("content", {}).items():
            content = self._enter(node, f"{body.where} {media_type}", body)
            if not said or media_type != "application/json":
                yield from _without(content)
            schema = self._enter(content.node["schema"], content.where, content)
            yield from self._schema(schema, name, place, said=said)

    def _schema(
        self, schema: Element, name: str, place: str, *, said: bool, prefix: str = ""
    ) -> Iterator[str]:
        if not said:
            yield from _without(schema)
        yield from _keywords(schema, _SAID, {})
        for keyword in _LISTS:
            for node in schema.node.get(keyword, []):
                yield from self._schema(self._enter(node, schema.where, schema), name, place, said=said)
        if "items" in schema.node:
            item = self._enter(schema.node["items"], schema.where, schema)
            yield from self._schema(item, name, place, said=said, prefix=prefix)
        for key, node in schema.node.get("properties", {}).items():
            field = self._enter(node, f"{schema.where} {key}", schema)
            documented = (name, place, prefix + key) in self._said
            if said and not documented and not field.own:
                yield field.where
            inner = f"{prefix}{key}."
            yield from self._schema(field, name, place, said=said and documented, prefix=inner)


def _without(element: Element) -> Iterator[str]:
    if not element.covered:
        yield element.where


def _keywords(element: Element, said: frozenset[str], unless: Mapping[str, Any]) -> Iterator[str]:
    """The keywords beyond what the page says, unless they have the value that says nothing."""
    if not element.covered:
        for keyword, value in element.node.items():
            if keyword not in said and unless.get(keyword, ...) != value:
                yield f"{element.where} {keyword}"
