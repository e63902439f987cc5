"""Security: the credentials that let a request in, by what they look like on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditkit.documents import Missing, join
from creditkit.review.references import follow
from creditkit.review.source import Source

Credentials = frozenset[str]
"""What one request carries, in words: `header Authorization`, `http bearer`, `OAuth scope credits:read`."""

NOTHING: Credentials = frozenset()


def alternatives(source: Source, requirements: Any) -> tuple[Credentials, ...]:
    """The alternatives of a `security`, of which each is enough; without any, one that asks for nothing."""
    if not isinstance(requirements, list) or not requirements:
        return (NOTHING,)
    found = [_credentials(source, one) for one in requirements if isinstance(one, dict)]
    return tuple(dict.fromkeys(found))


def admits(accepted: tuple[Credentials, ...], carried: Credentials) -> bool:
    """Whether a request with these credentials is let in."""
    return any(one <= carried for one in accepted)


def security_schemes(source: Source) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """The declared schemes by name, each with its pointer; what is malformed is passed over."""
    known = source.document.get("components")
    listed = known.get("securitySchemes") if isinstance(known, dict) else None
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for name in listed if isinstance(listed, dict) else ():
        try:
            at, scheme = follow(source.document, join("/components/securitySchemes", name))
        except Missing:
            continue
        if isinstance(scheme, dict):
            found[name] = at, scheme
    return found


def _credentials(source: Source, requirement: Mapping[str, Any]) -> Credentials:
    found: set[str] = set()
    for name, scopes in requirement.items():
        scheme = _scheme(source, name)
        found.add(_words(name, scheme))
        if isinstance(scopes, list):
            found |= {f"scope {scope}" for scope in scopes}
    return frozenset(found)


def _scheme(source: Source, name: str) -> Mapping[str, Any]:
    return security_schemes(source).get(name, ("", {}))[1]


def _words(name: str, scheme: Mapping[str, Any]) -> str:
    """What a credential looks like on the wire."""
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
