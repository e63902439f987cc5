"""What a client sends: credentials, parameters and the body, in the old contract and in the new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from creditkit.review.wire import NOTHING, Body, Media, Node, Parameter, admits, covering

from .encodings import compare_encodings
from .exchange import Exchange
from .pair import TRIES, Pair, deprecation
from .proof import COMPATIBLE, POSSIBLE, Flow, Verdict
from .record import DOCUMENTATION
from .spot import Spot
from .walk import Walk


def compare_requests(pair: Pair) -> None:
    """Tell every change of what a client sends."""
    _security(pair)
    for key in sorted({**pair.old.parameters, **pair.new.parameters}):
        old, new = pair.old.parameters.get(key), pair.new.parameters.get(key)
        if old is None and new is not None:
            _added(pair, new)
        elif new is None and old is not None:
            verdict = pair.refused(_with(pair, old))
            message = "is no longer documented"
            pair.tell("request-parameter-removed", old, message, (old.at, pair.new.at), "senders", verdict)
        elif old is not None and new is not None:
            _parameter(pair, old, new)
    _body(pair)


def _security(pair: Pair) -> None:
    places = pair.old.security_at, pair.new.security_at
    for one in pair.old.security:
        if not admits(pair.new.security, one):
            verdict = pair.refused([pair.before.request(pair.old, credentials=one)])
            message = (
                f"{_credentials(one)} no longer enough" if one != NOTHING else "credentials are needed now"
            )
            pair.tell("security-alternative-removed", "security", message, places, "senders", verdict)
    for one in pair.new.security:
        if not admits(pair.old.security, one):
            message = f"{_credentials(one)} enough now"
            pair.tell("security-alternative-added", "security", message, places, "senders")


def _credentials(credentials: frozenset[str]) -> str:
    named = " and ".join(f"`{one}`" for one in sorted(credentials))
    return f"{named} {'are' if len(credentials) > 1 else 'is'}"


def _added(pair: Pair, new: Parameter) -> None:
    places = pair.old.at, new.at
    if new.required:
        verdict = pair.refused([pair.before.request(pair.old)])
        pair.tell("request-parameter-added-required", new, "is new and required", places, "senders", verdict)
    else:
        pair.tell("request-parameter-added", new, "is new", places, "senders")


def _with(pair: Pair, parameter: Parameter) -> Iterator[Exchange | None]:
    """Requests with some values of a parameter."""
    for value in islice(pair.before.values(pair.old, parameter), TRIES):
        yield pair.before.request(pair.old, values={parameter.key: value})


def _parameter(pair: Pair, old: Parameter, new: Parameter) -> None:
    places = old.at, new.at
    if old.name != new.name and old.location == "path":
        message = f"was called `{old.name}`: nothing changes on the wire"
        pair.tell("request-parameter-renamed", new, message, places, "senders", DOCUMENTATION)
    if new.required and not old.required:
        verdict = pair.refused([pair.before.request(pair.old, omit=old.key)])
        pair.tell("request-parameter-became-required", new, "is now required", places, "senders", verdict)
    elif old.required and not new.required:
        pair.tell("request-parameter-became-optional", new, "is no longer required", places, "senders")
    if old.deprecated != new.deprecated:
        what, message = deprecation(is_new=new.deprecated)
        pair.tell(f"request-parameter-{what}", new, message, places, "senders", DOCUMENTATION)
    _style(pair, old, new)

    def wrap(value: Any) -> Exchange | None:
        return pair.before.request(pair.old, values={old.key: value})

    flow = Flow("request", *pair.sides, "old", old.node, new.node, "plain", wrap)
    textual = not old.content and not new.content
    lost = replace(flow, mode="closed")
    walk = Walk(pair.record, flow, "request-parameter", str(new), lost, textual)
    items = _items(pair, old, new)
    if items is None:
        walk.spot(Spot(old.node, new.node))
    else:
        message = "may be given several times now, and one value is written as before"
        pair.tell("request-parameter-type-changed", new, message, places, "senders")
        walk.spot(Spot(old.node, items))


def _items(pair: Pair, old: Parameter, new: Parameter) -> Node | None:
    """The items of a list that takes the place of a single value; None where none does."""
    one, many = pair.record.old.requests.view(old.node), pair.record.new.requests.view(new.node)
    is_list = many.types == ("array",) and many.demands.get("minItems", 0) <= 1
    is_list = is_list and new.style == "form" and new.explode and not new.content
    is_single = one.types is not None and not {*one.types} & {"array", "object"} and not old.content
    return many.items if is_list and is_single else None


def _style(pair: Pair, old: Parameter, new: Parameter) -> None:
    places = old.at, new.at
    if old.content != new.content:
        message = f"was written as {_written(old)} and is now as {_written(new)}"
        verdict = pair.refused(_with(pair, old))
        pair.tell("request-parameter-content-changed", new, message, places, "senders", verdict)
    elif not old.content and (old.style, old.explode) != (new.style, new.explode):
        types = {*(pair.record.old.requests.view(old.node).types or ("array", "object"))}
        if types & {"array", "object"} or {old.style, new.style} & {"label", "matrix"}:
            verdict = pair.refused(_with(pair, old), _quiet(old, new, types))
            message = f"was written as {_written(old)} and is now as {_written(new)}"
            pair.tell("request-parameter-style-changed", new, message, places, "senders", verdict)
    if old.empty and not new.empty and pair.sides[1].text("request", new.node, "") is not True:
        message = "`allowEmptyValue` is gone: the name alone is no longer enough"
        pair.tell("request-parameter-style-changed", new, message, places, "senders", POSSIBLE)
    if old.reserved and not new.reserved:
        message = "`allowReserved` is gone: reserved characters must be escaped now"
        pair.tell("request-parameter-style-changed", new, message, places, "senders", POSSIBLE)


def _quiet(old: Parameter, new: Parameter, types: set[str]) -> Verdict:
    """The verdict where no value was read otherwise: `simple` writes a list alike, exploded or not."""
    return COMPATIBLE if old.style == new.style == "simple" and "object" not in types else POSSIBLE


def _written(parameter: Parameter) -> str:
    if parameter.content:
        return f"`{parameter.content}`"
    return f"`{parameter.style}`{' exploded' if parameter.explode else ''}"


def _body(pair: Pair) -> None:
    old, new = pair.old.body, pair.new.body
    if old is None and new is not None:
        places = pair.old.at, new.at
        if new.required:
            verdict = pair.refused([pair.before.request(pair.old)])
            pair.tell(
                "request-body-added-required", "body", "is new and required", places, "senders", verdict
            )
        else:
            pair.tell("request-body-added", "body", "is new", places, "senders")
    elif old is not None and new is None:
        verdict = pair.refused(_carrying(pair, *old.media.values()))
        message = "is no longer documented"
        pair.tell("request-body-removed", "body", message, (old.at, pair.new.at), "senders", verdict)
    elif old is not None and new is not None:
        _both_bodies(pair, old, new)


def _carrying(pair: Pair, *media: Media) -> Iterator[Exchange | None]:
    """Requests with some bodies of the media types."""
    for one in media:
        for body in islice(pair.before.bodies(one, "request"), TRIES):
            yield pair.before.request(pair.old, body=body)


def _both_bodies(pair: Pair, old: Body, new: Body) -> None:
    places = old.at, new.at
    if new.required and not old.required:
        verdict = pair.refused([pair.before.request(pair.old, omit="body")])
        pair.tell("request-body-became-required", "body", "is now required", places, "senders", verdict)
    elif old.required and not new.required:
        pair.tell("request-body-became-optional", "body", "is no longer required", places, "senders")
    many = len(old.media) > 1 or len(new.media) > 1
    for name in sorted({*old.media, *new.media}):
        where = f"body ({name})"
        known = covering(new.media, name)
        if name not in old.media:
            at = old.at, new.media[name].at
            pair.tell("request-body-media-type-added", where, "is new", at, "senders")
        elif known is None:
            verdict = pair.refused(_carrying(pair, old.media[name]))
            at, message = (old.media[name].at, new.at), "is no longer documented"
            pair.tell("request-body-media-type-removed", where, message, at, "senders", verdict)
        else:
            shown = where if many else "body"
            _media(pair, old.media[name], new.media[known], shown)
            compare_encodings(pair, old.media[name], new.media[known], shown)


def _media(pair: Pair, old: Media, new: Media, where: str) -> None:
    def wrap(value: Any) -> Exchange | None:
        return pair.before.request(pair.old, body=(old.name, value))

    flow = Flow("request", *pair.sides, "old", old.node, new.node, "plain", wrap)
    lost = replace(flow, mode="closed")
    walk = Walk(pair.record, flow, "request-body", where, lost, textual="json" not in old.name)
    walk.spot(Spot(old.node, new.node))
