"""The comparison of two contracts, operation by operation."""

from __future__ import annotations

from creditkit.errors import ReviewInputError
from creditkit.review.source import Source
from creditkit.review.wire import Operation, Wire, aligned, order, read_events, read_wire

from .changes import DOCUMENTATION, JUDGEMENTS, POSSIBLE, Change, ChangeLog, Verdict
from .proof import ExchangeBuilder, ExchangeChecker, witness
from .requests_and_responses import (
    Pair,
    compare_events,
    compare_requests,
    compare_responses,
    compare_schemes,
)


def compare(old: Source, new: Source) -> tuple[Change, ...]:
    """Every change on the wire from one contract to another, by operation, and the worst first within each.

    The two may be of different versions of OpenAPI. Raises ReviewInputError for schemas with so many
    references into one another that they cannot be followed.
    """
    try:
        return _compare(old, new)
    except RecursionError as error:
        message = f"{new.origin}: its schemas lead into one another too often to be followed"
        raise ReviewInputError(message, "look for a chain of hundreds of references") from error


def _compare(old: Source, new: Source) -> tuple[Change, ...]:
    wires = aligned(read_wire(old), read_wire(new))
    changes = ChangeLog(*wires)
    checkers = ExchangeChecker(wires[0]), ExchangeChecker(wires[1])
    for key in sorted({**wires[0].operations, **wires[1].operations}, key=order):
        before, after = wires[0].operations.get(key), wires[1].operations.get(key)
        if before is not None and after is not None:
            _operation(Pair(changes, before, after, checkers))
        elif before is not None:
            _removed(changes, before, checkers)
        elif after is not None:
            changes.operation = str(after)
            changes.add("operation-added", "", "is new", (None, after.at), "senders")
    changes.operation = ""
    compare_schemes(changes)
    events = read_events(wires[0]), read_events(wires[1])
    compare_events(ChangeLog(*events, changes=changes.changes))
    return _sorted(changes.changes, (*wires, *events))


def _sorted(changes: list[Change], wires: tuple[Wire, ...]) -> tuple[Change, ...]:
    """The order of a report: operations by path and method, then events; in each the worst change first."""
    known: dict[str, tuple[str, int]] = {}
    for wire in wires:
        known |= {str(operation): order(key) for key, operation in wire.operations.items()}

    def rank(one: Change) -> tuple[tuple[str, int], int, str, str, str]:
        place = known.get(one.operation, ("", 0))
        return place, JUDGEMENTS.index(one.judgement), one.where, one.kind, one.message

    return tuple(sorted(changes, key=rank))


def _removed(
    changes: ChangeLog, operation: Operation, checkers: tuple[ExchangeChecker, ExchangeChecker]
) -> None:
    changes.operation = str(operation)
    shown = witness(ExchangeBuilder(*checkers).request(operation), *checkers, "old")
    verdict = Verdict("breaking", shown) if shown else POSSIBLE
    changes.add("operation-removed", "", "is gone", (operation.at, None), "senders", verdict)


def _operation(pair: Pair) -> None:
    old, new = pair.old, pair.new
    places = old.at, new.at
    if old.name != new.name:
        message = (
            f"`operationId` was `{old.name}` and is now `{new.name}`: generated clients call it differently"
        )
        pair.tell("operation-renamed", "", message, places, "senders", DOCUMENTATION)
    pair.compare_deprecated("operation", "", old, new, "senders")
    for url in sorted(old.servers - new.servers):
        pair.tell("server-removed", "", f"the server `{url}` is gone", places, "senders", POSSIBLE)
    for url in sorted(new.servers - old.servers):
        pair.tell("server-added", "", f"the server `{url}` is new", places, "senders")
    compare_requests(pair)
    compare_responses(pair)
