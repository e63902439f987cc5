"""Admission: whether a contract documents an exchange.

A contract documents a request if it has the operation, every parameter, media type and member of the body
that the request uses, and asks for nothing that the request lacks. It documents a response if it has the
status, the headers and the body. What cannot be decided, for a schema that no validator reads, is None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from creditkit.review.wire import (
    Direction,
    Header,
    Json,
    Media,
    Mode,
    Node,
    Operation,
    Parameter,
    Wire,
    admits,
    answering,
    covering,
    emit,
    identity,
)

from .algebra import Admits, admitting
from .exchange import ABSENT, Exchange
from .styles import claims, flat, read

_TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")


class Admission:
    """One contract, asked whether it documents something. Schemas are compiled when they are first needed."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._emitted: dict[tuple[Direction, Node, Mode], Json] = {}
        self._outlines: dict[tuple[Direction, Node], str] = {}
        self._compiled: dict[tuple[Direction, Node, Mode], Admits | None] = {}
        self._routes: dict[str, list[tuple[Operation, re.Pattern[str]]]] = {}
        for one in sorted(wire.operations.values(), key=lambda one: one.shape.count("{}")):
            self._routes.setdefault(one.method, []).append((one, _pattern(one.shape)))

    def schema(self, direction: Direction, node: Node, mode: Mode) -> Json:
        """The schema of a node."""
        key = (direction, node, mode)
        if key not in self._emitted:
            schemas = self.wire.requests if direction == "request" else self.wire.responses
            self._emitted[key] = emit(schemas, node, mode)
        return self._emitted[key]

    def outline(self, direction: Direction, node: Node) -> str:
        """A text that is the same for all nodes that document the same, but for their examples."""
        key = (direction, node)
        if key not in self._outlines:
            schemas = self.wire.requests if direction == "request" else self.wire.responses
            self._outlines[key] = identity(emit(schemas, node, "closed", examples=False))
        return self._outlines[key]

    def value(self, direction: Direction, node: Node, value: Any, mode: Mode = "closed") -> bool | None:
        """Whether a value is documented by a node."""
        key = (direction, node, mode)
        if key not in self._compiled:
            self._compiled[key] = admitting(self.schema(direction, node, mode))
        compiled = self._compiled[key]
        return None if compiled is None else compiled(value)

    def exchange(self, exchange: Exchange, mode: Mode = "closed") -> bool | None:
        """Whether an exchange is documented. A path without parameters goes before one that has them."""
        for operation, pattern in self._routes.get(exchange.method, ()):
            found = pattern.fullmatch(exchange.path)
            if found and exchange.status:
                return _all(self._response(operation, exchange, mode))
            if found:
                return _all(self._request(operation, exchange, [*found.groups()], mode))
        return False

    def _request(
        self, operation: Operation, exchange: Exchange, texts: list[str], mode: Mode
    ) -> Iterable[bool | None]:
        for parameter in operation.parameters.values():
            yield self._parameter(parameter, exchange, texts, mode)
        if mode != "tolerant":
            yield from self._named(operation, exchange)
        if exchange.credentials is not None:
            yield admits(operation.security, exchange.credentials)
        if operation.body is None:
            yield exchange.body is ABSENT
        elif exchange.body is ABSENT:
            yield not operation.body.required
        else:
            yield self._body("request", operation.body.media, exchange, mode)

    def _named(self, operation: Operation, exchange: Exchange) -> Iterable[bool]:
        """Whether each parameter that is sent is one of the operation's."""
        for name, _ in exchange.query:
            of_query = [one for one in operation.parameters.values() if one.location == "query"]
            yield any(claims(one, name, self._members(one)) for one in of_query)
        for location, pairs in (("header", exchange.headers), ("cookie", exchange.cookies)):
            for name, _ in pairs:
                yield f"{location} {name.lower() if location == 'header' else name}" in operation.parameters

    def _parameter(
        self, parameter: Parameter, exchange: Exchange, texts: list[str], mode: Mode
    ) -> bool | None:
        members = self._members(parameter)
        if parameter.location == "query":
            pairs = tuple(pair for pair in exchange.query if claims(parameter, pair[0], members))
        elif parameter.location == "path":
            pairs = ((parameter.name, unquote(texts[parameter.position])),)
        else:
            sent = exchange.headers if parameter.location == "header" else exchange.cookies
            pairs = tuple(pair for pair in sent if pair[0].lower() == parameter.name.lower())
        if not pairs:
            return not parameter.required
        sent_texts = [text for _, text in pairs]
        meant = exchange.meant.get(parameter.key, sent_texts[0] if len(sent_texts) == 1 else sent_texts)
        types = self.wire.requests.view(parameter.node).types or _TYPES
        if types == ("array",) and not isinstance(meant, list | dict):
            meant = [meant]  # a list of one is written as its value is
        if parameter.content:
            return self.value("request", parameter.node, meant, mode)
        if flat(meant) not in read(parameter, pairs, types):
            return False
        return self.text("request", parameter.node, meant, mode)

    def text(self, direction: Direction, node: Node, value: Any, mode: Mode = "closed") -> bool | None:
        """Whether a value is documented that travels as text, and so may stand for one of another type."""
        answers = [self.value(direction, node, one, mode) for one in _readings(value)]
        return None if None in answers else any(answers)

    def _members(self, parameter: Parameter) -> tuple[str, ...]:
        return tuple(self.wire.requests.view(parameter.node).properties)

    def _response(self, operation: Operation, exchange: Exchange, mode: Mode) -> Iterable[bool | None]:
        status = answering(operation.responses, exchange.status)
        if status is None:
            yield False
            return
        response = operation.responses[status]
        sent = {name.lower(): text for name, text in exchange.headers}
        for name, header in response.headers.items():
            if name not in sent:
                yield not header.required
            else:
                yield self._header(header, exchange.meant.get(f"header {name}"))
        if mode == "closed":
            yield all(name in response.headers for name in sent)
        if exchange.body is not ABSENT:
            yield self._body("response", response.media, exchange, mode)

    def _header(self, header: Header, meant: Any) -> bool | None:
        return (
            self.value("request", header.node, meant)
            if header.content
            else self.text("request", header.node, meant)
        )

    def _body(
        self, direction: Direction, media: Mapping[str, Media], exchange: Exchange, mode: Mode
    ) -> bool | None:
        name = covering(media, exchange.content_type)
        return False if name is None else self.value(direction, media[name].node, exchange.body, mode)


def _pattern(shape: str) -> re.Pattern[str]:
    """What paths of a shape look like, with a group for each parameter."""
    return re.compile("([^/]*)".join(re.escape(part) for part in shape.split("{}")))


def _readings(value: Any) -> list[Any]:
    """The values that a server may read from a text: the one that was meant, and others of other types."""
    if isinstance(value, list):
        return [value, *([_readings(one)[n % len(_readings(one))] for one in value] for n in (1, 2))]
    if isinstance(value, dict):
        return [
            value,
            *({key: _readings(one)[n % len(_readings(one))] for key, one in value.items()} for n in (1, 2)),
        ]
    text = flat(value)
    try:
        typed = json.loads(str(text))
    except ValueError:
        typed = text
    return [value, text, typed if not isinstance(typed, list | dict) else text]


def _all(answers: Iterable[bool | None]) -> bool | None:
    """False if one of them is, else None if one of them is."""
    unknown = False
    for answer in answers:
        if answer is False:
            return False
        unknown |= answer is None
    return None if unknown else True
