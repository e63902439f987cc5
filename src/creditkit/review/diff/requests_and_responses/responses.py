"""Responses: the statuses, bodies and headers that the API answers with, in both contracts."""

from __future__ import annotations

from creditkit.documents import join
from creditkit.review.diff.changes import COMPATIBLE, DOCUMENTATION
from creditkit.review.wire import Header, Media, Response, answering, covering, identity

from .pair import Pair


def compare_responses(pair: Pair) -> None:
    """Report every change of what the API answers. Only readers can be broken by it."""
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
            verdict = pair.refused(pair.before.responses_carrying(pair.old, old, old.media[name]))
            places, message = (old.media[name].at, new.at), "is no longer documented"
            pair.tell(kind, where, message, places, "readers", verdict)
        else:
            shown = where if many else f"{old.status} body"
            _media(pair, (old, old.media[name]), (new, new.media[known]), shown)


def _links(pair: Pair, old: Response, new: Response) -> None:
    """Compare the links, which do not go over the wire."""
    for name in sorted({*old.links, *new.links}):
        if identity(old.links.get(name)) == identity(new.links.get(name)):
            continue
        message = "is new" if name not in old.links else "is gone" if name not in new.links else "has changed"
        at = [join(one.at, "links", name) if name in one.links else one.at for one in (old, new)]
        where = f"{old.status} link `{name}`"
        pair.tell("response-link-changed", where, message, (at[0], at[1]), "readers", DOCUMENTATION)


def _media(pair: Pair, old: tuple[Response, Media], new: tuple[Response, Media], where: str) -> None:
    pair.compare_from_api(
        "response-body",
        where,
        (old[1].node, new[1].node),
        lambda value: pair.after.response(pair.new, new[0], body=(new[1].name, value)),
        lambda value: pair.before.response(pair.old, old[0], body=(old[1].name, value)),
        direction="response",
    )


def _header(pair: Pair, old: Response, new: Response, name: str) -> None:
    ours, theirs = old.headers.get(name), new.headers.get(name)
    where = f"{old.status} header `{name}`"
    if ours is None and theirs is not None:
        pair.tell("response-header-added", where, "is new", (old.at, theirs.at), "readers")
    elif theirs is None and ours is not None:
        verdict = pair.refused(pair.before.responses_with(pair.old, old, ours))
        places, message = (ours.at, new.at), "is no longer documented"
        pair.tell("response-header-removed", where, message, places, "readers", verdict)
    elif ours is not None and theirs is not None:
        _both_headers(pair, new, ours, theirs, where)


def _both_headers(pair: Pair, response: Response, old: Header, new: Header, where: str) -> None:
    name = old.name.lower()
    pair.compare_required(
        "response-header", where, old, new, lambda: pair.after.response(pair.new, response, omit=name)
    )
    pair.compare_from_api(
        "response-header",
        where,
        (old.node, new.node),
        lambda value: pair.after.response(pair.new, response, headers={name: value}),
        textual=not old.content,
    )
