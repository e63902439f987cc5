"""Operations as they go over the wire: parameters, bodies, responses and credentials.

References, shared parameters, written-out defaults and order leave no trace. A path parameter is known by its
position, everything else by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from creditkit.documents import as_dict, join
from creditkit.review.source import METHODS, Source

from .schemas import Schemas
from .views import Node

Credentials = frozenset[str]
"""The credentials of one request, in words: `header Authorization`, `http bearer`, `scope credits:read`."""

NOTHING: Credentials = frozenset()


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
        """Its name among the parameters of its operation."""
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
    """One method of one path. `shape` is the path without the names of its parameters."""

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


Key = tuple[str, str]
"""Method and shape of the path: the name of an operation in both contracts."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A contract as it goes over the wire."""

    source: Source
    operations: Mapping[Key, Operation]
    requests: Schemas
    responses: Schemas

    def schemas(self, direction: str) -> Schemas:
        """The schemas of requests or of responses."""
        return self.requests if direction == "request" else self.responses


def order(key: Key) -> tuple[str, int]:
    """Sorts operations by path and method, as a report lists them."""
    return key[1], METHODS.index(key[0].lower())


def covering(names: Mapping[str, Any], name: str) -> str | None:
    """The media type or range among the names that a media type falls under, the most specific first."""
    kind = name.partition("/")[0]
    return next((one for one in (name, f"{kind}/*", "*/*") if one in names), None)


def answering(responses: Mapping[str, Response], status: str) -> str | None:
    """The status among the responses that a status falls under: itself, its range, `default`."""
    return next((one for one in (status, f"{status[:1]}XX", "default") if one in responses), None)


def admits(accepted: tuple[Credentials, ...], carried: Credentials) -> bool:
    """Whether a request with these credentials satisfies one of the accepted alternatives."""
    return any(one <= carried for one in accepted)


def security_schemes(source: Source) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """The declared security schemes by name, each with its pointer; malformed ones are skipped."""
    names = as_dict(as_dict(source.document.get("components")).get("securitySchemes"))
    found = {name: source.object_at(join("/components/securitySchemes", name)) for name in names}
    return {name: (at, scheme) for name, (at, scheme) in found.items() if scheme}


def security_alternatives(source: Source, requirements: Any) -> tuple[Credentials, ...]:
    """The alternatives of a `security`, each of which is enough; without any, one that asks for nothing."""
    if not isinstance(requirements, list) or not requirements:
        return (NOTHING,)
    schemes = security_schemes(source)
    found = [_credentials(schemes, one) for one in requirements if isinstance(one, dict)]
    return tuple(dict.fromkeys(found))


def _credentials(
    schemes: Mapping[str, tuple[str, Mapping[str, Any]]], requirement: Mapping[str, Any]
) -> Credentials:
    found: set[str] = set()
    for name, scopes in requirement.items():
        found.add(_on_the_wire(name, schemes.get(name, ("", {}))[1]))
        if isinstance(scopes, list):
            found |= {f"scope {scope}" for scope in scopes}
    return frozenset(found)


def _on_the_wire(name: str, scheme: Mapping[str, Any]) -> str:
    """What a request carries for a security scheme, in words."""
    kind = scheme.get("type")
    if kind == "apiKey":
        place, key = str(scheme.get("in")), str(scheme.get("name"))
        return f"{place} {key.lower() if place == 'header' else key}"
    if kind == "http":
        return f"http {str(scheme.get('scheme')).lower()}"
    if kind == "oauth2":
        return "OAuth token"
    if kind == "openIdConnect":
        return f"token of {scheme.get('openIdConnectUrl')}"
    return "client certificate" if kind == "mutualTLS" else name
