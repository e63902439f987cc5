"""`Fault`, `Faults` and `Dice`: which operation meets which effect, how often, and at which request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from .effects import Cut, Disconnect, Effect, Latency, Status, Trickle, drawn

EVERY = "*"
"""The operation of a fault that applies to every operation."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `operation` is an operationId or `*`; `rate` is the share of requests that meet it, 0 to 1.

    >>> str(Fault(Disconnect(), "customer_credits_create", 0.1))
    'customer_credits_create:disconnect,rate=0.1'
    """

    effect: Effect
    operation: str = EVERY
    rate: float = 1

    def meets(self, operation: str) -> bool:
        """Whether requests to this operation may meet the fault. The empty operationId meets none."""
        return operation != "" and self.operation in (EVERY, operation)

    @property
    def data(self) -> dict[str, Any]:
        """The fault as JSON, as `fault_of` reads it."""
        return {"operation": self.operation, **_data_of(self.effect), "rate": self.rate}

    def __str__(self) -> str:
        rate = "" if self.rate == 1 else f",rate={self.rate:g}"
        return f"{self.operation}:{self.effect}{rate}"


@dataclass(frozen=True, slots=True)
class Faults:
    """All faults in force, in the order in which they were added, and the seed of their dice. Immutable."""

    faults: tuple[Fault, ...] = ()
    seed: int = 0

    def add(self, *faults: Fault) -> Faults:
        """These faults and more; a fault that is in force already is not added twice."""
        return replace(self, faults=tuple(dict.fromkeys((*self.faults, *faults))))

    def clear(self, operation: str | None = None) -> Faults:
        """Without the faults of this operation, where `*` is a name like any other; None clears all."""
        kept = () if operation is None else (f for f in self.faults if f.operation != operation)
        return replace(self, faults=tuple(kept))

    def __bool__(self) -> bool:
        return bool(self.faults)


class Dice:
    """Decides which faults a request meets. The same requests meet the same faults again.

    What the n-th request to an operation meets depends only on the seed, the fault, the operation and n, not
    on requests to other operations or on other faults. Requests count in the order in which they arrive.
    Every world has its own dice; a fork starts with a count of 0.
    """

    def __init__(self, faults: Faults, counts: Mapping[str, int] | None = None) -> None:
        self.faults = faults
        self._counts = dict(counts or {})

    @property
    def counts(self) -> dict[str, int]:
        """How many requests each operation has had while a fault applied to it; a copy."""
        return dict(self._counts)

    def fork(self) -> Dice:
        """New dice for the same faults."""
        return Dice(self.faults)

    def roll(self, operation: str) -> tuple[Effect, ...]:
        """The effects that the next request to this operation meets, with every delay drawn."""
        meeting = [fault for fault in self.faults.faults if fault.meets(operation)]
        if not meeting:
            return ()
        number = self._counts.get(operation, 0) + 1
        self._counts[operation] = number
        met: list[Effect] = []
        for fault in meeting:
            # Seeding with a text gives the same numbers on every machine and in every process.
            named = f"{self.faults.seed} {fault.operation}:{fault.effect} {operation} {number}"
            dice = Random(named)  # noqa: S311 - not for secrets
            if dice.random() < fault.rate:
                met.append(drawn(fault.effect, dice))
        return tuple(met)


def _data_of(effect: Effect) -> dict[str, Any]:
    match effect:
        case Latency(delay):
            return {"latency": str(delay)}
        case Status(status, None):
            return {"status": status}
        case Status(status, after):
            return {"status": status, "retry_after": after}
        case Disconnect():
            return {"disconnect": True}
        case Cut(share):
            return {"cut": share}
        case Trickle(delay):
            return {"trickle": str(delay)}
