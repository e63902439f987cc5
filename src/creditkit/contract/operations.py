"""The compiled parts of a contract: paths, operations, parameters, bodies and responses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .document import inline
from .schemas import Schema


@dataclass(frozen=True, slots=True)
class Parameter:
    """One documented parameter. `lenient` is the contract's `x-lenient`, empty when it has none."""

    name: str
    location: str
    schema: Mapping[str, Any]
    lenient: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a request body; `schema` has its references inlined."""

    name: str
    schema: Mapping[str, Any]
    required: bool
    pointer: str
    compiled: Schema = field(repr=False, compare=False)

    @property
    def nullable(self) -> bool:
        """Whether it may be null."""
        return bool(self.schema.get("nullable", False))


@dataclass(frozen=True, slots=True)
class Body:
    """A request body in one media type: its properties in the order in which they are declared.

    `places` has the index and pointer of each property by its name. `compiled` is the schema of all of them
    together, none required.
    """

    media_type: str
    properties: tuple[Property, ...]
    pointer: str
    places: Mapping[str, tuple[int, str]] = field(repr=False)
    compiled: Schema = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Header:
    """A documented response header; `name` is in lower case, `key` the same as bytes."""

    name: str
    key: bytes
    required: bool
    schema: Schema
    is_integer: bool


@dataclass(frozen=True, slots=True)
class Response:
    """A documented response: its headers, and one compiled schema for each media type of its body."""

    status: int
    headers: tuple[Header, ...]
    content: Mapping[str, Schema]
    pointer: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation. `role` is the contract's `x-role`: empty when any user may call it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    role: str
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Body]
    responses: Mapping[int, Response]
    pointer: str


@dataclass(frozen=True, slots=True)
class PathItem:
    """One path template, its operations by upper-case method, and the response to any other method.

    `is_literal` is true for a path without parameters, which only its template matches. `allow` are the
    methods in the header `Allow`, and `allow_header` is its value.
    """

    template: str
    operations: Mapping[str, Operation]
    method_not_allowed: Response
    allow: tuple[str, ...]
    allow_header: bytes
    is_literal: bool
    pattern: re.Pattern[str] = field(repr=False)

    def operation(self, method: str) -> Operation | None:
        """The operation that answers a method: GET also answers HEAD, unless the path has one for HEAD."""
        return self.operations.get(method) or (self.operations.get("GET") if method == "HEAD" else None)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract: its document, its paths, and its operations by operationId."""

    name: str
    document: dict[str, Any] = field(repr=False)
    paths: tuple[PathItem, ...] = field(repr=False)
    operations: Mapping[str, Operation] = field(repr=False)

    def schema(self, pointer: str) -> Schema:
        """The schema at a pointer such as `#/components/schemas/Problem`, compiled."""
        return Schema(inline(self.document, {"$ref": pointer}))


def match(paths: tuple[PathItem, ...], path: str) -> tuple[PathItem, dict[str, str]] | None:
    """The path item whose template matches the path, with the values of its parameters; else None."""
    for item in paths:
        if item.is_literal:
            if path == item.template:
                return item, {}
        elif found := item.pattern.fullmatch(path):
            return item, found.groupdict()
    return None
