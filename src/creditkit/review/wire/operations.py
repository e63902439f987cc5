"""Operations as what goes over the wire: parameters, bodies, responses and credentials.

References, shared parameters, defaults that are written out and the order of things leave no trace. A path
parameter is known by its position, everything else by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from creditkit.review.source import Source

from .schemas import Schemas
from .security import Credentials
from .views import Node


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of a request beside its body; `position` counts path parameters, and is -1 for others."""

    location: str
    name: str
    position: int
    at: str
    required: bool
    style: str
    explode: bool
    reserved: bool
    empty: bool
    deprecated: bool
    content: str
    node: Node
    examples: tuple[Any, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from the other parameters of its operation."""
        if self.location == "path":
            return f"path {self.position}"
        return f"{self.location} {self.name.lower() if self.location == 'header' else self.name}"

    def __str__(self) -> str:
        return f"{self.location} parameter `{self.name}`"


@dataclass(frozen=True, slots=True)
class Header:
    """One header of a response."""

    name: str
    at: str
    required: bool
    explode: bool
    content: str
    node: Node
    examples: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """One media type of a body. `encodings` say how the parts of a form are written."""

    name: str
    at: str
    node: Node
    examples: tuple[Any, ...] = ()
    encodings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """A request body."""

    at: str
    required: bool
    media: Mapping[str, Media]


@dataclass(frozen=True, slots=True)
class Response:
    """The answer with one status: `200`, `2XX` or `default`."""

    status: str
    at: str
    media: Mapping[str, Media]
    headers: Mapping[str, Header]
    links: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `shape` is the path with the names of its parameters left out."""

    method: str
    path: str
    shape: str
    at: str
    name: str
    deprecated: bool
    parameters: Mapping[str, Parameter]
    body: Body | None
    responses: Mapping[str, Response]
    security: tuple[Credentials, ...]
    security_at: str
    servers: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Wire:
    """A contract as what goes over the wire. Operations by method and shape of path."""

    source: Source
    operations: Mapping[tuple[str, str], Operation]
    requests: Schemas
    responses: Schemas


def covering(names: Mapping[str, Any], name: str) -> str | None:
    """The media type or range among the names that a media type falls under, the nearest first."""
    kind = name.partition("/")[0]
    return next((one for one in (name, f"{kind}/*", "*/*") if one in names), None)


def answering(responses: Mapping[str, Response], status: str) -> str | None:
    """The status among the responses that a status falls under: itself, its range, `default`."""
    return next((one for one in (status, f"{status[:1]}XX", "default") if one in responses), None)
