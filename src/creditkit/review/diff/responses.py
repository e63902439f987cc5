"""What a server answers: statuses, bodies and headers, in the old contract and in the new one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from creditkit.documents import join
from creditkit.review.wire import Header, Media, Response, answering, covering, identity

from .exchange import Exchange
from .pair import TRIES, Pair
from .proof import COMPATIBLE, Flow
from .record import DOCUMENTATION
from .spot import Spot
from .walk import Walk


def compare_responses(pair: Pair) -> None:
    """Tell every change of what a server answers. Only readers can be broken by it."""
    old, new = pair.old.responses, pair.new.responses
    for status in sorted({*old, *new}):
        if status not in old:
            pair.tell("response-added", status, "is new", (pair.old.at, new[status].at), "readers")
            continue
        known = answering(new, status) if status.isdecimal() else status if status in new else None
        if known is not None:
            _response(pair, old[status], new[known])
            continue
        verdict = COMPATIBLE
        if status.startswith("2"):
            verdict = pair.refused([pair.before.response(pair.old, old[status])])
        places, message = (old[status].at, pair.new.at), "is no longer documented"
        pair.tell("response-removed", status, message, places, "readers", verdict)


def _response(pair: Pair, old: Response, new: Response) -> None:
    for name in sorted({*old.headers, *new.headers}):
        _header(pair, old, new, name)
    _links(pair, old, new)
    many = len(old.media) > 1 or len(new.media) > 1
    for name in sorted({*old.media, *new.media}):
        where = f"{old.status} body ({name})"
        known = covering(new.media, name)
        if name not in old.media:
            kind = "response-body-media-type-added" if old.media else "response-body-added"
            pair.tell(kind, where, "is new", (old.at, new.media[name].at), "readers")
        elif known is None:
            kind = "response-body-media-type-removed" if new.media else "response-body-removed"
            verdict = pair.refused(_carrying(pair, old, old.media[name]))
            places, message = (old.media[name].at, new.at), "is no longer documented"
            pair.tell(kind, where, message, places, "readers", verdict)
        else:
            shown = where if many else f"{old.status} body"
            _media(pair, (old, old.media[name]), (new, new.media[known]), shown)


def _links(pair: Pair, old: Response, new: Response) -> None:
    """What may be called next, which goes over no wire."""
    for name in sorted({*old.links, *new.links}):
        if identity(old.links.get(name)) == identity(new.links.get(name)):
            continue
        message = "is new" if name not in old.links else "is gone" if name not in new.links else "has changed"
        at = [join(one.at, "links", name) if name in one.links else one.at for one in (old, new)]
        where = f"{old.status} link `{name}`"
        pair.tell("response-link-changed", where, message, (at[0], at[1]), "readers", DOCUMENTATION)


def _carrying(pair: Pair, response: Response, media: Media) -> Iterator[Exchange | None]:
    """Responses of the old contract with some bodies."""
    for body in islice(pair.before.bodies(media, "response"), TRIES):
        yield pair.before.response(pair.old, response, body=body)


def _media(pair: Pair, old: tuple[Response, Media], new: tuple[Response, Media], where: str) -> None:
    nodes = old[1].node, new[1].node

    def answer(value: Any) -> Exchange | None:
        return pair.after.response(pair.new, new[0], body=(new[1].name, value))

    def answer_of_old(value: Any) -> Exchange | None:
        return pair.before.response(pair.old, old[0], body=(old[1].name, value))

    flow = Flow("response", *pair.sides[::-1], "new", nodes[1], nodes[0], "tolerant", answer)
    lost = Flow("response", *pair.sides, "old", *nodes, "closed", answer_of_old)
    Walk(pair.record, flow, "response-body", where, lost).spot(Spot(*nodes))


def _header(pair: Pair, old: Response, new: Response, name: str) -> None:
    ours, theirs = old.headers.get(name), new.headers.get(name)
    where = f"{old.status} header `{name}`"
    if ours is None and theirs is not None:
        pair.tell("response-header-added", where, "is new", (old.at, theirs.at), "readers")
    elif theirs is None and ours is not None:
        drawn = islice(pair.before.headers(ours), TRIES)
        verdict = pair.refused(pair.before.response(pair.old, old, headers={name: value}) for value in drawn)
        places, message = (ours.at, new.at), "is no longer documented"
        pair.tell("response-header-removed", where, message, places, "readers", verdict)
    elif ours is not None and theirs is not None:
        _both_headers(pair, new, ours, theirs, where)


def _both_headers(pair: Pair, response: Response, old: Header, new: Header, where: str) -> None:
    name, places = old.name.lower(), (old.at, new.at)
    if old.required and not new.required:
        verdict = pair.unexpected(pair.after.response(pair.new, response, omit=name))
        message = "is no longer always sent"
        pair.tell("response-header-became-optional", where, message, places, "readers", verdict)
    elif new.required and not old.required:
        pair.tell("response-header-became-required", where, "is now always sent", places, "readers")

    def answer(value: Any) -> Exchange | None:
        return pair.after.response(pair.new, response, headers={name: value})

    flow = Flow("request", *pair.sides[::-1], "new", new.node, old.node, "tolerant", answer)
    walk = Walk(pair.record, flow, "response-header", where, textual=not old.content)
    walk.spot(Spot(old.node, new.node))
