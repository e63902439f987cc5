"""The `Token` scheme, for Connexion and for the plans.

Messages are those observed (D24). No answer and no log may repeat a token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from creditkit.errors import NotAuthenticated

from .request_context import context_of

if TYPE_CHECKING:
    from connexion.lifecycle import ConnexionRequest

    from creditkit.store import User


@lru_cache(maxsize=256)
def token_of(authorization: str) -> str:
    """The token in an Authorization header; raises NotAuthenticated. The keyword's case does not count."""
    keyword, *rest = authorization.split() or [""]
    if keyword.lower() != "token":
        raise NotAuthenticated("Authentication credentials were not provided.")
    if not rest:
        raise NotAuthenticated("Invalid token. No credentials provided.")
    if len(rest) > 1:
        raise NotAuthenticated("Invalid token. Token string should not contain spaces.")
    return rest[0]


def security_map(authenticate: Callable[[str], User]) -> Mapping[str, Any]:
    """Connexion's `security_map`: who is behind a request, by the kind of security scheme.

    `authenticate` takes the Authorization header and raises NotAuthenticated. The contract also admits an
    OIDC bearer token; a mock has nobody to ask about one, so it counts as no credentials.
    """

    class TokenSecurity:
        """The handler of the contract's `apiKey` scheme."""

        def get_fn(self, _scheme: Mapping[str, Any], _scopes: list[str]) -> Callable[..., dict[str, str]]:
            return verify

    class NoSecurity:
        """The handler of a scheme that the mock does not serve; Connexion then leaves it out."""

        def get_fn(self, _scheme: Mapping[str, Any], _scopes: list[str]) -> None:
            return None

    def verify(request: ConnexionRequest) -> dict[str, str]:
        context = context_of(request.scope)
        context.user = authenticate(context.headers.get("authorization", ""))
        return {"sub": context.user.username}

    return {"apiKey": TokenSecurity, "bearer": NoSecurity}
