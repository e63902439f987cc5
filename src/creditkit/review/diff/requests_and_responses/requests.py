"""Requests: the credentials, parameters and body that a client sends, in both contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditkit.documents import join
from creditkit.review.diff.changes import COMPATIBLE, DOCUMENTATION, POSSIBLE, ChangeLog, Verdict
from creditkit.review.wire import NOTHING, Body, Media, Node, Parameter, admits, covering, security_schemes

from .pair import Pair

_ADDRESSES = ("authorizationUrl", "tokenUrl", "refreshUrl")


def compare_requests(pair: Pair) -> None:
    """Report every change of what a client sends."""
    _security(pair)
    for key in sorted({**pair.old.parameters, **pair.new.parameters}):
        old, new = pair.old.parameters.get(key), pair.new.parameters.get(key)
        if old is None and new is not None:
            _added(pair, "request-parameter", new, new)
        elif new is None and old is not None:
            verdict = pair.refused(pair.before.requests_with(pair.old, old))
            places, message = (old.at, pair.new.at), "is no longer documented"
            pair.tell("request-parameter-removed", old, message, places, "senders", verdict)
        elif old is not None and new is not None:
            _parameter(pair, old, new)
    _body(pair)


def _security(pair: Pair) -> None:
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


def _added(pair: Pair, subject: str, where: object, new: Parameter | Body) -> None:
    places = pair.old.at, new.at
    if new.required:
        verdict = pair.refused([pair.before.request(pair.old)])
        pair.tell(f"{subject}-added-required", where, "is new and required", places, "senders", verdict)
    else:
        pair.tell(f"{subject}-added", where, "is new", places, "senders")


def _parameter(pair: Pair, old: Parameter, new: Parameter) -> None:
    places = old.at, new.at
    if old.name != new.name and old.location == "path":
        message = f"was called `{old.name}`: nothing changes on the wire"
        pair.tell("request-parameter-renamed", new, message, places, "senders", DOCUMENTATION)
    pair.compare_required(
        "request-parameter", new, old, new, lambda: pair.before.request(pair.old, omit=old.key)
    )
    pair.compare_deprecated("request-parameter", new, old, new, "senders")
    _style(pair, old, new)
    accepted = new.node
    items = _items(pair, old, new)
    if items is not None:
        message = "may be given several times now, and one value is written as before"
        pair.tell("request-parameter-type-changed", new, message, places, "senders")
        accepted = items
    pair.compare_from_client(
        "request-parameter",
        new,
        (old.node, accepted),
        lambda value: pair.before.request(pair.old, values={old.key: value}),
        textual=not old.content and not new.content,
        whole=new.node,
    )


def _items(pair: Pair, old: Parameter, new: Parameter) -> Node | None:
    """The items of a list that replaces a single value; None where none does."""
    one, many = pair.changes.old.requests.view(old.node), pair.changes.new.requests.view(new.node)
    is_list = many.types == ("array",) and many.keywords.get("minItems", 0) <= 1
    is_list = is_list and new.style == "form" and new.explode and not new.content
    is_single = one.types is not None and not {*one.types} & {"array", "object"} and not old.content
    return many.items if is_list and is_single else None


def _style(pair: Pair, old: Parameter, new: Parameter) -> None:
    places = old.at, new.at
    changed = "request-parameter-style-changed"
    message = f"was written as {_written(old)} and is now as {_written(new)}"
    if old.content != new.content:
        verdict = pair.refused(pair.before.requests_with(pair.old, old))
        pair.tell("request-parameter-content-changed", new, message, places, "senders", verdict)
    elif not old.content and (old.style, old.explode) != (new.style, new.explode):
        types = {*(pair.changes.old.requests.view(old.node).types or ("array", "object"))}
        if types & {"array", "object"} or {old.style, new.style} & {"label", "matrix"}:
            # `simple` writes a list in the same way, exploded or not.
            alike = old.style == new.style == "simple" and "object" not in types
            otherwise = COMPATIBLE if alike else POSSIBLE
            verdict = pair.refused(pair.before.requests_with(pair.old, old), otherwise)
            pair.tell(changed, new, message, places, "senders", verdict)
    if old.empty and not new.empty and pair.checkers[1].admits_text("request", new.node, "") is not True:
        message = "`allowEmptyValue` is gone: the name alone is no longer enough"
        pair.tell(changed, new, message, places, "senders", POSSIBLE)
    if old.reserved and not new.reserved:
        message = "`allowReserved` is gone: reserved characters must be escaped now"
        pair.tell(changed, new, message, places, "senders", POSSIBLE)


def _written(parameter: Parameter) -> str:
    if parameter.content:
        return f"`{parameter.content}`"
    return f"`{parameter.style}`{' exploded' if parameter.explode else ''}"


def _body(pair: Pair) -> None:
    old, new = pair.old.body, pair.new.body
    if old is None and new is not None:
        _added(pair, "request-body", "body", new)
    elif old is not None and new is None:
        verdict = pair.refused(pair.before.requests_carrying(pair.old, *old.media.values()))
        places, message = (old.at, pair.new.at), "is no longer documented"
        pair.tell("request-body-removed", "body", message, places, "senders", verdict)
    elif old is not None and new is not None:
        _both_bodies(pair, old, new)


def _both_bodies(pair: Pair, old: Body, new: Body) -> None:
    pair.compare_required(
        "request-body", "body", old, new, lambda: pair.before.request(pair.old, omit="body")
    )
    many = len(old.media) > 1 or len(new.media) > 1
    for name in sorted({*old.media, *new.media}):
        where = f"body ({name})"
        known = covering(new.media, name)
        if name not in old.media:
            places = old.at, new.media[name].at
            pair.tell("request-body-media-type-added", where, "is new", places, "senders")
        elif known is None:
            verdict = pair.refused(pair.before.requests_carrying(pair.old, old.media[name]))
            places, message = (old.media[name].at, new.at), "is no longer documented"
            pair.tell("request-body-media-type-removed", where, message, places, "senders", verdict)
        else:
            _media(pair, old.media[name], new.media[known], where if many else "body")


def _media(pair: Pair, old: Media, new: Media, where: str) -> None:
    pair.compare_from_client(
        "request-body",
        where,
        (old.node, new.node),
        lambda value: pair.before.request(pair.old, body=(old.name, value)),
        textual="json" not in old.name,
    )
    # How the parts of a form are written is in no schema, and witnesses are values: there is none.
    for part in sorted({*old.encodings, *new.encodings}):
        at = [join(one.at, "encoding", part) if part in one.encodings else one.at for one in (old, new)]
        ours, theirs = old.encodings.get(part, {}), new.encodings.get(part, {})
        for message, verdict in _encoding_differences(ours, theirs):
            named = f"{where} part `{part}`"
            kind = "request-body-encoding-changed"
            pair.tell(kind, named, message, (at[0], at[1]), "senders", verdict)


def _encoding_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Verdict]]:
    """The differences in how a part of a form is written, and whether the old way is still understood."""
    found = []
    ours, theirs = _content_types(old), _content_types(new)
    if ours != theirs:
        message = f"its media type was {_named(ours)} and is now {_named(theirs)}"
        found.append((message, COMPATIBLE if not theirs or (ours and ours <= theirs) else POSSIBLE))
    styles = _encoding_style(old), _encoding_style(new)
    if styles[0] != styles[1]:
        found.append((f"it was written as {styles[0]} and is now as {styles[1]}", POSSIBLE))
    return found


def _content_types(encoding: Mapping[str, Any]) -> set[str]:
    text = encoding.get("contentType")
    return {one.strip().lower() for one in text.split(",")} if isinstance(text, str) else set()


def _named(types: set[str]) -> str:
    return " or ".join(f"`{one}`" for one in sorted(types)) or "that of its schema"


def _encoding_style(encoding: Mapping[str, Any]) -> str:
    style = encoding.get("style", "form")
    return f"`{style}`{' exploded' if encoding.get('explode', style == 'form') is True else ''}"


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
