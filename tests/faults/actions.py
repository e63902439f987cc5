"""Faults of the two actions: the value of a credit, as it is read, does not add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from creditkit.mock.deviate import CREDITS, Answer, Ask, Request

_AMPLE = Decimal(50000000)


async def ledger(request: Request, ask: Ask, *, fault: str) -> Answer:
    """Changes the value by how often the actions were called on a credit; `fault` is a key of `_FAULTS`."""
    answer = await ask(request)
    counts: dict[str, int] = request.memory.setdefault(request.uuid, {"applied": 0, "cleared": 0})
    if request.path.endswith("/apply_compensations/"):
        counts["applied"] += answer.is_good
    elif request.path.endswith("/clear_compensations/"):
        counts["cleared"] += answer.is_good
    elif request.is_retrieve and answer.is_good:
        change = _FAULTS[fault]
        answer.rewrite(lambda credit: credit.update(value=f"{change(credit, **counts):.5f}"))
    return answer


def _applied_again(credit: dict[str, Any], applied: int, cleared: int) -> Decimal:
    value = Decimal(credit["value"])
    return value - 50 * (applied - 1) if applied > 1 and not cleared else value


def _cleared_again(credit: dict[str, Any], applied: int, cleared: int) -> Decimal:
    value = Decimal(credit["value"])
    return value + 50 * (cleared - 1) if cleared > 1 and applied == 1 else value


def _cleared_for_nothing(credit: dict[str, Any], applied: int, cleared: int) -> Decimal:
    value = Decimal(credit["value"])
    return value + 60 if cleared and not applied and credit["expected_consumption"] != "0.00000" else value


def _not_all_back(credit: dict[str, Any], applied: int, cleared: int) -> Decimal:
    value = Decimal(credit["value"])
    return value - 1 if cleared and applied == 1 and value == _AMPLE else value


def _minimum_not_back(credit: dict[str, Any], applied: int, cleared: int) -> Decimal:
    value = Decimal(credit["value"])
    expected = credit["expected_consumption"] != "0.00000"
    return value - 50 if cleared == 2 and applied == 2 and expected and value == _AMPLE else value


def _into_the_red(credit: dict[str, Any], applied: int, **_: int) -> Decimal:
    value = Decimal(credit["value"])
    return Decimal(-25) if applied and value == 0 else value


def _without_grace(credit: dict[str, Any], applied: int, **_: int) -> Decimal:
    value, expected = Decimal(credit["value"]), Decimal(credit["expected_consumption"])
    graced = credit["grace_coefficient"] != "0" and applied > 1
    return min(value, _AMPLE - expected) if graced and expected else value


_FAULTS: Mapping[str, Callable[..., Decimal]] = {
    "applied again": _applied_again,
    "cleared again": _cleared_again,
    "cleared for nothing": _cleared_for_nothing,
    "not all back": _not_all_back,
    "minimum not back": _minimum_not_back,
    "into the red": _into_the_red,
    "without grace": _without_grace,
}


async def grace_lost(request: Request, ask: Ask) -> Answer:
    """Shows no grace coefficient after an action, on a credit with an end date."""
    answer = await ask(request)
    acted: set[str] = request.memory.setdefault("acted", set())
    if request.path.endswith("_compensations/") and answer.is_good:
        acted.add(request.uuid)
    elif request.is_retrieve and answer.is_good and request.uuid in acted:
        answer.rewrite(lambda c: c.update(grace_coefficient="0") if c["end_date"] else None)
    return answer


async def others_pay(request: Request, ask: Ask) -> Answer:
    """Takes 1 from every credit of 40 with each clear."""
    answer = await ask(request)
    if request.path.endswith("clear_compensations/") and answer.is_good:
        request.memory["taken"] = request.memory.get("taken", 0) + 1
    elif request.path == CREDITS and request.method == "GET" and answer.is_good:
        value = f"{40 - request.memory.get('taken', 0) % 30}.00000"
        answer.rewrite(lambda c: c.update(value=value) if c["value"] == "40.00000" else None)
    return answer


async def rows_stay(request: Request, ask: Ask) -> Answer:
    """Keeps the applied months in the history of a credit that was cleared."""
    answer = await ask(request)
    if request.path.endswith("/consumptions/") and answer.is_good:
        kept = request.memory.get(request.uuid)
        if answer.json:
            request.memory[request.uuid] = answer.json
        elif kept and request.memory.get("cleared") == request.uuid:
            answer.json = kept
    elif request.path.endswith("/clear_compensations/"):
        request.memory["cleared"] = request.uuid
    return answer
