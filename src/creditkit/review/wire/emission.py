"""Emission: a node as one JSON Schema 2020-12 that stands by itself, for validators and for the algebra.

Schemas that contain themselves, and all schemas of what would grow too large, become `$defs`, numbered in the
order in which they are met, so that the name of a component leaves no trace.

Three modes say what becomes of members that a schema does not speak of. JSON Schema admits any of them
(`plain`). A client that keeps to what is documented sends none (`closed`). One that reads takes any without
complaint, even where `additionalProperties: false` promised that there are none (`tolerant`).
"""

from __future__ import annotations

from typing import Any, Literal

from creditkit.documents import find, join

from .demands import strictest
from .schemas import Schemas
from .views import ANY, Node, View

Mode = Literal["closed", "plain", "tolerant"]
Json = dict[str, Any] | bool

_MOST = 2_000
"""How many schemas are written out in one another before they become `$defs`."""

# The ranges that OpenAPI's formats of integers stand for; other formats say nothing that a range could.
_RANGES = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
}
_ONE = ("not", "contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems")


def emit(schemas: Schemas, node: Node, mode: Mode, *, examples: bool = True) -> Json:
    """The schema of a node, with the examples of the contract or without."""
    emission = _emission(schemas, [node], mode, examples)
    return emission.finished(emission.schema(node))


def emit_others(schemas: Schemas, view: View, mode: Mode) -> Json:
    """The schema of those keywords of a view that are compared as a whole."""
    emission = _emission(schemas, children(schemas, View(view.at, others=view.others)), mode, examples=False)
    return emission.finished({"allOf": emission.others(view)})


def _emission(schemas: Schemas, nodes: list[Node], mode: Mode, examples: bool) -> _Emission:
    shape = _Shape(schemas)
    for node in nodes:
        shape.visit(node)
    return _Emission(schemas, mode, examples, None if shape.count > _MOST else shape.recursive)


class _Shape:
    """How large a node is when everything in it is written out, and what in it contains itself."""

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
    """The nodes one step below a view, those of keywords that are compared as a whole included."""
    found = [*view.properties.values(), *view.pattern_properties.values()]
    found += [one for one in (view.additional, view.items) if one is not None]
    found += [branch for group in view.groups for branch in group.branches]
    for keyword, pointers in view.others.items():
        for pointer in pointers:
            found += [schemas.node(at) for at in _within(schemas, keyword, pointer)]
    return found


def _within(schemas: Schemas, keyword: str, pointer: str) -> list[str]:
    """The pointers of the schemas that a keyword holds; its value stands below `pointer`."""
    value = find(schemas.source.document, pointer)
    if keyword in _ONE:
        return [join(pointer, keyword)]
    if keyword == "if":
        return [join(pointer, one) for one in ("if", "then", "else") if one in value]
    if keyword == "prefixItems" and isinstance(value[keyword], list):
        rest = [join(pointer, "items")] if "items" in value else []
        return [join(pointer, keyword, number) for number, _ in enumerate(value[keyword])] + rest
    if keyword == "dependentSchemas" and isinstance(value[keyword], dict):
        return [join(pointer, keyword, name) for name in value[keyword]]
    return []


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
        """The schema with the `$defs` that it names."""
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
            self._defs[name] = True  # holds the place, so that numbers follow the order of meeting
            self._defs[name] = self._write(view, whole)
        return {"$ref": f"#/$defs/{name}"}

    def _write(self, view: View, whole: bool) -> Json:
        if view.never:
            return False
        schema: dict[str, Any] = {}
        conditions: list[Json] = []
        self._write_demands(view, schema, conditions)
        self._write_members(view, schema, whole)
        if view.items is not None and view.items != ANY:
            schema["items"] = self.schema(view.items)
        for group in view.groups:
            branches = [self.schema(branch, whole=False) for branch in group.branches]
            # A reader that takes more than was promised is not confused by an alternative that fits, too.
            conditions.append({"anyOf" if self._mode == "tolerant" else group.keyword: branches})
        conditions += self.others(view)
        if (
            len(conditions) == 1
            and isinstance(conditions[0], dict)
            and not schema.keys() & conditions[0].keys()
        ):
            schema.update(conditions[0])
        elif conditions:
            schema["allOf"] = conditions
        if view.examples and self._examples:
            schema["examples"] = view.examples
        return schema

    def _write_demands(self, view: View, schema: dict[str, Any], conditions: list[Json]) -> None:
        demands = dict(view.demands)
        for one in demands.get("format", ()):
            strictest(demands, _RANGES.get(one, {}))
        for keyword, value in demands.items():
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
            if any(self._has_members(branch) for group in view.groups for branch in group.branches):
                schema["unevaluatedProperties"] = False
            elif view.properties or view.hidden:
                schema["additionalProperties"] = False

    def _has_members(self, node: Node, seen: tuple[Node, ...] = ()) -> bool:
        """Whether a node, or an alternative of it, speaks of members."""
        if node in seen:
            return False
        view = self._schemas.view(node)
        branches = [branch for group in view.groups for branch in group.branches]
        return bool(view.properties or view.hidden) or any(
            self._has_members(branch, (*seen, node)) for branch in branches
        )

    def others(self, view: View) -> list[Json]:
        """The keywords of a view that are taken over as a whole."""
        return [
            self._other(keyword, pointer) for keyword, pointers in view.others.items() for pointer in pointers
        ]

    def _other(self, keyword: str, pointer: str) -> Json:
        """A keyword that is taken over as a whole, its schemas put into the same words."""
        value = find(self._schemas.source.document, pointer)
        inner = [
            self.schema(self._schemas.node(at), whole=False)
            for at in _within(self._schemas, keyword, pointer)
        ]
        if keyword == "unevaluatedProperties" and inner[0] is False and self._mode == "tolerant":
            return {}
        if keyword in _ONE:
            more = {
                key: value[key]
                for key in ("minContains", "maxContains")
                if keyword == "contains" and key in value
            }
            return {keyword: inner[0], **more}
        if keyword == "if":
            return dict(zip([one for one in ("if", "then", "else") if one in value], inner, strict=True))
        if keyword == "prefixItems" and isinstance(value[keyword], list):
            count = len(value[keyword])
            return {keyword: inner[:count], **({"items": inner[count]} if len(inner) > count else {})}
        if keyword == "dependentSchemas" and isinstance(value[keyword], dict):
            return {keyword: dict(zip(value[keyword], inner, strict=True))}
        return {keyword: value[keyword]} if keyword == "dependentRequired" else {}
