"""The context of one request: its parts, its user, and what was read of it.

`Plans` or `Answers` makes it; later steps find it in the ASGI scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from creditkit.contract import PathItem, match
from creditkit.errors import NotAcceptable, NotFound, Refusal
from creditkit.handlers import Input, Query

if TYPE_CHECKING:
    from starlette.types import Scope

    from creditkit.store import User

_KEY = "creditkit.context"
_NO_QUERY = Query()
_ACCEPTABLE = frozenset(["*/*", "application/*", "application/json", "application/problem+json"])


class Headers:
    """The headers of a request, by name in lower case, as servers send them on; of a repeated one the last.

    Nobody changes them.
    """

    __slots__ = ("_sent",)

    def __init__(self, sent: Mapping[bytes, bytes]) -> None:
        self._sent = {name.decode("latin-1"): value.decode("latin-1") for name, value in sent.items()}

    def get(self, name: str, default: str = "") -> str:
        """The value of a header, or `default` where it was not sent."""
        return self._sent.get(name, default)


class RequestContext(Struct):
    """One request. `item` is None for a path that no contract has; `user` is set when security is done.

    `format` is the value of `?format=`, empty without one; of a repeated one the last counts. `found` is what
    a validator has made of the body already; None where nobody has read it yet. `refusal` is why the request
    was refused.
    """

    method: str
    path: str
    base: str
    headers: Headers
    query: Query
    format: str
    item: PathItem | None
    parameters: Mapping[str, str]
    user: User | None = None
    found: Input | Refusal | None = None
    refusal: Refusal | None = None

    @property
    def wants_problem(self) -> bool:
        """Whether the client accepts refusals as `application/problem+json` (RFC 9457)."""
        return "application/problem+json" in self.headers.get("accept").lower()

    def refuse(self, refusal: Refusal) -> None:
        """Keep the refusal without its traceback.

        The frames of the traceback refer to this context. Such circles would have to wait for the cycle
        collector, which stops all requests while it frees thousands of them.
        """
        refusal.__traceback__ = refusal.__context__ = refusal.__cause__ = None
        self.refusal = refusal


def open_context(scope: Scope, paths: tuple[PathItem, ...]) -> RequestContext:
    """Make the context of a new request, and put it into its scope."""
    headers = Headers(dict(scope["headers"]))
    base = f"{scope['scheme']}://{headers.get('host', 'localhost')}{scope.get('root_path', '')}"
    context = context_with(scope["method"], scope["path"], scope["query_string"], headers, base, paths)
    scope[_KEY] = context
    return context


def context_with(
    method: str, path: str, sent: bytes, headers: Headers, base: str, paths: tuple[PathItem, ...]
) -> RequestContext:
    """The context of a request to `base`, with the query as it was sent."""
    query = Query.of(sent.decode("latin-1")) if sent else _NO_QUERY
    item, parameters = match(paths, path) or (None, {})
    return RequestContext(method, path, base, headers, query, query.last.get("format", ""), item, parameters)


def context_of(scope: Mapping[str, Any]) -> RequestContext:
    """The context of the request that this scope belongs to."""
    context = scope[_KEY]
    assert isinstance(context, RequestContext)
    return context


def negotiate(context: RequestContext) -> None:
    """Check that the client accepts JSON; raises NotFound and NotAcceptable."""
    if context.format not in ("", "json"):
        raise NotFound("Not found.")
    if not acceptable(context.headers.get("accept", "*/*")):
        raise NotAcceptable("Could not satisfy the request Accept header.")


@lru_cache(maxsize=256)
def acceptable(accept: str) -> bool:
    """Whether an Accept header admits JSON. Asking for problem details alone admits it as well."""
    ranges = (part.split(";")[0].strip().lower() for part in accept.split(","))
    return any(media_range in _ACCEPTABLE for media_range in ranges)
