"""The contract as rules look at it: its objects by kind, its operations, and its schemas compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from creditkit.documents import Missing, find, from_fragment, join
from creditkit.review.grammar import METHODS, Node
from creditkit.review.references import follow
from creditkit.review.source import Source

from .compiled import Compiler


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule found: the JSON Pointer to it, and what is wrong there."""

    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation: where it is listed, where it is described, and the description."""

    listed: str
    pointer: str
    value: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """Where it stands in a request, and its name; header names are compared without case."""
        where, name = str(self.value.get("in")), str(self.value.get("name"))
        return where, name.lower() if where == "header" else name


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `own` and `shared` are the parameters listed by it and by its path."""

    path: str
    method: str
    pointer: str
    value: Mapping[str, Any]
    own: tuple[Parameter, ...]
    shared: tuple[Parameter, ...]

    @property
    def label(self) -> str:
        """How people name it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def parameters(self) -> Iterator[Parameter]:
        """All that count: one of the path that the operation lists again does not."""
        own = {parameter.key for parameter in self.own}
        yield from self.own
        yield from (parameter for parameter in self.shared if parameter.key not in own)


class Contract:
    """A source with what several rules need, each worked out once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.document = source.document
        self.old = source.version == "3.0"
        self.nodes: dict[str, list[Node]] = {}
        self.references: list[Node] = []
        for node in source.walk():
            if node.reference is not None:
                self.references.append(node)
            if node.reference is None or (node.kind == "schema" and not self.old):
                self.nodes.setdefault(node.kind, []).append(node)

    def of(self, *kinds: str) -> Iterator[Node]:
        """The objects of some kinds that are written out, and not references."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())

    @cached_property
    def compiler(self) -> Compiler:
        """The contract's schemas, compiled when they are asked for."""
        return Compiler(self.source)

    @cached_property
    def by_pointer(self) -> Mapping[str, Node]:
        """Every object that is written out, by where it stands."""
        return {node.pointer: node for nodes in self.nodes.values() for node in nodes}

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of all paths, in the order of the file."""
        paths = self.document.get("paths")
        found: list[Operation] = []
        for path in paths if isinstance(paths, dict) else ():
            pointer, item = self.end(join("/paths", path))
            if not isinstance(item, dict) or not path.startswith("/"):
                continue
            shared = tuple(self._parameters(pointer, item))
            for method, value in item.items():
                if method in METHODS and isinstance(value, dict):
                    place = f"{pointer}/{method}"
                    own = tuple(self._parameters(place, value))
                    found.append(Operation(path, method, place, value, own, shared))
        return tuple(found)

    @cached_property
    def operation_ids(self) -> Mapping[str, Operation]:
        """The operations by their ids; of two with one id, the first."""
        return {
            str(one.value["operationId"]): one
            for one in reversed(self.operations)
            if "operationId" in one.value
        }

    def end(self, pointer: str) -> tuple[str, Any]:
        """Where the references that begin at a pointer end, and what stands there: None if nothing does."""
        try:
            return follow(self.document, pointer, siblings=not self.old)
        except Missing:
            return pointer, None

    def resolve(self, value: Any) -> Any:
        """The value, or what its `$ref` leads to; None if that is nothing."""
        reference = value.get("$ref") if isinstance(value, dict) else None
        return (
            self.end(from_fragment(reference.removeprefix("#")))[1] if isinstance(reference, str) else value
        )

    def find(self, pointer: str) -> Any:
        """What stands at a pointer, None if nothing does."""
        try:
            return find(self.document, pointer)
        except Missing:
            return None

    def _parameters(self, pointer: str, holder: Mapping[str, Any]) -> Iterator[Parameter]:
        listed = holder.get("parameters")
        for number in range(len(listed) if isinstance(listed, list) else 0):
            place = f"{pointer}/parameters/{number}"
            end, value = self.end(place)
            if isinstance(value, dict) and "name" in value and "in" in value:
                yield Parameter(place, end, value)


def template_names(path: str) -> tuple[str, ...]:
    """The names in braces of a path or a server's URL."""
    return tuple(re.findall(r"\{([^{}]*)\}", path))


def types_of(schema: Mapping[str, Any]) -> frozenset[str]:
    """The types that a schema names, but for null; none if it names no type."""
    named = schema.get("type")
    types = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    return frozenset(one for one in types if isinstance(one, str) and one != "null")


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON: `application/json`, or one that ends in `+json`."""
    essence = media_type.split(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
