"""A call and its reply: what a handler is given, and what it gives back.

Handlers know no HTTP server. They are plain functions of a `Call`, so one request is one step: nothing
else happens in the world between its reads and its writes. Each request makes one of each of these: as
structs they cost a fraction of frozen dataclasses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from msgspec import Struct

from creditkit.errors import NotFound, Violation
from creditkit.store import User, World

from .paging import Query


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the hyperlinks of one answer. `base` has no trailing slash; `suffix` is empty or a query."""

    base: str
    suffix: str = ""

    def credit(self, uuid: UUID | str) -> str:
        """The url of a credit."""
        return f"{self.base}/api/customer-credits/{uuid}/{self.suffix}"

    def customer(self, uuid: UUID | str) -> str:
        """The url of a customer."""
        return f"{self.base}/api/customers/{uuid}/{self.suffix}"

    def offering(self, uuid: UUID | str) -> str:
        """The url of a provider's offering."""
        return f"{self.base}/api/marketplace-provider-offerings/{uuid}/{self.suffix}"


@lru_cache(maxsize=64)
def links_of(base: str, form: str = "") -> Links:
    """The hyperlinks of a request to `base` with that `?format=`, empty for none: the same for the same."""
    return Links(base, f"?format={form}" if form else "")


class Input(Struct, frozen=True):
    """A request body that has been read: the values that are good, and what is wrong with the others.

    `sent` holds every field as it came.
    """

    values: Mapping[str, Any]
    violations: tuple[Violation, ...]
    sent: Mapping[str, Any]


class Call(Struct, frozen=True):
    """One request to one operation, by a user who may make it.

    `path` is the request's path. `select` reads the query
    by the parameters of the operation that it names and raises Rejected. `body` reads the request body
    and raises UnsupportedMediaType, Malformed or Rejected: it is called after the object was found, since
    the real server answers 404 before it looks at a body (observed D24).
    """

    world: World
    user: User
    links: Links
    path: str
    query: Query
    uuid_text: str
    select: Callable[[str], dict[str, Any]]
    body: Callable[[], Input]

    def uuid(self, kind: str) -> UUID:
        """The uuid in the path, in any spelling; NotFound where it is none (observed D24: never 400)."""
        try:
            return UUID(self.uuid_text)
        except ValueError:
            raise NotFound.of(kind) from None


class Reply(Struct, frozen=True):
    """The answer to a call. `body` is JSON in bytes, or what becomes JSON; None stands for no body."""

    status: int
    body: object = None
    headers: Mapping[str, str] = MappingProxyType({})
