"""The contract as rules use it: its objects by kind, its operations, and its compiled schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from creditkit.documents import Missing, as_dict, as_list, find, from_fragment, join
from creditkit.review.source import Node, OperationNode, Source, operations_of

from .compiler import Compiler


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake that a rule found: the JSON Pointer to it, and what is wrong."""

    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation: the pointer to its entry in the list, to its description, and that."""

    listed: str
    pointer: str
    value: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """Its location and name; header names are compared without case."""
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
        """Its name for people."""
        return f"{self.method.upper()} {self.path}"

    @property
    def parameters(self) -> Iterator[Parameter]:
        """Its parameters, and those of the path that it does not replace."""
        own = {parameter.key for parameter in self.own}
        yield from self.own
        yield from (parameter for parameter in self.shared if parameter.key not in own)


class Contract:
    """A source with everything that several rules need, each computed once."""

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
        """The objects of some kinds that are written out and not references."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())

    @cached_property
    def compiler(self) -> Compiler:
        """The compiler of the contract's schemas."""
        return Compiler(self.source)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of all paths, in the order of the file."""
        return tuple(
            self._operation(node)
            for path in as_dict(self.document.get("paths"))
            if path.startswith("/")
            for node in operations_of(path, join("/paths", path), self.end)
        )

    @cached_property
    def operation_ids(self) -> Mapping[str, Operation]:
        """The operations by their ids; of two with one id, the first."""
        found: dict[str, Operation] = {}
        for one in self.operations:
            if "operationId" in one.value:
                found.setdefault(str(one.value["operationId"]), one)
        return found

    def end(self, pointer: str) -> tuple[str, Any]:
        """The pointer at which the references from a pointer end, and the value there: None if none."""
        return self.source.end(pointer)

    def resolve(self, value: Any) -> Any:
        """The value, or the one its `$ref` leads to; None if there is none."""
        reference = value.get("$ref") if isinstance(value, dict) else None
        return self.end(from_fragment(reference))[1] if isinstance(reference, str) else value

    def find(self, pointer: str) -> Any:
        """The value at a pointer, None if there is none."""
        try:
            return find(self.document, pointer)
        except Missing:
            return None

    def _operation(self, node: OperationNode) -> Operation:
        own = tuple(self._parameters(node.pointer, node.value))
        shared = tuple(self._parameters(node.above, node.item))
        return Operation(node.path, node.method, node.pointer, node.value, own, shared)

    def _parameters(self, pointer: str, holder: Mapping[str, Any]) -> Iterator[Parameter]:
        for number, _ in enumerate(as_list(holder.get("parameters"))):
            place = f"{pointer}/parameters/{number}"
            end, value = self.end(place)
            if isinstance(value, dict) and "name" in value and "in" in value:
                yield Parameter(place, end, value)


def template_names(path: str) -> tuple[str, ...]:
    """The names in braces in a path or a server's URL."""
    return tuple(re.findall(r"\{([^{}]*)\}", path))


def types_of(schema: Mapping[str, Any]) -> frozenset[str]:
    """The types that a schema names, except null; none if it names no type."""
    named = schema.get("type")
    types = [named] if isinstance(named, str) else as_list(named)
    return frozenset(one for one in types if isinstance(one, str) and one != "null")


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON: `application/json`, or one that ends in `+json`."""
    essence = media_type.split(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
