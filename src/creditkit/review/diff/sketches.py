"""Sketches: the least exchange of an operation that has something in particular in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, Literal
from urllib.parse import quote

from creditkit.review.wire import (
    SLOT,
    Credentials,
    Header,
    Media,
    Operation,
    Parameter,
    Response,
    admits,
)

from .admission import Admission
from .exchange import ABSENT, Exchange
from .samples import samples
from .styles import Pairs, write


@dataclass(frozen=True, slots=True)
class Sketcher:
    """Draws exchanges that one contract documents; where there is a choice, they suit the other one, too."""

    own: Admission
    other: Admission

    def request(
        self,
        operation: Operation,
        *,
        values: Mapping[str, Any] | None = None,
        omit: str = "",
        body: tuple[str, Any] | None = None,
        credentials: Credentials | None = None,
    ) -> Exchange | None:
        """A request with what is required, with `values` by parameter, and without `omit`.

        `body` has its media type. None if something that is required cannot be drawn.
        """
        values = values or {}
        path = operation.path
        sent: dict[str, Pairs] = {"query": (), "header": (), "cookie": ()}
        meant: dict[str, Any] = {}
        for key, parameter in operation.parameters.items():
            if key == omit or not (parameter.required or key in values):
                continue
            value = values[key] if key in values else next(self.values(operation, parameter), ABSENT)
            pairs = None if value is ABSENT else write(parameter, value)
            if pairs is None:
                return None
            meant[key] = value
            if parameter.location == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(pairs[0][1], safe="-._~:@!$&'()*+,;="))
            else:
                sent[parameter.location] += pairs
        if SLOT.search(path):
            path = SLOT.sub("1", path)
        if body is None and operation.body is not None and operation.body.required and omit != "body":
            body = next(self._bodies(operation), None)
            if body is None:
                return None
        media, value = body or ("", ABSENT)
        carried = self._credentials(operation) if credentials is None else credentials
        return Exchange(
            operation.method,
            path,
            query=sent["query"],
            headers=sent["header"],
            cookies=sent["cookie"],
            meant=meant,
            credentials=carried,
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
    ) -> Exchange | None:
        """A response with the headers that are required, those given by name, and a body if one is given."""
        request = self.request(replace(operation, body=None))
        if request is None:
            return None
        pairs: list[tuple[str, str]] = []
        meant: dict[str, Any] = {}
        for name, header in response.headers.items():
            if name == omit or not (header.required or (headers and name in headers)):
                continue
            drawn = iter([headers[name]]) if headers and name in headers else self._drawn(header)
            value = next(drawn, ABSENT)
            written = (
                None if value is ABSENT else write(as_parameter(name, header.explode, header.content), value)
            )
            if written is None:
                return None
            pairs += [(header.name, written[0][1])]
            meant[f"header {name}"] = value
        media, value = body or ("", ABSENT)
        return Exchange(
            request.method,
            request.path,
            status=_status(response.status, operation),
            headers=tuple(pairs),
            meant=meant,
            content_type=_concrete(media),
            body=value,
        )

    def bodies(self, media: Media, direction: Literal["request", "response"]) -> Iterator[tuple[str, Any]]:
        """Some bodies of a media type."""
        schema = self.own.schema(direction, media.node, "closed")
        for value in chain(media.examples, samples(schema)):
            if self.own.value(direction, media.node, value):
                yield media.name, value

    def _bodies(self, operation: Operation) -> Iterator[tuple[str, Any]]:
        """Bodies of a request, those first that the other contract documents, too."""
        if operation.body is None:
            return
        theirs = self.other.wire.operations.get((operation.method, operation.shape))
        names = sorted(operation.body.media, key=lambda name: "json" not in name)
        for name in names:
            drawn = [*islice(self.bodies(operation.body.media[name], "request"), 12)]
            known = theirs.body.media.get(name) if theirs is not None and theirs.body is not None else None
            if known is not None:
                drawn.sort(key=lambda body: not self.other.value("request", known.node, body[1]))
            yield from drawn

    def values(self, operation: Operation, parameter: Parameter) -> Iterator[Any]:
        """Values of a parameter, those first that the other contract documents, too."""
        theirs = self.other.wire.operations.get((operation.method, operation.shape))
        known = theirs.parameters.get(parameter.key) if theirs is not None else None
        drawn = [*islice(self._drawn(parameter), 12)]
        if parameter.location == "path":
            drawn = [one for one in drawn if one not in ("", None)]
        if known is not None:
            drawn.sort(key=lambda value: not self.other.text("request", known.node, value))
        yield from drawn

    def headers(self, header: Header) -> Iterator[Any]:
        """Some values of a header of a response."""
        return self._drawn(header)

    def _drawn(self, part: Parameter | Header) -> Iterator[Any]:
        schema = self.own.schema("request", part.node, "closed")
        drawn = chain(part.examples, samples(schema))
        return (value for value in drawn if self.own.value("request", part.node, value))

    def _credentials(self, operation: Operation) -> Credentials:
        theirs = self.other.wire.operations.get((operation.method, operation.shape))
        suits = [one for one in operation.security if theirs is not None and admits(theirs.security, one)]
        return (suits or [*operation.security])[0]


def as_parameter(name: str, explode: bool, content: str) -> Parameter:
    """A header of a response as if it were one of a request: both are written alike."""
    return Parameter("header", name, -1, "", False, "simple", explode, False, False, False, content, ())


def _concrete(media: str) -> str:
    """A media type for a range of them."""
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
