"""Proof: whether a difference between two schemas breaks somebody, with the exchange that shows it.

One side sends and the other accepts: in a request the old contract's client sends and the new contract
accepts; in a response the new contract's server sends and a reader of the old contract accepts. A
difference is breaking if the sending contract documents a value that the accepting one refuses, shown by a
whole exchange checked against both. The schema algebra only says where to look. If it rules such a value
out and none is found, the difference is compatible; in all other cases it is `possible`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal

from creditkit.review.diff.changes import COMPATIBLE, POSSIBLE, Verdict, Version, Witness
from creditkit.review.wire import Direction, Json, Mode, Node, rooted

from .exchange_checker import ExchangeChecker
from .exchanges import SampleExchange
from .samples import admitted, plain, samples, together
from .scalar_samples import texts
from .schema_algebra import covers, difference, shortest_texts, validator_of

_TRIES = 12
"""How many refused values are tried in whole exchanges."""

_LONGEST = 1_000
"""The most items of a list that is built around a value."""

_NAMES = ("extra", "other", "third")

Step = (
    tuple[Literal["property", "pattern"], str]
    | tuple[Literal["items", "additional"]]
    | tuple[Literal["anyOf", "oneOf"], int, int]
)
"""One step from a schema to one inside it.

Alternatives have their numbers in the old and in the new contract: -1 where the schema is the whole.
"""


@dataclass(frozen=True, slots=True)
class Flow:
    """One body, parameter or header on its way from the contract that sends it to the one that accepts it.

    `direction` decides which members travel; headers of responses are described like parameters, so theirs is
    `request`. `sent` and `accepted` are the nodes of the whole, `mode` is how the accepting side reads, and
    `wrap` puts a whole value into an exchange (None if that cannot be built).
    """

    direction: Direction
    sender: ExchangeChecker
    acceptor: ExchangeChecker
    sending: Version
    sent: Node
    accepted: Node
    mode: Mode
    wrap: Callable[[Any], SampleExchange | None]

    def judge(self, node: Node, constraint: Json, steps: tuple[Step, ...]) -> Verdict:
        """Whether all values that the sender documents at a node, some steps inside, meet a constraint."""
        local = self.sender.schema(self.direction, node, "closed")
        constraint = rooted(constraint)
        meets, documents = validator_of(constraint), validator_of(local)
        if meets is None or documents is None:
            return POSSIBLE
        short = shortest_texts(local, constraint)
        covered = covers(constraint, local) or short == []
        rest = None if covered else difference(local, constraint)
        drawn = chain(short or (), samples(rest) if rest is not None else (), samples(local))
        found = (value for value in drawn if documents(value) and not meets(value))
        whole = self.sender.schema(self.direction, self.sent, "closed")
        for value in islice(found, _TRIES):
            for outer in islice(embed(whole, steps, value, 0 if self.sending == "old" else 1), 3):
                shown = witness(self.wrap(outer), self.sender, self.acceptor, self.sending, self.mode)
                if shown is not None:
                    return Verdict("breaking", shown)
        accepted = self.acceptor.schema(self.direction, self.accepted, self.mode)
        return COMPATIBLE if covered or covers(accepted, whole) else POSSIBLE


def witness(
    exchange: SampleExchange | None,
    sender: ExchangeChecker,
    acceptor: ExchangeChecker,
    admitted_by: Version,
    mode: Mode = "closed",
) -> Witness | None:
    """The exchange as a witness, if the sender documents it and the acceptor, reading in a mode, does not."""
    if (
        exchange is None
        or sender.documents(exchange) is not True
        or acceptor.documents(exchange, mode) is not False
    ):
        return None
    refused_by: Version = "new" if admitted_by == "old" else "old"
    direction: Direction = "response" if exchange.status else "request"
    return Witness(exchange.to_json(), direction, admitted_by, refused_by)


def embed(
    schema: Json, steps: tuple[Step, ...], value: Any, side: int, defs: Mapping[str, Json] | None = None
) -> Iterator[Any]:
    """Values of a schema that have a given value some steps inside, and little else.

    `side` is 0 for a schema of the old contract and 1 for one of the new.
    """
    if not steps:
        yield value
        return
    if isinstance(schema, bool):
        return
    known: Mapping[str, Json] = schema.get("$defs", {}) if defs is None else defs
    schema = plain(schema, known)
    step, rest = steps[0], steps[1:]
    if len(step) == 3:
        branches, number = schema.get(step[0], ()), (step[2] if side else step[1])
        if number < 0:
            yield from embed(schema, rest, value, side, known)
        elif number < len(branches):
            others = {key: one for key, one in schema.items() if key != step[0]}
            yield from embed(together(others, branches[number], known), rest, value, side, known)
        return
    if step[0] == "items":
        items = schema.get("items", True)
        for inner in embed(items, rest, value, side, known):
            row = [inner]
            fill = [one for one in islice(samples(items, known), 20) if one != inner]
            while len(row) < min(schema.get("minItems", 1), _LONGEST):
                row.append(fill[len(row) % len(fill)] if fill else inner)
            yield row
        return
    name, within = _member(schema, step)
    if name is None:
        return
    required = [one for one in schema.get("required", ()) if one != name]
    properties = {key: one for key, one in schema.get("properties", {}).items() if key != name}
    around = {key: one for key, one in schema.items() if key != "minProperties"}
    around |= {"type": "object", "properties": properties, "required": required, "examples": []}
    for base in admitted(around, known, 1):
        for inner in embed(within, rest, value, side, known):
            yield {**base, name: inner}


def _member(schema: Mapping[str, Any], step: Step) -> tuple[str | None, Json]:
    """The name and the schema of the member that a step leads to."""
    properties: Mapping[str, Json] = schema.get("properties", {})
    if step[0] == "property":
        return step[1], properties.get(step[1], schema.get("additionalProperties", True))
    if step[0] == "pattern":
        return next(texts(step[1]), None), schema.get("patternProperties", {}).get(step[1], True)
    name = next((one for one in _NAMES if one not in properties), None)
    return name, schema.get("additionalProperties", True)
