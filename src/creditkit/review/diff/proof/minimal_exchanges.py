"""Minimal exchanges: the smallest exchange of an operation that has a given part in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any
from urllib.parse import quote

from creditkit.review.wire import (
    SLOT,
    Credentials,
    Direction,
    Header,
    Media,
    Operation,
    Parameter,
    Response,
    admits,
)

from .exchange_checker import ExchangeChecker
from .exchanges import ABSENT, Pairs, SampleExchange, write
from .samples import samples

TRIES = 20
"""How many exchanges are tried before a change without proof is called possible."""

_CANDIDATES = 12
"""How many values of a parameter or body are sorted by what the other contract documents."""


@dataclass(frozen=True, slots=True)
class ExchangeBuilder:
    """Builds exchanges that one contract documents; where there is a choice, the other documents them too."""

    own: ExchangeChecker
    other: ExchangeChecker

    def request(
        self,
        operation: Operation,
        *,
        values: Mapping[str, Any] | None = None,
        omit: str = "",
        body: tuple[str, Any] | None = None,
        credentials: Credentials | None = None,
    ) -> SampleExchange | None:
        """A request with everything that is required, with `values` by parameter, and without `omit`.

        `body` is a media type and a value. None if a required part cannot be built.
        """
        values = values or {}
        path = operation.path
        sent: dict[str, Pairs] = {"query": (), "header": (), "cookie": ()}
        meant: dict[str, Any] = {}
        for key, parameter in operation.parameters.items():
            if key == omit or not (parameter.required or key in values):
                continue
            value = values[key] if key in values else next(self._values(operation, parameter), ABSENT)
            pairs = None if value is ABSENT else write(parameter, value)
            if pairs is None:
                return None
            meant[key] = value
            if parameter.location == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(pairs[0][1], safe="-._~:@!$&'()*+,;="))
            else:
                sent[parameter.location] += pairs
        path = SLOT.sub("1", path)
        if body is None and operation.body is not None and operation.body.required and omit != "body":
            body = next(self._bodies(operation), None)
            if body is None:
                return None
        media, value = body or ("", ABSENT)
        return SampleExchange(
            operation.method,
            path,
            query=sent["query"],
            headers=sent["header"],
            cookies=sent["cookie"],
            meant=meant,
            credentials=self._credentials(operation) if credentials is None else credentials,
            content_type=_concrete(media),
            body=value,
        )

    def response(
        self,
        operation: Operation,
        response: Response,
        *,
        headers: Mapping[str, Any] | None = None,
        omit: str = "",
        body: tuple[str, Any] | None = None,
    ) -> SampleExchange | None:
        """A response with the headers that are required, those given by name, and a body if one is given."""
        request = self.request(replace(operation, body=None))
        if request is None:
            return None
        pairs: list[tuple[str, str]] = []
        meant: dict[str, Any] = {}
        for name, header in response.headers.items():
            is_given = headers is not None and name in headers
            if name == omit or not (header.required or is_given):
                continue
            value = headers[name] if headers and is_given else next(self._candidates(header), ABSENT)
            written = None if value is ABSENT else write(_as_parameter(name, header), value)
            if written is None:
                return None
            pairs += [(header.name, written[0][1])]
            meant[f"header {name}"] = value
        media, value = body or ("", ABSENT)
        return SampleExchange(
            request.method,
            request.path,
            status=_status(response.status, operation),
            headers=tuple(pairs),
            meant=meant,
            content_type=_concrete(media),
            body=value,
        )

    def requests_with(self, operation: Operation, parameter: Parameter) -> Iterator[SampleExchange | None]:
        """Requests with different values of a parameter."""
        for value in islice(self._values(operation, parameter), TRIES):
            yield self.request(operation, values={parameter.key: value})

    def requests_carrying(self, operation: Operation, *media: Media) -> Iterator[SampleExchange | None]:
        """Requests with different bodies of the media types."""
        for one in media:
            for body in islice(self.bodies(one, "request"), TRIES):
                yield self.request(operation, body=body)

    def responses_with(
        self, operation: Operation, response: Response, header: Header
    ) -> Iterator[SampleExchange | None]:
        """Responses with different values of a header."""
        for value in islice(self._candidates(header), TRIES):
            yield self.response(operation, response, headers={header.name.lower(): value})

    def responses_carrying(
        self, operation: Operation, response: Response, media: Media
    ) -> Iterator[SampleExchange | None]:
        """Responses with different bodies of a media type."""
        for body in islice(self.bodies(media, "response"), TRIES):
            yield self.response(operation, response, body=body)

    def bodies(self, media: Media, direction: Direction) -> Iterator[tuple[str, Any]]:
        """Bodies of a media type, with its name."""
        schema = self.own.schema(direction, media.node, "closed")
        for value in chain(media.examples, samples(schema)):
            if self.own.admits_value(direction, media.node, value):
                yield media.name, value

    def _bodies(self, operation: Operation) -> Iterator[tuple[str, Any]]:
        """Bodies of a request, those first that the other contract documents as well."""
        if operation.body is None:
            return
        theirs = self._counterpart(operation)
        for name in sorted(operation.body.media, key=lambda name: "json" not in name):
            found = [*islice(self.bodies(operation.body.media[name], "request"), _CANDIDATES)]
            known = theirs.body.media.get(name) if theirs is not None and theirs.body is not None else None
            if known is not None:
                node = known.node
                found.sort(key=lambda body: not self.other.admits_value("request", node, body[1]))
            yield from found

    def _values(self, operation: Operation, parameter: Parameter) -> Iterator[Any]:
        """Values of a parameter, those first that the other contract documents as well."""
        theirs = self._counterpart(operation)
        known = theirs.parameters.get(parameter.key) if theirs is not None else None
        found = [*islice(self._candidates(parameter), _CANDIDATES)]
        if parameter.location == "path":
            found = [one for one in found if one not in ("", None)]
        if known is not None:
            found.sort(key=lambda value: not self.other.admits_text("request", known.node, value))
        yield from found

    def _candidates(self, part: Parameter | Header) -> Iterator[Any]:
        schema = self.own.schema("request", part.node, "closed")
        found = chain(part.examples, samples(schema))
        return (value for value in found if self.own.admits_value("request", part.node, value))

    def _credentials(self, operation: Operation) -> Credentials | None:
        """Credentials that let the request in, of both contracts if possible; None for an event."""
        theirs = self._counterpart(operation)
        suits = [one for one in operation.security if theirs is not None and admits(theirs.security, one)]
        return next(iter(suits or operation.security), None)

    def _counterpart(self, operation: Operation) -> Operation | None:
        """The same operation in the other contract."""
        return self.other.wire.operations.get((operation.method, operation.shape))


def _as_parameter(name: str, header: Header) -> Parameter:
    """A header of a response as one of a request: both are written in the same way."""
    return Parameter(
        "header", name, -1, "", False, "simple", header.explode, False, False, False, header.content, ()
    )


def _concrete(media: str) -> str:
    """A media type that falls under a range."""
    return {"*/*": "application/json", "application/*": "application/json"}.get(
        media, media.replace("/*", "/plain")
    )


def _status(status: str, operation: Operation) -> str:
    """A status that falls under a range or under `default`."""
    if status.isdecimal():
        return status
    ranges = (status[0],) if status[:1].isdecimal() else ("4", "5", "2", "3")
    candidates = (f"{hundred}{rest:02}" for hundred in ranges for rest in range(100))
    return next(one for one in candidates if one not in operation.responses)
