"""What the API sends by itself, by webhook or callback: the API sends, and its clients read and answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from creditkit.review.grammar import METHODS
from creditkit.review.wire import Body, Media, Operation, Parameter, Response, answering, covering

from .admission import Admission
from .exchange import Exchange
from .pair import TRIES, Pair, deprecation
from .proof import COMPATIBLE, POSSIBLE, Flow, Verdict, witness
from .record import DOCUMENTATION, Record
from .sketches import Sketcher
from .spot import Spot
from .walk import Walk


def compare_events(record: Record) -> None:
    """Tell every change of what the API sends by itself; the record is that of the events."""
    old, new = record.old.operations, record.new.operations
    sides = Admission(record.old), Admission(record.new)
    for key in sorted({**old, **new}, key=lambda key: (key[1], METHODS.index(key[0].lower()))):
        before, after = old.get(key), new.get(key)
        if before is not None and after is not None:
            record.operation = str(after)
            _event(Pair(record, before, after, sides))
        elif before is not None:
            record.operation = str(before)
            shown = witness(_sent(Sketcher(*sides), before), *sides, "old")
            verdict = Verdict("breaking", shown) if shown else POSSIBLE
            record.add(
                "event-removed", "", "is gone", old=before.at, new=None, breaks="readers", verdict=verdict
            )
        elif after is not None:
            record.operation = str(after)
            record.add("event-added", "", "is new", old=None, new=after.at, breaks="readers")


def _sent(sketcher: Sketcher, event: Operation, **parts: Any) -> Exchange | None:
    """An event as the API sends it; no credentials of a client are in it."""
    found = sketcher.request(event, **parts)
    return None if found is None else replace(found, credentials=None)


def _event(pair: Pair) -> None:
    if pair.old.deprecated != pair.new.deprecated:
        what, message = deprecation(is_new=pair.new.deprecated)
        pair.tell(f"event-{what}", "", message, (pair.old.at, pair.new.at), "readers", DOCUMENTATION)
    for key in sorted({**pair.old.parameters, **pair.new.parameters}):
        old, new = pair.old.parameters.get(key), pair.new.parameters.get(key)
        if old is None and new is not None:
            pair.tell("event-parameter-added", new, "is new", (pair.old.at, new.at), "readers")
        elif old is not None and new is None:
            verdict = pair.refused(_with(pair, old))
            places = old.at, pair.new.at
            pair.tell("event-parameter-removed", old, "is no longer documented", places, "readers", verdict)
        elif old is not None and new is not None:
            _parameter(pair, old, new)
    _body(pair, pair.old.body, pair.new.body)
    for status in sorted({*pair.old.responses, *pair.new.responses}):
        _answer(pair, status)


def _with(pair: Pair, parameter: Parameter) -> Iterator[Exchange | None]:
    for value in islice(pair.before.values(pair.old, parameter), TRIES):
        yield _sent(pair.before, pair.old, values={parameter.key: value})


def _parameter(pair: Pair, old: Parameter, new: Parameter) -> None:
    if old.required and not new.required:
        verdict = pair.unexpected(_sent(pair.after, pair.new, omit=new.key))
        message = "is no longer always sent"
        pair.tell("event-parameter-became-optional", new, message, (old.at, new.at), "readers", verdict)
    elif new.required and not old.required:
        message = "is now always sent"
        pair.tell("event-parameter-became-required", new, message, (old.at, new.at), "readers")

    def wrap(value: Any) -> Exchange | None:
        return _sent(pair.after, pair.new, values={new.key: value})

    flow = Flow("request", *pair.sides[::-1], "new", new.node, old.node, "tolerant", wrap)
    Walk(pair.record, flow, "event-parameter", str(new), textual=not new.content).spot(
        Spot(old.node, new.node)
    )


def _body(pair: Pair, old: Body | None, new: Body | None) -> None:
    if old is None or new is None:
        if new is not None:
            pair.tell("event-body-added", "body", "is new", (pair.old.at, new.at), "readers")
        elif old is not None:
            sent = [_sent(pair.before, pair.old, body=one) for one in _some(pair.before, old, "request")]
            places, message = (old.at, pair.new.at), "is no longer documented"
            pair.tell("event-body-removed", "body", message, places, "readers", pair.refused(sent))
        return
    places = old.at, new.at
    if old.required and not new.required:
        verdict = pair.unexpected(_sent(pair.after, pair.new, omit="body"))
        message = "is no longer always sent"
        pair.tell("event-body-became-optional", "body", message, places, "readers", verdict)
    elif new.required and not old.required:
        pair.tell("event-body-became-required", "body", "is now always sent", places, "readers")
    for name in sorted({*old.media, *new.media}):
        known = covering(old.media, name)
        if name not in new.media:
            message, at = "is no longer sent", (old.media[name].at, new.at)
            pair.tell("event-body-media-type-removed", f"body ({name})", message, at, "readers")
        elif known is None:
            drawn = islice(pair.after.bodies(new.media[name], "request"), TRIES)
            found = (pair.unexpected(_sent(pair.after, pair.new, body=one)) for one in drawn)
            verdict = next((one for one in found if one.judgement == "breaking"), POSSIBLE)
            at = old.at, new.media[name].at
            pair.tell("event-body-media-type-added", f"body ({name})", "is new", at, "readers", verdict)
        else:
            _media(
                pair, old.media[known], new.media[name], "body" if len(new.media) == 1 else f"body ({name})"
            )


def _some(sketcher: Sketcher, body: Body, direction: Any) -> Iterator[tuple[str, Any]]:
    for media in body.media.values():
        yield from islice(sketcher.bodies(media, direction), TRIES)


def _media(pair: Pair, old: Media, new: Media, where: str) -> None:
    def sent(value: Any) -> Exchange | None:
        return _sent(pair.after, pair.new, body=(new.name, value))

    def sent_before(value: Any) -> Exchange | None:
        return _sent(pair.before, pair.old, body=(old.name, value))

    flow = Flow("request", *pair.sides[::-1], "new", new.node, old.node, "tolerant", sent)
    lost = Flow("request", *pair.sides, "old", old.node, new.node, "closed", sent_before)
    Walk(pair.record, flow, "event-body", where, lost).spot(Spot(old.node, new.node))


def _answer(pair: Pair, status: str) -> None:
    """What a client answers to an event: here it is the client that sends."""
    old, new = pair.old.responses.get(status), pair.new.responses
    where = f"answer {status}"
    if old is None:
        pair.tell("event-answer-added", where, "is new", (pair.old.at, new[status].at), "senders")
        return
    known = answering(new, status) if status.isdecimal() else status if status in new else None
    if known is None:
        verdict = COMPATIBLE
        if status.startswith("2"):
            verdict = pair.refused([pair.before.response(pair.old, old)])
        places, message = (old.at, pair.new.at), "is no longer documented"
        pair.tell("event-answer-removed", where, message, places, "senders", verdict)
        return
    for name, media in sorted(old.media.items()):
        theirs = covering(new[known].media, name)
        if theirs is not None:
            _answer_media(pair, old, media, new[known].media[theirs], f"{where} body")
        elif new[known].media:
            drawn = islice(pair.before.bodies(media, "response"), TRIES)
            verdict = pair.refused(pair.before.response(pair.old, old, body=one) for one in drawn)
            places, message = (media.at, new[known].at), "is no longer documented"
            kind = "event-answer-body-media-type-removed"
            pair.tell(kind, f"{where} body ({name})", message, places, "senders", verdict)


def _answer_media(pair: Pair, response: Response, old: Media, new: Media, where: str) -> None:
    def wrap(value: Any) -> Exchange | None:
        return pair.before.response(pair.old, response, body=(old.name, value))

    flow = Flow("response", *pair.sides, "old", old.node, new.node, "plain", wrap)
    lost = replace(flow, mode="closed")
    Walk(pair.record, flow, "event-answer-body", where, lost).spot(Spot(old.node, new.node))
