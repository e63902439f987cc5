"""A pair: one operation in both contracts, and the steps that the comparisons of its parts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from creditkit.review.diff.changes import (
    COMPATIBLE,
    DOCUMENTATION,
    POSSIBLE,
    ChangeLog,
    Side,
    Verdict,
    Witness,
)
from creditkit.review.diff.proof import ExchangeBuilder, ExchangeChecker, Flow, SampleExchange, witness
from creditkit.review.diff.schemas import Location, SchemaComparison, deprecation
from creditkit.review.wire import Body, Direction, Header, Node, Operation, Parameter

Wrap = Callable[[Any], SampleExchange | None]
"""Puts a value into an exchange; None if that cannot be built."""


_Part = Parameter | Header | Body
_Deprecated = Operation | Parameter


@dataclass(slots=True)
class Pair:
    """One operation in both contracts; `before` builds exchanges of the old one, `after` of the new one."""

    changes: ChangeLog
    old: Operation
    new: Operation
    checkers: tuple[ExchangeChecker, ExchangeChecker]
    before: ExchangeBuilder = field(init=False)
    after: ExchangeBuilder = field(init=False)

    def __post_init__(self) -> None:
        self.before = ExchangeBuilder(*self.checkers)
        self.after = ExchangeBuilder(*self.checkers[::-1])
        self.changes.operation = str(self.new)

    def tell(
        self,
        kind: str,
        where: object,
        message: str,
        places: tuple[str, str],
        breaks: Side,
        verdict: Verdict = COMPATIBLE,
    ) -> None:
        """Report a change; `places` are its pointers in the old contract and in the new one."""
        self.changes.add(kind, str(where), message, places, breaks, verdict)

    def refused(self, exchanges: Iterable[SampleExchange | None], otherwise: Verdict = POSSIBLE) -> Verdict:
        """Breaking with the first exchange that the old contract documents and the new one does not."""
        return _first((witness(one, *self.checkers, "old") for one in exchanges), otherwise)

    def unexpected(self, exchanges: Iterable[SampleExchange | None]) -> Verdict:
        """Breaking with the first exchange that the new contract documents and the old one ruled out."""
        checkers = self.checkers[::-1]
        return _first((witness(one, *checkers, "new", "tolerant") for one in exchanges), POSSIBLE)

    def compare_deprecated(
        self, subject: str, where: object, old: _Deprecated, new: _Deprecated, breaks: Side
    ) -> None:
        """Report that something is now deprecated, or no longer."""
        if old.deprecated != new.deprecated:
            what, message = deprecation(is_new=new.deprecated)
            self.tell(f"{subject}-{what}", where, message, (old.at, new.at), breaks, DOCUMENTATION)

    def compare_required(
        self,
        subject: str,
        where: object,
        old: _Part,
        new: _Part,
        without: Callable[[], SampleExchange | None],
    ) -> None:
        """Report a part that became required or optional.

        A client that leaves out a required part of a request is refused; a reader misses an optional part
        of a message of the API. `without` builds the exchange that lacks the part.
        """
        if old.required == new.required:
            return
        kind = f"{subject}-became-{'required' if new.required else 'optional'}"
        places = old.at, new.at
        if subject.startswith("request"):
            message = "is now required" if new.required else "is no longer required"
            verdict = self.refused([without()]) if new.required else COMPATIBLE
            self.tell(kind, where, message, places, "senders", verdict)
        else:
            message = "is now always sent" if new.required else "is no longer always sent"
            verdict = COMPATIBLE if new.required else self.unexpected([without()])
            self.tell(kind, where, message, places, "readers", verdict)

    def compare_from_client(
        self,
        subject: str,
        where: object,
        nodes: tuple[Node, Node],
        wrap: Wrap,
        *,
        direction: Direction = "request",
        textual: bool = False,
        whole: Node | None = None,
    ) -> None:
        """Compare the schemas of a value that a client of the old contract sends and the new API accepts.

        `whole` is the new contract's schema of the parameter, if only its items are compared.
        """
        old, new = nodes
        flow = Flow(direction, *self.checkers, "old", old, new if whole is None else whole, "plain", wrap)
        lost = replace(flow, mode="closed")
        SchemaComparison(self.changes, flow, subject, str(where), lost, textual).compare(Location(*nodes))

    def compare_from_api(
        self,
        subject: str,
        where: object,
        nodes: tuple[Node, Node],
        wrap: Wrap,
        wrap_old: Wrap | None = None,
        *,
        direction: Direction = "request",
        textual: bool = False,
    ) -> None:
        """Compare the schemas of a value that the new API sends and a reader of the old contract accepts.

        `wrap_old` puts a value of the old contract into an exchange, for members that are no longer sent.
        """
        old, new = nodes
        flow = Flow(direction, *self.checkers[::-1], "new", new, old, "tolerant", wrap)
        lost = None
        if wrap_old is not None:
            lost = Flow(direction, *self.checkers, "old", old, new, "closed", wrap_old)
        SchemaComparison(self.changes, flow, subject, str(where), lost, textual).compare(Location(*nodes))


def _first(found: Iterable[Witness | None], otherwise: Verdict) -> Verdict:
    return next((Verdict("breaking", one) for one in found if one), otherwise)
