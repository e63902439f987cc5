"""Whether a contract documents an exchange.

A request is documented if the contract has the operation and every parameter, media type and member of the
body that the request uses, and requires nothing that the request lacks. A response is documented if the
contract has the status, the headers and the body. The answer is None for a schema that no validator reads.
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

from .exchanges import ABSENT, SampleExchange, claims, flat, read
from .schema_algebra import Admits, validator_of

_TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")


class ExchangeChecker:
    """Checks exchanges and values against one contract. Schemas are compiled when first needed."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._emitted: dict[tuple[Direction, Node, Mode], Json] = {}
        self._outlines: dict[tuple[Direction, Node], str] = {}
        self._compiled: dict[tuple[Direction, Node, Mode], Admits | None] = {}
        self._routes: dict[str, list[tuple[Operation, re.Pattern[str]]]] = {}
        for one in sorted(wire.operations.values(), key=lambda one: one.shape.count("{}")):
            self._routes.setdefault(one.method, []).append((one, _pattern(one.shape)))

    def schema(self, direction: Direction, node: Node, mode: Mode) -> Json:
        """The JSON Schema of a node."""
        key = (direction, node, mode)
        if key not in self._emitted:
            self._emitted[key] = emit(self.wire.schemas(direction), node, mode)
        return self._emitted[key]

    def outline(self, direction: Direction, node: Node) -> str:
        """A text that all nodes share which document the same, apart from their examples."""
        key = (direction, node)
        if key not in self._outlines:
            schema = emit(self.wire.schemas(direction), node, "closed", examples=False)
            self._outlines[key] = identity(schema)
        return self._outlines[key]

    def admits_value(
        self, direction: Direction, node: Node, value: Any, mode: Mode = "closed"
    ) -> bool | None:
        """Whether a value is documented by a node."""
        key = (direction, node, mode)
        if key not in self._compiled:
            self._compiled[key] = validator_of(self.schema(direction, node, mode))
        compiled = self._compiled[key]
        return None if compiled is None else compiled(value)

    def admits_text(self, direction: Direction, node: Node, value: Any, mode: Mode = "closed") -> bool | None:
        """Whether a value is documented that travels as text, and so may stand for one of another type."""
        answers = [self.admits_value(direction, node, one, mode) for one in _readings(value)]
        return None if None in answers else any(answers)

    def documents(self, exchange: SampleExchange, mode: Mode = "closed") -> bool | None:
        """Whether an exchange is documented. A path without parameters is tried before one that has them."""
        for operation, pattern in self._routes.get(exchange.method, ()):
            found = pattern.fullmatch(exchange.path)
            if found and exchange.status:
                return _all(self._response(operation, exchange, mode))
            if found:
                return _all(self._request(operation, exchange, [*found.groups()], mode))
        return False

    def _request(
        self, operation: Operation, exchange: SampleExchange, texts: list[str], mode: Mode
    ) -> Iterable[bool | None]:
        for parameter in operation.parameters.values():
            yield self._parameter(parameter, exchange, texts, mode)
        if mode != "tolerant":
            yield from self._sends_only_known(operation, exchange)
        if exchange.credentials is not None:
            yield admits(operation.security, exchange.credentials)
        if operation.body is None:
            yield exchange.body is ABSENT
        elif exchange.body is ABSENT:
            yield not operation.body.required
        else:
            yield self._body("request", operation.body.media, exchange, mode)

    def _sends_only_known(self, operation: Operation, exchange: SampleExchange) -> Iterable[bool]:
        """For each parameter that is sent, whether the operation has it."""
        for name, _ in exchange.query:
            of_query = [one for one in operation.parameters.values() if one.location == "query"]
            yield any(claims(one, name, self._members(one)) for one in of_query)
        for location, pairs in (("header", exchange.headers), ("cookie", exchange.cookies)):
            for name, _ in pairs:
                yield f"{location} {name.lower() if location == 'header' else name}" in operation.parameters

    def _parameter(
        self, parameter: Parameter, exchange: SampleExchange, texts: list[str], mode: Mode
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
            meant = [meant]  # a list of one is written like its member
        if parameter.content:
            return self.admits_value("request", parameter.node, meant, mode)
        if flat(meant) not in read(parameter, pairs, types):
            return False
        return self.admits_text("request", parameter.node, meant, mode)

    def _members(self, parameter: Parameter) -> tuple[str, ...]:
        return tuple(self.wire.requests.view(parameter.node).properties)

    def _response(self, operation: Operation, exchange: SampleExchange, mode: Mode) -> Iterable[bool | None]:
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
        check = self.admits_value if header.content else self.admits_text
        return check("request", header.node, meant)

    def _body(
        self, direction: Direction, media: Mapping[str, Media], exchange: SampleExchange, mode: Mode
    ) -> bool | None:
        name = covering(media, exchange.content_type)
        if name is None:
            return False
        return self.admits_value(direction, media[name].node, exchange.body, mode)


def _pattern(shape: str) -> re.Pattern[str]:
    """The pattern of the paths of a shape, with a group for each parameter."""
    return re.compile("([^/]*)".join(re.escape(part) for part in shape.split("{}")))


def _readings(value: Any) -> list[Any]:
    """The values that a server may read from a text: the one that was meant, and others of other types."""
    if isinstance(value, list):
        rows = [_readings(one) for one in value]
        return [value, *([row[n % len(row)] for row in rows] for n in (1, 2))]
    if isinstance(value, dict):
        members = {key: _readings(one) for key, one in value.items()}
        return [value, *({key: row[n % len(row)] for key, row in members.items()} for n in (1, 2))]
    text = flat(value)
    try:
        typed = json.loads(str(text))
    except ValueError:
        typed = text
    return [value, text, typed if not isinstance(typed, list | dict) else text]


def _all(answers: Iterable[bool | None]) -> bool | None:
    """False if one of the answers is False, else None if one of them is None."""
    unknown = False
    for answer in answers:
        if answer is False:
            return False
        unknown |= answer is None
    return None if unknown else True
