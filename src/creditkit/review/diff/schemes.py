"""Security schemes: where a client gets its token, which no request of the API shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditkit.documents import join
from creditkit.review.wire import security_schemes

from .proof import POSSIBLE
from .record import Record

_ADDRESSES = ("authorizationUrl", "tokenUrl", "refreshUrl")


def compare_schemes(record: Record) -> None:
    """Tell what has changed in the OAuth flows of the schemes that both contracts have."""
    old, new = security_schemes(record.old.source), security_schemes(record.new.source)
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
                    _tell(record, name, message, places)


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


def _tell(record: Record, name: str, message: str, places: tuple[str, str]) -> None:
    record.add(
        "security-scheme-changed",
        f"security scheme `{name}`",
        message,
        old=places[0],
        new=places[1],
        breaks="senders",
        verdict=POSSIBLE,
    )
