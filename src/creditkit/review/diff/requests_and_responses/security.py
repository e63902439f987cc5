"""Credentials and security schemes: whether a client is still let in, and where it gets its token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditkit.documents import join
from creditkit.review.diff.changes import POSSIBLE, ChangeLog
from creditkit.review.wire import NOTHING, admits, security_schemes

from .pair import Pair

_ADDRESSES = ("authorizationUrl", "tokenUrl", "refreshUrl")


def compare_security(pair: Pair) -> None:
    """Report every difference in the credentials that an operation accepts."""
    places = pair.old.security_at, pair.new.security_at
    for one in pair.old.security:
        if not admits(pair.new.security, one):
            verdict = pair.refused([pair.before.request(pair.old, credentials=one)])
            message = "credentials are needed now"
            if one != NOTHING:
                message = f"{_credentials(one)} no longer enough"
            pair.tell("security-alternative-removed", "security", message, places, "senders", verdict)
    for one in pair.new.security:
        if not admits(pair.old.security, one):
            message = f"{_credentials(one)} enough now"
            pair.tell("security-alternative-added", "security", message, places, "senders")


def _credentials(credentials: frozenset[str]) -> str:
    named = " and ".join(f"`{one}`" for one in sorted(credentials))
    return f"{named} {'are' if len(credentials) > 1 else 'is'}"


def compare_schemes(changes: ChangeLog) -> None:
    """Report every difference in the OAuth flows of the schemes that both contracts have.

    No request of the API shows them, so there is no witness.
    """
    old, new = security_schemes(changes.old.source), security_schemes(changes.new.source)
    for name in sorted(old.keys() & new.keys()):
        (before, ours), (after, theirs) = old[name], new[name]
        if ours.get("type") == theirs.get("type") == "oauth2":
            flows = _flows(ours), _flows(theirs)
            for flow in sorted(flows[0]):
                places = (
                    join(before, "flows", flow),
                    join(after, "flows", flow) if flow in flows[1] else after,
                )
                for message in _differences(flow, flows[0][flow], flows[1].get(flow)):
                    where = f"security scheme `{name}`"
                    changes.add("security-scheme-changed", where, message, places, "senders", POSSIBLE)


def _differences(flow: str, old: Mapping[str, Any], new: Mapping[str, Any] | None) -> list[str]:
    if new is None:
        return [f"the flow `{flow}` is gone"]
    found = [
        f"`{key}` of the flow `{flow}` was `{old[key]}` and is now `{new[key]}`"
        for key in _ADDRESSES
        if key in old and key in new and old[key] != new[key]
    ]
    found += [f"`{key}` of the flow `{flow}` is gone" for key in _ADDRESSES if key in old and key not in new]
    gone = [scope for scope in _members(old, "scopes") if scope not in _members(new, "scopes")]
    return found + [f"the scope `{scope}` of the flow `{flow}` is gone" for scope in gone]


def _flows(scheme: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {name: one for name, one in _members(scheme, "flows").items() if isinstance(one, dict)}


def _members(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}
