"""Elements: everything that a contract says of its operations, each with what documentation would call it.

An element is an operation, a parameter, a request body, a media type, a status, a header, a link, a
security scheme or a field, and every schema that says more than a type. Each knows the `x-source` that
covers it: its own, or that of what encloses it, up to the nearest `$ref`. What is shared is met once for
each operation that uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from creditkit.contract import Fact, body_words, parameter_words, type_words
from creditkit.documents import join

from .nodes import SOURCE, At, Nodes

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_JSON = "application/json"
# What a page of documentation says of each thing, and what carries no claim.
_SAID = {
    "operation": None,
    "parameter": {"name", "in", "schema", "content", "description", "example", "examples", SOURCE},
    "request body": {"content", "description", SOURCE},
    "schema": {
        "type",
        "format",
        "items",
        "properties",
        "description",
        "title",
        "example",
        "examples",
        SOURCE,
    },
}
_OF_OPERATIONS = ("callbacks", "deprecated")
_LISTS = ("allOf", "oneOf", "anyOf")
_DEEP = 6
# A response that a path item gives to methods it does not list, and schemas of answers that no path has.
_OTHER_RESPONSE = "x-method-not-allowed"
_OTHER_ANSWERS = "x-answers"


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a contract says, at one operation.

    `label` is for people, `says` the same as a fact if it is of the kind that facts are about. `source`
    is the x-source that covers it and `is_own` whether it stands on the element itself. `more` names
    the keywords by which it says more than name and type. `operation` is empty outside all operations,
    and `place` outside its bodies.
    """

    pointer: str
    kind: str
    label: str
    operation: str
    says: Fact | None
    source: str
    is_own: bool
    more: tuple[str, ...]
    place: str = ""
    named: str = ""


def elements(document: Mapping[str, Any], facts: Iterable[Fact]) -> Iterator[Element]:
    """Every element of a contract whose references all lead within it.

    Fields are followed from body to body as far as the facts tell them; any other schema is entered
    once, however many use it.
    """
    yield from _Walk(document, facts).all()


class _Walk:
    """One walk through a document."""

    def __init__(self, document: Mapping[str, Any], facts: Iterable[Fact]) -> None:
        self._root = At(document, "")
        self._enter = Nodes(document).enter
        told = [(fact.operation, "response" if fact.place == "status" else fact.place) for fact in facts]
        self._told = {*told, *((fact.operation, fact.place, fact.name) for fact in facts)}
        self._entered: set[tuple[str, str, str, str]] = set()

    def all(self) -> Iterator[Element]:
        paths = self._enter(self._root, "paths")
        for path in paths.node:
            item = self._enter(paths, path)
            for method in METHODS:
                if isinstance(item.node.get(method), Mapping):
                    operation = self._enter(item, method)
                    yield from self._operation(operation, item, _name(operation.node, method, path))
            if _OTHER_RESPONSE in item.node:
                refused = self._enter(item, _OTHER_RESPONSE)
                yield _element(refused, "status", f"{path} any other method")
                yield from self._response(refused, "", f"{path} any other method", "")
        for name in self._enter(self._root, "webhooks").node:
            yield _element(self._enter(self._root, "webhooks", name), "webhook", f"webhook {name}")
        for name in self._enter(self._root, _OTHER_ANSWERS).node:
            yield from self._schema(self._enter(self._root, _OTHER_ANSWERS, name), "", name, "")

    def _operation(self, operation: At, item: At, name: str) -> Iterator[Element]:
        more = tuple(key for key in _OF_OPERATIONS if operation.node.get(key))
        yield _element(operation, "operation", name, name, more=more)
        for parameter in self._parameters(item, operation):
            yield from self._parameter(parameter, name)
        for requirement in operation.node.get("security", self._root.node.get("security")) or ():
            for scheme in requirement:
                found = self._enter(self._root, "components", "securitySchemes", scheme)
                yield _element(found, "security scheme", f"security scheme {scheme}")
        if "requestBody" in operation.node:
            body = self._enter(operation, "requestBody")
            more = tuple(key for key in _more(body.node, "request body") if body.node[key] is not False)
            yield _element(body, "request body", f"{name} request body", name, more=more, place="request")
            yield from self._content(body, name, f"{name} request", "request")
        responses = self._enter(operation, "responses")
        for status in map(str, responses.node):
            response = self._enter(responses, status)
            label = f"{name} {status}"
            if status.startswith("2"):
                schema = self._enter(response, "content", _JSON, "schema")
                says = Fact(name, "status", status, body_words(self._shape(schema)))
                named = join(responses.pointer, status)
                yield _element(response, "status", label, name, says, named=named)
                yield from self._response(response, name, label, "response")
            elif status != SOURCE:
                yield _element(response, "status", label, name)
                yield from self._response(response, name, label, "")

    def _parameters(self, item: At, operation: At) -> Iterator[At]:
        """The parameters of an operation; its own takes the place of its path item's."""
        found = {}
        for holder in (item, operation):
            listed = self._enter(holder, "parameters")
            for index in listed.node:
                parameter = self._enter(listed, index)
                found[parameter.node.get("in"), parameter.node.get("name")] = parameter
        yield from found.values()

    def _parameter(self, parameter: At, name: str) -> Iterator[Element]:
        place, key = str(parameter.node.get("in")), str(parameter.node.get("name"))
        schema = self._enter(parameter, "schema")
        says = (
            Fact(name, place, key, parameter_words(self._shape(schema)))
            if place in ("path", "query")
            else None
        )
        label = f"{name} {place} {key}"
        more = _more(parameter.node, "parameter")
        if place == "path":  # where OpenAPI wants it said
            more = tuple(keyword for keyword in more if keyword != "required")
        yield _element(parameter, "parameter", label, name, says, more=more, place=place)
        yield from self._schema(schema, name, label, place)

    def _response(self, response: At, name: str, label: str, place: str) -> Iterator[Element]:
        for kind in ("header", "link"):
            held = self._enter(response, f"{kind}s")
            for key in held.node:
                if key != SOURCE:
                    yield _element(self._enter(held, key), kind, f"{label} {kind} {key}", name)
        yield from self._content(response, name, label, place)

    def _content(self, body: At, name: str, label: str, place: str) -> Iterator[Element]:
        content = self._enter(body, "content")
        for media_type in content.node:
            if media_type == SOURCE:
                continue
            held = self._enter(content, media_type)
            within = label if media_type == _JSON else f"{label} {media_type}"
            told = place if media_type == _JSON and (name, place) in self._told else ""
            yield _element(held, "media type", f"{label} {media_type}", name, place=told)
            yield from self._schema(self._enter(held, "schema"), name, within, told)

    def _schema(self, schema: At, name: str, label: str, place: str, prefix: str = "") -> Iterator[Element]:
        """A schema and its fields, those of its items and of its parts; `place` if facts tell of them."""
        visit = (name, place, prefix, schema.pointer) if place else ("", "", "", schema.pointer)
        if visit in self._entered:
            return
        self._entered.add(visit)
        own = f"{label} {prefix[:-1]}" if prefix else label
        yield _element(schema, "schema", own, name, more=_more(schema.node, "schema"), place=place)
        for keyword in _LISTS:
            listed = self._enter(schema, keyword)
            for index in listed.node:
                yield from self._schema(self._enter(listed, index), name, label, place, prefix)
        if "items" in schema.node:
            yield from self._schema(self._enter(schema, "items"), name, label, place, prefix)
        if place in ("path", "query"):
            return
        properties = self._enter(schema, "properties")
        for key in properties.node:
            field = self._enter(properties, key)
            says = Fact(name, place, prefix + key, type_words(self._shape(field))) if place else None
            inner = f"{label} {prefix}{key}"
            named = join(properties.pointer, key)
            yield _element(field, "field", inner, name, says, place=place, named=named)
            told = place if (name, place, prefix + key) in self._told else ""
            yield from self._schema(field, name, label, told, f"{prefix}{key}.")

    def _shape(self, schema: At, depth: int = 0) -> dict[str, Any]:
        """Type, format and items of a schema, also where it has them from what it is composed of."""
        shape = {key: schema.node[key] for key in ("type", "format") if key in schema.node}
        if depth == _DEEP:
            return shape
        if "items" in schema.node:
            shape["items"] = self._shape(self._enter(schema, "items"), depth + 1)
        if "type" not in shape:
            for keyword in _LISTS:
                listed = self._enter(schema, keyword)
                for index in listed.node:
                    part = self._shape(self._enter(listed, index), depth + 1)
                    if part.get("type") not in (None, "null"):
                        return part | shape
        return shape


def _element(
    at: At,
    kind: str,
    label: str,
    operation: str = "",
    says: Fact | None = None,
    *,
    more: tuple[str, ...] = (),
    place: str = "",
    named: str = "",
) -> Element:
    return Element(at.pointer, kind, label, operation, says, at.source, at.is_own, more, place, named)


def _more(node: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """The keywords of a node that a page of documentation does not say."""
    return tuple(str(key) for key in node if key not in (_SAID[kind] or ()))


def _name(operation: Mapping[str, Any], method: str, path: str) -> str:
    """The operationId, or method and path where there is none."""
    return str(operation.get("operationId") or f"{method.upper()} {path}")
