"""The schemas of a contract as they travel: `$ref` and `allOf` resolved, 3.0 and 3.1 in the same form.

A node is one schema, named by the pointers of the schemas that hold at once: a property described by two
members of an `allOf` has two. The empty node admits anything. `Schemas.view` gives the demands of a node,
one level deep, so that recursive schemas need no special care.

3.0 is read by its letter, except for `nullable` beside `allOf`, `anyOf` or `oneOf` without a `type`: by the
letter it has no effect there, but everybody who writes it means that null is admitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from creditkit.documents import Missing, as_dict, as_list, find, from_fragment, join
from creditkit.review.source import Source

from .keywords import read_keywords
from .views import Group, Node, View, merge, read_discriminator

Direction = Literal["request", "response"]
NULL = "null"
_NULL_AT = "#null"
"""Ends the pointer of the branch that `nullable` adds to alternatives: no schema in the contract has it."""

_OTHERS = (
    *("not", "if", "contains", "prefixItems", "propertyNames", "dependentSchemas", "dependentRequired"),
    *("unevaluatedProperties", "unevaluatedItems", "$dynamicRef"),
)
"""Keywords that are compared as a whole."""


class Schemas:
    """The schemas of one contract as they travel in one direction."""

    def __init__(self, source: Source, direction: Direction) -> None:
        self.source = source
        self.direction = direction
        self._hidden_by = "readOnly" if direction == "request" else "writeOnly"
        self._unread = {one.pointer.removesuffix("/$ref"): one.reference for one in source.broken}
        self._views: dict[Node, View] = {}

    def node(self, pointer: str) -> Node:
        """The node of the schema at a pointer, references followed."""
        return tuple(dict.fromkeys(at for at, _ in self._parts(pointer)))

    def view(self, node: Node) -> View:
        """The demands of a node."""
        view = self._views.get(node)
        if view is None:
            at = node[0] if node else ""
            self._views[node] = View(at)  # found by an alternative that is its own alternative
            view = self._views[node] = merge([self._own(at) for at in node], at)
        return view

    def _parts(self, pointer: str, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
        """The schemas that hold at once at a pointer: the ends of its `$ref` and `allOf`.

        A reference that leads nowhere or back to itself demands nothing: the OpenAPI validator reports it.
        """
        if pointer in seen:
            return
        try:
            value = find(self.source.document, pointer)
        except Missing:
            return
        if not isinstance(value, dict):
            if value is False:
                yield pointer, value
            return
        reference = value.get("$ref")
        if pointer in self._unread:
            yield pointer, value
            return
        if isinstance(reference, str) and reference.startswith("#"):
            yield from self._parts(from_fragment(reference), (*seen, pointer))
            if self.source.version == "3.0":
                return
        whole = value.get("nullable") is True and "type" not in value
        if any(key not in ("$ref", "allOf") for key in value) or (whole and "allOf" in value):
            yield pointer, value
        if not whole:
            for number, _ in enumerate(as_list(value.get("allOf"))):
                yield from self._parts(f"{pointer}/allOf/{number}", (*seen, pointer))

    def _own(self, pointer: str) -> View:
        """The demands of one schema without its `allOf` and `$ref`."""
        if pointer.endswith(_NULL_AT):
            return View(pointer.removesuffix(_NULL_AT), keywords={"type": (NULL,)})
        value = find(self.source.document, pointer)
        view = View(pointer)
        if pointer in self._unread:
            view.unread = self._unread[pointer]
            return view
        if not isinstance(value, dict):
            view.never = True
            return view
        view.keywords = read_keywords(value, version=self.source.version)
        view.places = {keyword: join(pointer, keyword) for keyword in value if keyword in view.keywords}
        if "const" in value:
            view.places["enum"] = join(pointer, "const")
        self._read_members(view, value)
        for keyword in _OTHERS:
            if keyword in value:
                view.others[keyword] = [pointer]
        for keyword in (*_OTHERS, "default"):
            if keyword in value:
                view.places[keyword] = join(pointer, keyword)
        view.examples = [value["example"]] if "example" in value else [*as_list(value.get("examples"))]
        view.deprecated = value.get("deprecated") is True
        view.default = (value["default"],) if "default" in value else ()
        view.discriminator = read_discriminator(self.source.document, pointer, value)
        return self._with_groups(view, value)

    def _read_members(self, view: View, value: Mapping[str, Any]) -> None:
        hidden = set()
        for name in as_dict(value.get("properties")):
            node = self.node(join(view.at, "properties", name))
            if any(self._is_hidden(at) for at in node):
                hidden.add(name)
            else:
                view.properties[name] = node
                view.places[f"properties/{name}"] = join(view.at, "properties", name)
        view.hidden = frozenset(hidden)
        for number, name in enumerate(as_list(value.get("required"))):
            if isinstance(name, str) and name not in hidden:
                view.required[name] = join(view.at, "required", number)
        for pattern in as_dict(value.get("patternProperties")):
            view.pattern_properties[pattern] = self.node(join(view.at, "patternProperties", pattern))
        if "additionalProperties" in value:
            view.additional = self.node(join(view.at, "additionalProperties"))
            view.places["additionalProperties"] = join(view.at, "additionalProperties")
        if "items" in value and "prefixItems" not in value:
            view.items = self.node(join(view.at, "items"))
            view.places["items"] = join(view.at, "items")

    def _is_hidden(self, pointer: str) -> bool:
        value = find(self.source.document, pointer)
        return isinstance(value, dict) and value.get(self._hidden_by) is True

    def _with_groups(self, view: View, value: Mapping[str, Any]) -> View:
        """The view with its alternatives. A single one is none, and `X or null` is an X that may be null."""
        inner: list[View] = []
        whole = value.get("nullable") is True and "type" not in value and self.source.version == "3.0"
        if whole and "allOf" in value:
            parts = [
                at
                for number, _ in enumerate(as_list(value["allOf"]))
                for at in self.node(f"{view.at}/allOf/{number}")
            ]
            inner.append(self._or_null(tuple(dict.fromkeys(parts)), view.at))
        for keyword in ("anyOf", "oneOf"):
            at = join(view.at, keyword)
            branches = [self.node(f"{at}/{number}") for number, _ in enumerate(as_list(value.get(keyword)))]
            rest = [branch for branch in branches if not self._is_null(branch)]
            with_null = whole or len(rest) < len(branches)
            if len(rest) == 1 and not (
                keyword == "oneOf" and len(branches) > 1 and self._may_be_null(rest[0])
            ):
                inner.append(self._or_null(rest[0], at) if with_null else self.view(rest[0]))
            elif branches and whole and len(rest) == len(branches):
                inner.append(self._alternatives("anyOf", (*branches, (at + _NULL_AT,)), at))
            elif branches:
                inner.append(self._alternatives(keyword, tuple(branches), at))
        return merge([view, *inner], view.at) if inner else view

    def _alternatives(self, keyword: str, branches: tuple[Node, ...], at: str) -> View:
        group = Group("oneOf" if keyword == "oneOf" else "anyOf", branches, at)
        return View(at, groups=[group], places={keyword: at})

    def _is_null(self, node: Node) -> bool:
        if len(node) != 1:
            return False
        value = find(self.source.document, node[0])
        return isinstance(value, dict) and (value.get("type") == NULL or value.get("enum") == [None])

    def _may_be_null(self, node: Node) -> bool:
        """Whether a node admits null by itself: if two alternatives of a `oneOf` do, null is refused."""
        types = self.view(node).types
        return types is None or NULL in types

    def _or_null(self, node: Node, at: str) -> View:
        inner = self.view(node)
        if not inner.is_flat:
            return View(at, groups=[Group("anyOf", (node, (at + _NULL_AT,)), at)])
        keywords = dict(inner.keywords)
        if "type" in keywords:
            keywords["type"] = tuple(sorted({*keywords["type"], NULL}))
        if "enum" in keywords and None not in keywords["enum"]:
            keywords["enum"] = [*keywords["enum"], None]
        return replace(inner, keywords=keywords)
