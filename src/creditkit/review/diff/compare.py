"""The comparison of two contracts: operation by operation, part by part."""

from __future__ import annotations

from creditkit.errors import ReviewInputError
from creditkit.review.grammar import METHODS
from creditkit.review.source import Source
from creditkit.review.wire import Operation, Wire, read_events, read_wire

from .admission import Admission
from .bases import aligned
from .changes import JUDGEMENTS, Change
from .events import compare_events
from .pair import Pair, deprecation
from .proof import POSSIBLE, Verdict, witness
from .record import DOCUMENTATION, Record
from .requests import compare_requests
from .responses import compare_responses
from .schemes import compare_schemes
from .sketches import Sketcher


def compare(old: Source, new: Source) -> tuple[Change, ...]:
    """Every change on the wire from one contract to another, by operation, and the worst first within each.

    The two may be of different versions of OpenAPI. Raises ReviewInputError for schemas that lead into one
    another so often that they cannot be followed.
    """
    try:
        return _compare(old, new)
    except RecursionError as error:
        message = f"{new.origin}: its schemas lead into one another too often to be followed"
        raise ReviewInputError(message, "look for a chain of hundreds of references") from error


def _compare(old: Source, new: Source) -> tuple[Change, ...]:
    wires = aligned(read_wire(old), read_wire(new))
    record = Record(*wires)
    sides = Admission(wires[0]), Admission(wires[1])
    for key in sorted({**wires[0].operations, **wires[1].operations}, key=_order):
        before, after = wires[0].operations.get(key), wires[1].operations.get(key)
        if before is None:
            _added(record, after)
        elif after is None:
            _removed(record, before, sides)
        else:
            record.operation = str(after)
            _operation(record, before, after, sides)
    record.operation = ""
    compare_schemes(record)
    events = read_events(wires[0]), read_events(wires[1])
    compare_events(Record(*events, changes=record.changes))
    return _sorted(record.changes, (*wires, *events))


def _order(key: tuple[str, str]) -> tuple[str, int]:
    return key[1], METHODS.index(key[0].lower())


def _sorted(changes: list[Change], wires: tuple[Wire, ...]) -> tuple[Change, ...]:
    """The order of a report: operations by path and method, events behind them, in each the worst first."""
    known: dict[str, tuple[str, int]] = {}
    for wire in wires:
        known |= {str(operation): _order(key) for key, operation in wire.operations.items()}
    return tuple(
        sorted(
            changes,
            key=lambda one: (
                known.get(one.operation, ("", 0)),
                JUDGEMENTS.index(one.judgement),
                one.where,
                one.kind,
                one.message,
            ),
        )
    )


def _added(record: Record, operation: Operation | None) -> None:
    if operation is not None:
        record.operation = str(operation)
        record.add("operation-added", "", "is new", old=None, new=operation.at, breaks="senders")


def _removed(record: Record, operation: Operation, sides: tuple[Admission, Admission]) -> None:
    record.operation = str(operation)
    shown = witness(Sketcher(*sides).request(operation), sides[0], sides[1], "old")
    verdict = Verdict("breaking", shown) if shown else POSSIBLE
    record.add(
        "operation-removed", "", "is gone", old=operation.at, new=None, breaks="senders", verdict=verdict
    )


def _operation(record: Record, old: Operation, new: Operation, sides: tuple[Admission, Admission]) -> None:
    pair = Pair(record, old, new, sides)
    places = old.at, new.at
    if old.name != new.name:
        message = (
            f"`operationId` was `{old.name}` and is now `{new.name}`: generated clients call it differently"
        )
        pair.tell("operation-renamed", "", message, places, "senders", DOCUMENTATION)
    if old.deprecated != new.deprecated:
        what, message = deprecation(is_new=new.deprecated)
        pair.tell(f"operation-{what}", "", message, places, "senders", DOCUMENTATION)
    for url in sorted(old.servers - new.servers):
        pair.tell("server-removed", "", f"the server `{url}` is gone", places, "senders", POSSIBLE)
    for url in sorted(new.servers - old.servers):
        pair.tell("server-added", "", f"the server `{url}` is new", places, "senders")
    compare_requests(pair)
    compare_responses(pair)
