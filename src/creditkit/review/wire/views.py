"""Views: what a schema demands, one level deep, and what several schemas demand together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from creditkit.documents import as_dict, as_list, from_fragment, join

from .keywords import identity, strictest

Node = tuple[str, ...]
"""One schema, named by the pointers of the schemas that hold at once."""

ANY: Node = ()
"""The node that admits every value."""

_SCHEMAS = "/components/schemas"


@dataclass(frozen=True, slots=True)
class Group:
    """One set of alternatives, `anyOf` or `oneOf`, and the pointer to it."""

    keyword: Literal["anyOf", "oneOf"]
    branches: tuple[Node, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Discriminator:
    """The property by which a schema is chosen, and the pointer of the schema for each of its values.

    `is_base` is true for one in a base schema, which its heirs have in their `allOf`.
    """

    name: str
    targets: Mapping[str, str]
    at: str
    is_base: bool


@dataclass(slots=True)
class View:
    """The demands of one node.

    `keywords` are those of `read_keywords`. `places` has the pointers of keywords and properties. `others`
    are the keywords that are compared as a whole, with the pointers of the schemas that have them. `never`
    is the schema `false`. `hidden` are properties that do not travel in this direction. `unread` is a
    reference that was not followed, so that nothing is known.
    """

    at: str
    keywords: dict[str, Any] = field(default_factory=dict)
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
        found: tuple[str, ...] | None = self.keywords.get("type")
        return found

    @property
    def branches(self) -> list[Node]:
        """The alternatives of all groups."""
        return [branch for group in self.groups for branch in group.branches]

    @property
    def is_flat(self) -> bool:
        """Whether types and listed values alone decide if null is admitted."""
        return not self.groups and not self.others and not self.never

    @property
    def has_only_groups(self) -> bool:
        """Whether the view demands nothing beside its alternatives."""
        parts = (self.keywords, self.properties, self.required, self.pattern_properties, self.others)
        return not self.never and not any(parts) and self.additional is None and self.items is None

    @property
    def admits_all(self) -> bool:
        """Whether every value is admitted."""
        return self.has_only_groups and not self.groups

    def place(self, keyword: str) -> str:
        """The pointer to a keyword, or to the schema if it does not have it."""
        return self.places.get(keyword, self.at)


def merge(views: list[View], at: str) -> View:
    """The demands of all views together."""
    if len(views) == 1:
        return views[0]
    merged = View(at)
    names = {name: None for view in views for name in view.properties}
    for view in views:
        strictest(merged.keywords, view.keywords)
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
        known = [identity(one) for one in merged.examples]
        merged.examples += [one for one in view.examples if identity(one) not in known]
        merged.default = merged.default or view.default
        merged.deprecated |= view.deprecated
        merged.never |= view.never
        merged.unread = merged.unread or view.unread
        merged.discriminator = merged.discriminator or view.discriminator
    for name in names:
        found: Node | None = None
        for view in views:
            # A property that one schema does not name must satisfy its `additionalProperties`.
            own = view.properties.get(name, view.additional)
            found = _both(found, own) if own is not None else found
        merged.properties[name] = found or ANY
    for name in merged.hidden:
        merged.properties.pop(name, None)
        merged.required.pop(name, None)
    return merged


def _both(one: Node | None, other: Node) -> Node:
    return other if one is None else tuple(dict.fromkeys((*one, *other)))


def read_discriminator(
    document: Mapping[str, Any], at: str, schema: Mapping[str, Any]
) -> Discriminator | None:
    """The discriminator of a schema, if it has a valid one.

    >>> pets = {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    ...         "discriminator": {"propertyName": "kind", "mapping": {"dog": "Dog"}}}
    >>> read_discriminator({}, "/components/schemas/Pet", pets).targets
    {'dog': '/components/schemas/Dog', 'Cat': '/components/schemas/Cat'}

    A schema that no `mapping` names is chosen by its own name (OpenAPI 3.0.3, Discriminator Object).
    """
    value = schema.get("discriminator")
    name = value.get("propertyName") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str):
        return None
    mapping = value.get("mapping")
    targets = {
        key: _target(one)
        for key, one in (mapping.items() if isinstance(mapping, dict) else ())
        if isinstance(one, str)
    }
    branches = [one for keyword in ("oneOf", "anyOf") for one in as_list(schema.get(keyword))]
    chosen = _references(branches) if branches else _heirs(document, at)
    for pointer in chosen:
        if pointer not in targets.values():
            targets.setdefault(pointer.rpartition("/")[2], pointer)
    return Discriminator(name, targets, join(at, "discriminator"), is_base=not branches)


def _target(text: str) -> str:
    """The pointer that a value of a mapping means: a reference, or the name of a component."""
    return from_fragment(text) if text.startswith("#") else text if "/" in text else join(_SCHEMAS, text)


def _references(schemas: list[Any]) -> Iterator[str]:
    for one in schemas:
        reference = one.get("$ref") if isinstance(one, dict) else None
        if isinstance(reference, str) and reference.startswith("#"):
            yield from_fragment(reference)


def _heirs(document: Mapping[str, Any], at: str) -> Iterator[str]:
    """The components that have a schema in their `allOf`."""
    for name, one in as_dict(as_dict(document.get("components")).get("schemas")).items():
        if isinstance(one, dict) and at in _references(as_list(one.get("allOf"))):
            yield join(_SCHEMAS, name)
