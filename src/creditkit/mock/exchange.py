"""The exchange: what is known of one request while it passes through the mock.

Made once, at the outermost step, and found by every later step in the ASGI scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from creditkit.contract import PathItem, match
from creditkit.errors import Refusal
from creditkit.handlers import Input

if TYPE_CHECKING:
    from starlette.types import Scope

    from creditkit.store import User

_KEY = "creditkit.exchange"


@dataclass(slots=True)
class Exchange:
    """One request. `item` is None for a path that no contract has; `user` is set when security is done.

    `found` is what a validator has made of the body already; None where nobody has read it yet.
    """

    method: str
    path: str
    base: str
    headers: Mapping[str, str]
    query: list[tuple[str, str]]
    item: PathItem | None
    parameters: Mapping[str, str]
    user: User | None = None
    found: Input | Refusal | None = None

    @property
    def wants_problem(self) -> bool:
        """Whether a refusal is to be told as `application/problem+json` (RFC 9457)."""
        return "application/problem+json" in self.headers.get("accept", "").lower()

    @property
    def format(self) -> str:
        """The value of `?format=`, empty without one; of a repeated one the last counts."""
        return dict(self.query).get("format", "") if self.query else ""


def open_exchange(scope: Scope, paths: tuple[PathItem, ...]) -> Exchange:
    """The exchange of a request that has just come in, put into its scope."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    path = scope["path"]
    found = match(paths, path)
    exchange = Exchange(
        method=scope["method"],
        path=path,
        base=f"{scope['scheme']}://{headers.get('host', 'localhost')}{scope.get('root_path', '')}",
        headers=headers,
        query=parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if scope["query_string"]
        else [],
        item=found[0] if found else None,
        parameters=found[1] if found else {},
    )
    scope[_KEY] = exchange
    return exchange


def exchange_of(scope: Mapping[str, Any]) -> Exchange:
    """The exchange of the request that this scope belongs to."""
    exchange = scope[_KEY]
    assert isinstance(exchange, Exchange)
    return exchange
