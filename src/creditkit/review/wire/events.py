"""Events: what the API sends to its clients by itself, as webhooks and callbacks describe it.

An event is read as an operation of which the API is the client. Its `path` and its `shape` are a description:
`webhook credit-expired`, or `callback to $request.body#/url of POST /subscriptions/`. What the API sends in
it is what it sends in a response: `readOnly` properties travel, `writeOnly` ones do not; with the answers
of the client it is the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from creditkit.documents import Missing, join
from creditkit.review.references import follow
from creditkit.review.source import Source

from .operations import Operation, Wire
from .reading import SLOT, Reader
from .schemas import Schemas
from .security import NOTHING


def read_events(wire: Wire) -> Wire:
    """The events of a contract whose operations have been read."""
    source = wire.source
    events = Wire(source, {}, Schemas(source, "response"), Schemas(source, "request"))
    reader = Reader(events)
    found: dict[tuple[str, str], Operation] = {}
    for name, title, pointer in (*_webhooks(source), *_callbacks(wire)):
        for event in reader.item(title, pointer):
            # Two callbacks to one address are told apart by their names, which do not matter otherwise.
            taken = (event.method, title) in found
            called = f"{title} ({name})" if taken else title
            told = replace(event, path=called, shape=called, security=(NOTHING,))
            found.setdefault((event.method, called), told)
    return replace(events, operations=found)


def _webhooks(source: Source) -> Iterator[tuple[str, str, str]]:
    for name in _members(source.document.get("webhooks")):
        yield name, _plain(f"webhook {name}"), join("/webhooks", name)


def _callbacks(wire: Wire) -> Iterator[tuple[str, str, str]]:
    for operation in wire.operations.values():
        parent = f"{operation.method} {operation.shape.replace('{}', '*')}"
        holder = _object(wire.source, operation.at)[1]
        for name in sorted(_members(holder.get("callbacks"))):
            at, callback = _object(wire.source, join(operation.at, "callbacks", name))
            for expression in callback:
                if not expression.startswith("x-"):
                    yield name, _plain(f"callback to {expression} of {parent}"), join(at, expression)


def _plain(title: str) -> str:
    """A description without braces, which in a path stand for its parameters."""
    return SLOT.sub(r"\1", title).replace("{", "").replace("}", "")


def _object(source: Source, pointer: str) -> tuple[str, Mapping[str, Any]]:
    try:
        at, value = follow(source.document, pointer)
    except Missing:
        return pointer, {}
    return at, _members(value)


def _members(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
