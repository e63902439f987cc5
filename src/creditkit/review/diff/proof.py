"""Proof: whether a difference between two schemas breaks anybody, with the exchange that shows it.

One side sends and the other accepts: in a request the old contract's client sends and the new contract
accepts; in a response the new contract's server sends and a reader of the old contract accepts. A difference
breaks somebody if the sending contract documents a value that the accepting one refuses. What the algebra
says is a hint where to look: it is a value that proves a break, in a whole exchange shown to both contracts.
Where the algebra rules such a value out, and none is found, nothing breaks. In all other cases the difference
is `possible`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from creditkit.review.wire import Direction, Json, Mode, Node, rooted

from .admission import Admission
from .algebra import admitting, covers, difference, shortest_texts
from .changes import Judgement, Version, Witness
from .embedding import Step, embed
from .exchange import Exchange
from .samples import samples

_TRIES = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a difference does, and the witness if it breaks somebody."""

    judgement: Judgement
    witness: Witness | None = None


COMPATIBLE = Verdict("compatible")
POSSIBLE = Verdict("possible")


@dataclass(frozen=True, slots=True)
class Flow:
    """The way of one body, parameter or header from the contract that sends it to the one that accepts it.

    `direction` tells which members travel; headers of responses are described as parameters are, so theirs is
    `request`. `sent` and `accepted` are the nodes of the whole, `mode` is how the accepting side reads, and
    `wrap` puts a whole value into an exchange (None if that cannot be drawn).
    """

    direction: Direction
    sender: Admission
    acceptor: Admission
    sending: Version
    sent: Node
    accepted: Node
    mode: Mode
    wrap: Callable[[Any], Exchange | None]

    def judge(self, node: Node, demand: Json, steps: tuple[Step, ...]) -> Verdict:
        """Whether what the sender documents at a node, some steps within the whole, meets a demand."""
        local = self.sender.schema(self.direction, node, "closed")
        demand = rooted(demand)
        meets = admitting(demand)
        documents = admitting(local)
        if meets is None or documents is None:
            return POSSIBLE
        texts = shortest_texts(local, demand)
        covered = covers(demand, local) or texts == []
        rest = None if covered else difference(local, demand)
        drawn = chain(texts or (), samples(rest) if rest is not None else (), samples(local))
        found = (value for value in drawn if documents(value) and not meets(value))
        for value in islice(found, _TRIES):
            for whole in islice(self._whole(steps, value), 3):
                witness = self.prove(self.wrap(whole))
                if witness is not None:
                    return Verdict("breaking", witness)
        if covered or self._covers_whole():
            return COMPATIBLE
        return POSSIBLE

    def prove(self, exchange: Exchange | None) -> Witness | None:
        """The exchange as a witness, if the sender documents it and the acceptor refuses it."""
        return witness(exchange, self.sender, self.acceptor, self.sending, self.mode)

    def _whole(self, steps: tuple[Step, ...], value: Any) -> Iterator[Any]:
        """Values of the whole with a value some steps within it."""
        whole = self.sender.schema(self.direction, self.sent, "closed")
        yield from embed(whole, steps, value, 0 if self.sending == "old" else 1)

    def _covers_whole(self) -> bool | None:
        accepted = self.acceptor.schema(self.direction, self.accepted, self.mode)
        return covers(accepted, self.sender.schema(self.direction, self.sent, "closed"))


def witness(
    exchange: Exchange | None,
    admitting_: Admission,
    refusing: Admission,
    admitted_by: Version,
    mode: Mode = "closed",
) -> Witness | None:
    """The exchange as a witness, if one contract documents it and the other, reading in a mode, does not."""
    if (
        exchange is None
        or admitting_.exchange(exchange) is not True
        or refusing.exchange(exchange, mode) is not False
    ):
        return None
    refused_by: Version = "new" if admitted_by == "old" else "old"
    direction: Direction = "response" if exchange.status else "request"
    return Witness(exchange.sketch(), direction, admitted_by, refused_by)
