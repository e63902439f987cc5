"""Elements: everything that a contract says of its operations, each with its name in the documentation.

An element is an operation, a parameter, a request body, a media type, a status, a header, a link, a
security scheme or a field, and every schema that says more than a type. Each has the `x-source` that covers
it: its own, or that of the nearest enclosing object, up to the nearest `$ref`. A shared part is one element
for each operation that uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from creditkit.contract import Fact, body_words, parameter_words, type_words
from creditkit.documents import Missing, find, join

from .source import METHODS

_SOURCE = "x-source"
"""The extension that says where something comes from that no documentation mentions."""

_JSON = "application/json"
# The keywords that a page of documentation states, and those that make no claim.
_DOCUMENTED_KEYWORDS = {
    "parameter": {"name", "in", "schema", "content", "description", "example", "examples", _SOURCE},
    "request body": {"content", "description", _SOURCE},
    "schema": {
        *("type", "format", "items", "properties", "description", "title", "example", "examples", _SOURCE)
    },
}
_OF_OPERATIONS = ("callbacks", "deprecated")
_LISTS = ("allOf", "oneOf", "anyOf")
_DEEPEST = 6
"""How deep `_shape` looks for the type of a composed schema."""

# The response of a path item to methods that it does not list, and schemas of answers that no path has.
_OTHER_RESPONSE = "x-method-not-allowed"
_OTHER_ANSWERS = "x-answers"


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a contract says, at one operation.

    `label` is for people; `says` is the same as a fact, if facts speak of this kind of element. `source` is
    the x-source that covers it, and `is_own` whether the element itself has it. `more` names the keywords
    by which it says more than name and type. `operation` is empty outside all operations, and `place`
    outside bodies. `named` is the pointer to the member with its name, where that is not `pointer`.
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

    Fields of bodies are followed as far as the facts describe them; any other schema is visited once.
    """
    yield from _Walk(document, facts).all()


@dataclass(frozen=True, slots=True)
class _At:
    """An object on the way down: value, pointer, the x-source over it, and the references followed so far.

    A list is treated as an object whose keys are its indexes.
    """

    node: Mapping[Any, Any]
    pointer: str
    source: str = ""
    references: tuple[str, ...] = ()


class _Walk:
    """One walk through a document."""

    def __init__(self, document: Mapping[str, Any], facts: Iterable[Fact]) -> None:
        self._root = _At(document, "")
        # In OpenAPI 3.1 a schema may have other keywords beside its reference.
        self._has_siblings = not str(document.get("openapi", "")).startswith("3.0")
        bodies = [(fact.operation, "response" if fact.place == "status" else fact.place) for fact in facts]
        self._documented = {*bodies, *((fact.operation, fact.place, fact.name) for fact in facts)}
        self._entered: set[tuple[str, str, str, str]] = set()

    def _enter(self, parent: _At, *steps: str | int) -> _At:
        """The object some steps below, its references followed.

        It is empty where there is no object, and where a reference leads back to an object that encloses it.
        """
        for step in steps:
            parent = self._step(parent, step)
        return parent

    def _step(self, parent: _At, step: str | int) -> _At:
        node: Any = parent.node.get(step)
        pointer, source, references = join(parent.pointer, step), parent.source, parent.references
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            try:
                found = (
                    None if reference in references else find(self._root.node, reference.removeprefix("#"))
                )
            except Missing:
                found = None
            if found is None:
                return _At({}, pointer, source, references)
            references = (*references, reference)
            siblings = {key: value for key, value in node.items() if key != "$ref"}
            node = {**found, **siblings} if self._has_siblings and isinstance(found, Mapping) else found
            pointer, source = reference.removeprefix("#"), ""
        if isinstance(node, list):
            node = dict(enumerate(node))
        if not isinstance(node, Mapping):
            return _At({}, pointer, source, references)
        return _At(node, pointer, str(node.get(_SOURCE) or source), references)

    def _items(self, parent: _At, *steps: str) -> Iterator[tuple[Any, _At]]:
        """The members of the object some steps below, by their keys."""
        holder = self._enter(parent, *steps)
        for key in holder.node:
            yield key, self._enter(holder, key)

    def all(self) -> Iterator[Element]:
        """Every element of the document."""
        for path, item in self._items(self._root, "paths"):
            for method in METHODS:
                if isinstance(item.node.get(method), Mapping):
                    operation = self._enter(item, method)
                    name = str(operation.node.get("operationId") or f"{method.upper()} {path}")
                    yield from self._operation(operation, item, name)
            if _OTHER_RESPONSE in item.node:
                refused = self._enter(item, _OTHER_RESPONSE)
                yield _element(refused, "status", f"{path} any other method")
                yield from self._response(refused, "", f"{path} any other method", "")
        for name, webhook in self._items(self._root, "webhooks"):
            yield _element(webhook, "webhook", f"webhook {name}")
        for name, schema in self._items(self._root, _OTHER_ANSWERS):
            yield from self._schema(schema, "", name, "")

    def _operation(self, operation: _At, item: _At, name: str) -> Iterator[Element]:
        more = tuple(key for key in _OF_OPERATIONS if operation.node.get(key))
        yield _element(operation, "operation", name, name, more=more)
        parameters = {}  # an operation's own parameter replaces that of its path item
        for holder in (item, operation):
            for _, parameter in self._items(holder, "parameters"):
                parameters[parameter.node.get("in"), parameter.node.get("name")] = parameter
        for parameter in parameters.values():
            yield from self._parameter(parameter, name)
        for requirement in operation.node.get("security", self._root.node.get("security")) or ():
            for scheme in requirement:
                found = self._enter(self._root, "components", "securitySchemes", scheme)
                yield _element(found, "security scheme", f"security scheme {scheme}")
        if "requestBody" in operation.node:
            body = self._enter(operation, "requestBody")
            more = tuple(key for key in _more(body, "request body") if body.node[key] is not False)
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
            elif status != _SOURCE:
                yield _element(response, "status", label, name)
                yield from self._response(response, name, label, "")

    def _parameter(self, parameter: _At, name: str) -> Iterator[Element]:
        place, key = str(parameter.node.get("in")), str(parameter.node.get("name"))
        schema = self._enter(parameter, "schema")
        says = None
        more = _more(parameter, "parameter")
        if place in ("path", "query"):
            says = Fact(name, place, key, parameter_words(self._shape(schema)))
        if place == "path":  # OpenAPI demands that path parameters say `required`
            more = tuple(keyword for keyword in more if keyword != "required")
        label = f"{name} {place} {key}"
        yield _element(parameter, "parameter", label, name, says, more=more, place=place)
        yield from self._schema(schema, name, label, place)

    def _response(self, response: _At, name: str, label: str, place: str) -> Iterator[Element]:
        for kind in ("header", "link"):
            for key, held in self._items(response, f"{kind}s"):
                if key != _SOURCE:
                    yield _element(held, kind, f"{label} {kind} {key}", name)
        yield from self._content(response, name, label, place)

    def _content(self, body: _At, name: str, label: str, place: str) -> Iterator[Element]:
        for media_type, held in self._items(body, "content"):
            if media_type == _SOURCE:
                continue
            within = label if media_type == _JSON else f"{label} {media_type}"
            known = place if media_type == _JSON and (name, place) in self._documented else ""
            yield _element(held, "media type", f"{label} {media_type}", name, place=known)
            yield from self._schema(self._enter(held, "schema"), name, within, known)

    def _schema(self, schema: _At, name: str, label: str, place: str, prefix: str = "") -> Iterator[Element]:
        """A schema, and the fields of it, its items and parts; `place` is empty if no fact describes them."""
        visit = (name, place, prefix, schema.pointer) if place else ("", "", "", schema.pointer)
        if visit in self._entered:
            return
        self._entered.add(visit)
        own = f"{label} {prefix[:-1]}" if prefix else label
        yield _element(schema, "schema", own, name, more=_more(schema, "schema"), place=place)
        for keyword in _LISTS:
            for _, part in self._items(schema, keyword):
                yield from self._schema(part, name, label, place, prefix)
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
            known = place if (name, place, prefix + key) in self._documented else ""
            yield from self._schema(field, name, label, known, f"{prefix}{key}.")

    def _shape(self, schema: _At, depth: int = 0) -> dict[str, Any]:
        """Type, format and items of a schema, also where a part of it gives them."""
        shape = {key: schema.node[key] for key in ("type", "format") if key in schema.node}
        if depth == _DEEPEST:
            return shape
        if "items" in schema.node:
            shape["items"] = self._shape(self._enter(schema, "items"), depth + 1)
        if "type" not in shape:
            for keyword in _LISTS:
                for _, inner in self._items(schema, keyword):
                    part = self._shape(inner, depth + 1)
                    if part.get("type") not in (None, "null"):
                        return part | shape
        return shape


def _element(
    at: _At,
    kind: str,
    label: str,
    operation: str = "",
    says: Fact | None = None,
    *,
    more: tuple[str, ...] = (),
    place: str = "",
    named: str = "",
) -> Element:
    is_own = bool(at.node.get(_SOURCE))
    return Element(at.pointer, kind, label, operation, says, at.source, is_own, more, place, named)


def _more(at: _At, kind: str) -> tuple[str, ...]:
    """The keywords of an object that a page of documentation does not state."""
    return tuple(str(key) for key in at.node if key not in _DOCUMENTED_KEYWORDS[kind])
