"""A node as one self-contained JSON Schema 2020-12, for validators and for the schema algebra.

Recursive schemas, and all schemas of a node that would become too large, are written as `$defs`, numbered
in the order in which they are met, so that the names of components leave no trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from creditkit.contract import SUBSCHEMAS, map_subschemas
from creditkit.documents import find

from .keywords import INTEGER_RANGES, strictest
from .schemas import Schemas
from .views import ANY, Node, View

Mode = Literal["closed", "plain", "tolerant"]
"""What happens to members that a schema does not mention.

JSON Schema admits any of them (`plain`). A client that keeps to the documentation sends none (`closed`). A
reader ignores them, even where `additionalProperties: false` promised that there are none (`tolerant`).
"""

Json = dict[str, Any] | bool

_MOST = 2_000
"""How many schemas are written into one another before they become `$defs`."""

_START = "#/$defs/"
_TOGETHER = {
    "if": ("if", "then", "else"),
    "contains": ("contains", "minContains", "maxContains"),
    "prefixItems": ("prefixItems", "items"),
}
"""Keywords that only have a meaning together."""


def emit(schemas: Schemas, node: Node, mode: Mode, *, examples: bool = True) -> Json:
    """The schema of a node, with the examples of the contract or without."""
    emission = _emission(schemas, [node], mode, examples)
    return emission.finished(emission.schema(node))


def emit_others(schemas: Schemas, view: View, mode: Mode) -> Json:
    """The schema of those keywords of a view that are compared as a whole."""
    emission = _emission(schemas, children(schemas, View(view.at, others=view.others)), mode, examples=False)
    return emission.finished({"allOf": emission.others(view)})


def rooted(schema: Json) -> Json:
    """A schema made of several that have `$defs` of their own, with all definitions at its root.

    >>> rooted({"items": {"$ref": "#/$defs/0", "$defs": {"0": {"type": "string"}}}})
    {'items': {'$ref': '#/$defs/0'}, '$defs': {'0': {'type': 'string'}}}
    """
    defs: dict[str, Json] = {}
    found = _moved(schema, {}, defs)
    return {**found, "$defs": defs} if defs and isinstance(found, dict) else found


def _moved(schema: Json, names: Mapping[str, str], defs: dict[str, Json]) -> Json:
    """The schema without definitions, which go to `defs`; `names` are the new names of those around it."""
    if isinstance(schema, bool):
        return schema
    own: Mapping[str, Json] = schema.get("$defs", {})
    if own:
        names = {name: str(len(defs) + number) for number, name in enumerate(own)}
        defs.update(dict.fromkeys(names.values(), True))  # reserves the numbers while definitions are moved
        for name, one in own.items():
            defs[names[name]] = _moved(one, names, defs)
    rest = {key: value for key, value in schema.items() if key != "$defs"}
    found = map_subschemas(rest, lambda inner, _at: _moved(inner, names, defs))
    if "$ref" in found:
        name = found["$ref"].removeprefix(_START)
        found["$ref"] = _START + names.get(name, name)
    return found


def _emission(schemas: Schemas, nodes: list[Node], mode: Mode, examples: bool) -> _Emission:
    shape = _Shape(schemas)
    for node in nodes:
        shape.visit(node)
    return _Emission(schemas, mode, examples, None if shape.count > _MOST else shape.recursive)


class _Shape:
    """The size of a node with everything in it written out, and the nodes in it that contain themselves."""

    def __init__(self, schemas: Schemas) -> None:
        self.count = 0
        self.recursive: set[Node] = set()
        self._schemas = schemas
        self._open: set[Node] = set()

    def visit(self, node: Node) -> None:
        self.count += 1
        if node in self._open:
            self.recursive.add(node)
        if node in self._open or self.count > _MOST:
            return
        self._open.add(node)
        for child in children(self._schemas, self._schemas.view(node)):
            self.visit(child)
        self._open.discard(node)


def children(schemas: Schemas, view: View) -> list[Node]:
    """The nodes one level below a view, those of keywords that are compared as a whole included."""
    found = [*view.properties.values(), *view.pattern_properties.values()]
    found += [one for one in (view.additional, view.items) if one is not None]
    found += view.branches
    for keyword, pointers in view.others.items():
        for pointer in pointers:
            found += _nodes(schemas, keyword, pointer)
    return found


def _nodes(schemas: Schemas, keyword: str, pointer: str) -> list[Node]:
    """The nodes of the schemas in a keyword that is compared as a whole."""
    found: list[Node] = []
    map_subschemas(_part(schemas, keyword, pointer), lambda _, at: found.append(schemas.node(pointer + at)))
    return found


def _part(schemas: Schemas, keyword: str, pointer: str) -> dict[str, Any]:
    """A keyword that is compared as a whole, with those that belong to it; empty for an invalid value."""
    value = find(schemas.source.document, pointer)
    form = {"[schema]": list, "{schema}": dict}.get(SUBSCHEMAS.get(keyword, ""), object)
    if keyword == "$dynamicRef" or not isinstance(value[keyword], form):
        return {}
    return {name: value[name] for name in _TOGETHER.get(keyword, (keyword,)) if name in value}


class _Emission:
    """One schema being written; `recursive` are the nodes that become `$defs`, None for all with children."""

    def __init__(self, schemas: Schemas, mode: Mode, examples: bool, recursive: set[Node] | None) -> None:
        self._defs: dict[str, Json] = {}
        self._schemas = schemas
        self._mode = mode
        self._examples = examples
        self._recursive = recursive
        self._names: dict[tuple[Node, bool], str] = {}

    def finished(self, schema: Json) -> Json:
        """The schema with the `$defs` that it refers to."""
        if not self._defs:
            return schema
        return {**(schema if isinstance(schema, dict) else {}), "$defs": self._defs}

    def schema(self, node: Node, *, whole: bool = True) -> Json:
        """The schema of a node; `whole` is false for an alternative, which shares an object with others."""
        view = self._schemas.view(node)
        if node not in self._recursive if self._recursive is not None else not children(self._schemas, view):
            return self._write(view, whole)
        name = self._names.get((node, whole))
        if name is None:
            name = self._names[node, whole] = str(len(self._names))
            self._defs[name] = True  # reserves the place, so that numbers follow the order of meeting
            self._defs[name] = self._write(view, whole)
        return {"$ref": _START + name}

    def others(self, view: View) -> list[Json]:
        """The keywords of a view that are compared as a whole, their schemas written in the same way."""
        return [
            self._other(keyword, pointer) for keyword, pointers in view.others.items() for pointer in pointers
        ]

    def _other(self, keyword: str, pointer: str) -> Json:
        found = map_subschemas(
            _part(self._schemas, keyword, pointer),
            lambda _inner, at: self.schema(self._schemas.node(pointer + at), whole=False),
        )
        closed = keyword == "unevaluatedProperties" and found[keyword] is False
        return {} if closed and self._mode == "tolerant" else found

    def _write(self, view: View, whole: bool) -> Json:
        if view.never:
            return False
        schema: dict[str, Any] = {}
        conditions: list[Json] = []
        self._write_keywords(view, schema, conditions)
        self._write_members(view, schema, whole)
        if view.items is not None and view.items != ANY:
            schema["items"] = self.schema(view.items)
        for group in view.groups:
            branches = [self.schema(branch, whole=False) for branch in group.branches]
            # A reader that accepts unknown members is not confused when a second alternative fits.
            conditions.append({"anyOf" if self._mode == "tolerant" else group.keyword: branches})
        conditions += self.others(view)
        single = conditions[0] if len(conditions) == 1 else None
        if isinstance(single, dict) and not schema.keys() & single.keys():
            schema.update(single)
        elif conditions:
            schema["allOf"] = conditions
        if view.examples and self._examples:
            schema["examples"] = view.examples
        return schema

    def _write_keywords(self, view: View, schema: dict[str, Any], conditions: list[Json]) -> None:
        keywords = dict(view.keywords)
        for one in keywords.get("format", ()):
            strictest(keywords, INTEGER_RANGES.get(one, {}))
        for keyword, value in keywords.items():
            if keyword == "type":
                schema[keyword] = value[0] if len(value) == 1 else [*value]
            elif isinstance(value, tuple):
                schema[keyword] = value[0]
                conditions += [{keyword: one} for one in value[1:]]
            else:
                schema[keyword] = value

    def _write_members(self, view: View, schema: dict[str, Any], whole: bool) -> None:
        if view.properties:
            schema["properties"] = {name: self.schema(node) for name, node in view.properties.items()}
        if view.required:
            schema["required"] = sorted(view.required)
        if view.pattern_properties:
            named = view.pattern_properties.items()
            schema["patternProperties"] = {pattern: self.schema(node) for pattern, node in named}
        additional = None if view.additional is None else self.schema(view.additional)
        if self._mode == "tolerant":
            if additional is not None and additional is not False:
                schema["additionalProperties"] = additional
        elif additional is not None:
            schema["additionalProperties"] = additional
        elif self._mode == "closed" and whole and "unevaluatedProperties" not in view.others:
            if any(self._has_members(branch) for branch in view.branches):
                schema["unevaluatedProperties"] = False
            elif view.properties or view.hidden:
                schema["additionalProperties"] = False

    def _has_members(self, node: Node, seen: tuple[Node, ...] = ()) -> bool:
        """Whether a node, or an alternative of it, mentions members."""
        if node in seen:
            return False
        view = self._schemas.view(node)
        return bool(view.properties or view.hidden) or any(
            self._has_members(branch, (*seen, node)) for branch in view.branches
        )
