"""Aiming: points generated requests at records that exist and that they may change.

A generator never guesses a uuid that exists, so it would only see 404. Three of four requests therefore get
the uuid of a record: any record for reads, one of the check's own for changes. One of eight gets the uuid of
a deleted record. Bodies get hyperlinks (`x-hyperlink`) of records that they may name. Only valid values are
replaced; a request that is invalid on purpose stays invalid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from creditkit.conformance.asking import SAFE, plain
from creditkit.contract import Operation, Property, Schema

from .leniency import contract

_CUSTOMER = "/api/customers/{uuid}/"
_OPERATIONS = {(operation.method, operation.path): operation for operation in contract().operations.values()}
_IDS = {
    operation.id: [(p.name, Schema(p.schema)) for p in operation.parameters if p.location == "path"]
    for operation in _OPERATIONS.values()
}
_turns = count()


def aim(case: Any, aims: Mapping[str, Any]) -> bool:
    """Point a generated request, in place, at one of the records that the gate's desk allows.

    Returns whether the request now names another record.
    """
    moved = False
    turn = next(_turns)
    operation = _OPERATIONS.get((case.method, case.path))
    reads = case.method in SAFE
    stays = turn % 4 == 0
    for name, accepts in _ids(case, operation):
        value = case.path_parameters.get(name)
        if accepts.accepts(value):
            case.path_parameters[name] = _record(case, str(value), aims, turn, reads=reads, stays=stays)
            moved = moved or case.path_parameters[name] != value
    body = operation.bodies.get(case.media_type) if operation else None
    if body is not None and isinstance(case.body, dict):
        for item in body.properties:
            if item.name in case.body and item.compiled.accepts(case.body[item.name]):
                case.body[item.name] = _linked(item, case.body[item.name], aims, turn, stays=stays)
    return moved


def operation_id(case: Any) -> str:
    """The operationId of a generated request, empty where its method is not documented."""
    operation = _OPERATIONS.get((case.method, case.path))
    return operation.id if operation else ""


def _ids(case: Any, operation: Operation | None) -> Sequence[tuple[str, Schema]]:
    """The path parameters of a request; those of its path where the method is not documented."""
    if operation is not None:
        return _IDS[operation.id]
    return next((_IDS[other.id] for other in _OPERATIONS.values() if other.path == case.path), ())


def _record(case: Any, value: str, aims: Mapping[str, Any], turn: int, *, reads: bool, stays: bool) -> str:
    """The uuid that replaces a valid one in a request."""
    mine: Mapping[str, str] = aims["mine"]
    stored: Sequence[str] = aims["stored"]
    gone: Sequence[str] = aims["gone"] if stays and turn % 8 == 0 else ()
    if not reads:
        if plain(value) in map(plain, [*mine, *aims["gone"]]):
            return value
        if gone:
            return gone[turn % len(gone)]
        return str(aims["absent"]) if stays or not mine else list(mine)[turn % len(mine)]
    # A stateful step follows a link, and an example is the contract's own.
    phase = "" if case.meta is None else case.meta.phase.name
    if gone and phase in ("coverage", "fuzzing"):
        return gone[turn % len(gone)]
    if stays or not stored or phase not in ("coverage", "fuzzing"):
        return value
    return stored[turn % len(stored)]


def _linked(item: Property, value: Any, aims: Mapping[str, Any], turn: int, *, stays: bool) -> Any:
    """The value with its hyperlinks replaced."""
    is_list = item.schema.get("type") == "array"
    template = (item.schema["items"] if is_list else item.schema).get("x-hyperlink")
    if template == _CUSTOMER:
        if stays:
            return f"/api/customers/{aims['absent']}/"
        choice = (
            [*aims["free"], *aims["mine"].values()] if turn % 3 else [*aims["mine"].values(), *aims["free"]]
        )
        return choice[0] if choice else f"/api/customers/{aims['absent']}/"
    offerings: Sequence[str] = aims["offerings"]
    if not template or stays or not offerings:
        return value
    if is_list:
        return [offerings[(turn + place) % len(offerings)] for place in range(len(value))]
    return offerings[turn % len(offerings)]
