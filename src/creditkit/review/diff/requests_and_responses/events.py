"""Events: what the API sends by itself, by webhook or callback, and what its clients answer."""

from __future__ import annotations

from creditkit.review.diff.changes import COMPATIBLE, POSSIBLE, ChangeLog, Verdict
from creditkit.review.diff.proof import ExchangeBuilder, ExchangeChecker, witness
from creditkit.review.wire import Body, Media, Parameter, Response, answering, covering, order

from .pair import Pair


def compare_events(changes: ChangeLog) -> None:
    """Report every change of the events that are the operations of `changes.old` and `changes.new`."""
    old, new = changes.old.operations, changes.new.operations
    checkers = ExchangeChecker(changes.old), ExchangeChecker(changes.new)
    for key in sorted({**old, **new}, key=order):
        before, after = old.get(key), new.get(key)
        if before is not None and after is not None:
            _event(Pair(changes, before, after, checkers))
        elif before is not None:
            changes.operation = str(before)
            shown = witness(ExchangeBuilder(*checkers).request(before), *checkers, "old")
            verdict = Verdict("breaking", shown) if shown else POSSIBLE
            changes.add("event-removed", "", "is gone", (before.at, None), "readers", verdict)
        elif after is not None:
            changes.operation = str(after)
            changes.add("event-added", "", "is new", (None, after.at), "readers")


def _event(pair: Pair) -> None:
    pair.compare_deprecated("event", "", pair.old, pair.new, "readers")
    for key in sorted({**pair.old.parameters, **pair.new.parameters}):
        old, new = pair.old.parameters.get(key), pair.new.parameters.get(key)
        if old is None and new is not None:
            pair.tell("event-parameter-added", new, "is new", (pair.old.at, new.at), "readers")
        elif old is not None and new is None:
            verdict = pair.refused(pair.before.requests_with(pair.old, old))
            places, message = (old.at, pair.new.at), "is no longer documented"
            pair.tell("event-parameter-removed", old, message, places, "readers", verdict)
        elif old is not None and new is not None:
            _parameter(pair, old, new)
    _body(pair, pair.old.body, pair.new.body)
    for status in sorted({*pair.old.responses, *pair.new.responses}):
        _answer(pair, status)


def _parameter(pair: Pair, old: Parameter, new: Parameter) -> None:
    pair.compare_required(
        "event-parameter", new, old, new, lambda: pair.after.request(pair.new, omit=new.key)
    )
    pair.compare_from_api(
        "event-parameter",
        new,
        (old.node, new.node),
        lambda value: pair.after.request(pair.new, values={new.key: value}),
        textual=not new.content,
    )


def _body(pair: Pair, old: Body | None, new: Body | None) -> None:
    if old is None and new is not None:
        pair.tell("event-body-added", "body", "is new", (pair.old.at, new.at), "readers")
    elif old is not None and new is None:
        verdict = pair.refused(pair.before.requests_carrying(pair.old, *old.media.values()))
        places, message = (old.at, pair.new.at), "is no longer documented"
        pair.tell("event-body-removed", "body", message, places, "readers", verdict)
    if old is None or new is None:
        return
    pair.compare_required("event-body", "body", old, new, lambda: pair.after.request(pair.new, omit="body"))
    for name in sorted({*old.media, *new.media}):
        where = f"body ({name})"
        known = covering(old.media, name)
        if name not in new.media:
            places, message = (old.media[name].at, new.at), "is no longer sent"
            pair.tell("event-body-media-type-removed", where, message, places, "readers")
        elif known is None:
            verdict = pair.unexpected(pair.after.requests_carrying(pair.new, new.media[name]))
            places = old.at, new.media[name].at
            pair.tell("event-body-media-type-added", where, "is new", places, "readers", verdict)
        else:
            shown = "body" if len(new.media) == 1 else where
            _media(pair, old.media[known], new.media[name], shown)


def _media(pair: Pair, old: Media, new: Media, where: str) -> None:
    pair.compare_from_api(
        "event-body",
        where,
        (old.node, new.node),
        lambda value: pair.after.request(pair.new, body=(new.name, value)),
        lambda value: pair.before.request(pair.old, body=(old.name, value)),
    )


def _answer(pair: Pair, status: str) -> None:
    """Compare a client's answer to an event: here it is the client that sends."""
    old, new = pair.old.responses.get(status), pair.new.responses
    where = f"answer {status}"
    if old is None:
        pair.tell("event-answer-added", where, "is new", (pair.old.at, new[status].at), "senders")
        return
    known = answering(new, status) if status.isdecimal() else status if status in new else None
    message = "is no longer documented"
    if known is None:
        verdict = COMPATIBLE
        if status.startswith("2"):
            verdict = pair.refused([pair.before.response(pair.old, old)])
        pair.tell("event-answer-removed", where, message, (old.at, pair.new.at), "senders", verdict)
        return
    for name, media in sorted(old.media.items()):
        theirs = covering(new[known].media, name)
        if theirs is not None:
            _answer_media(pair, old, media, new[known].media[theirs], f"{where} body")
        elif new[known].media:
            verdict = pair.refused(pair.before.responses_carrying(pair.old, old, media))
            kind, places = "event-answer-body-media-type-removed", (media.at, new[known].at)
            pair.tell(kind, f"{where} body ({name})", message, places, "senders", verdict)


def _answer_media(pair: Pair, response: Response, old: Media, new: Media, where: str) -> None:
    pair.compare_from_client(
        "event-answer-body",
        where,
        (old.node, new.node),
        lambda value: pair.before.response(pair.old, response, body=(old.name, value)),
        direction="response",
    )
