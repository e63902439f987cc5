"""Views: what a schema demands, one step deep, and what several of them demand together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .demands import identity, strictest

Node = tuple[str, ...]
"""One schema, named by the pointers of the schemas that hold at once."""

ANY: Node = ()
"""The node that admits every value."""


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives: `anyOf` or `oneOf`, and where they stand."""

    keyword: Literal["anyOf", "oneOf"]
    branches: tuple[Node, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Discriminator:
    """The property by which a schema is chosen, and where each of its values leads: the pointer of a schema.

    `is_base` is true for one that stands in a base schema, whose heirs have it in their `allOf`.
    """

    name: str
    targets: Mapping[str, str]
    at: str
    is_base: bool


@dataclass(slots=True)
class View:
    """What one node demands.

    `demands` has the keywords that hold no schema, in the words of JSON Schema 2020-12; `type`, `pattern`,
    `format` and `multipleOf` are tuples, of which every member of the last three must hold. `places` tells
    where keywords and properties are written. `others` are the keywords that are compared as a whole, with
    the pointers of their schemas. `never` is the schema `false`. Properties that do not travel in this
    direction are in `hidden`. `unread` is a reference that was not followed, so that nothing is known.
    """

    at: str
    demands: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    properties: dict[str, Node] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    required: dict[str, str] = field(default_factory=dict)
    pattern_properties: dict[str, Node] = field(default_factory=dict)
    additional: Node | None = None
    items: Node | None = None
    groups: list[Group] = field(default_factory=list)
    others: dict[str, list[str]] = field(default_factory=dict)
    examples: list[Any] = field(default_factory=list)
    default: tuple[Any, ...] = ()
    deprecated: bool = False
    never: bool = False
    unread: str = ""
    discriminator: Discriminator | None = None

    @property
    def types(self) -> tuple[str, ...] | None:
        """The admitted types, None for all of them."""
        found: tuple[str, ...] | None = self.demands.get("type")
        return found

    @property
    def is_flat(self) -> bool:
        """Whether types and listed values alone decide if null is admitted."""
        return not self.groups and not self.others and not self.never

    def place(self, keyword: str) -> str:
        """Where a keyword is written, or the schema if it has none of the kind."""
        return self.places.get(keyword, self.at)


def merge(views: list[View], at: str) -> View:
    """What all of the views demand together."""
    if len(views) == 1:
        return views[0]
    merged = View(at)
    names = {name: None for view in views for name in view.properties}
    for view in views:
        strictest(merged.demands, view.demands)
        merged.places = {**view.places, **merged.places}
        merged.required = {**view.required, **merged.required}
        merged.hidden |= view.hidden
        for pattern, node in view.pattern_properties.items():
            merged.pattern_properties[pattern] = _both(merged.pattern_properties.get(pattern), node)
        if view.additional is not None:
            merged.additional = _both(merged.additional, view.additional)
        if view.items is not None:
            merged.items = _both(merged.items, view.items)
        merged.groups += view.groups
        for keyword, pointers in view.others.items():
            merged.others[keyword] = [*merged.others.get(keyword, ()), *pointers]
        merged.examples += [
            one for one in view.examples if identity(one) not in map(identity, merged.examples)
        ]
        merged.default = merged.default or view.default
        merged.deprecated |= view.deprecated
        merged.never |= view.never
        merged.unread = merged.unread or view.unread
        merged.discriminator = merged.discriminator or view.discriminator
    for name in names:
        found: Node | None = None
        for view in views:
            # Members that one schema leaves to `additionalProperties` must satisfy that, too.
            own = view.properties.get(name, view.additional)
            found = _both(found, own) if own is not None else found
        merged.properties[name] = found or ANY
    for name in merged.hidden:
        merged.properties.pop(name, None)
        merged.required.pop(name, None)
    return merged


def _both(one: Node | None, other: Node) -> Node:
    return other if one is None else tuple(dict.fromkeys((*one, *other)))
