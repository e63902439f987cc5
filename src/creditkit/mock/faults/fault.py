"""Fault and Faults: which operation meets which effect how often, and all that are in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .effects import Cut, Disconnect, Effect, Latency, Status, Trickle

EVERY = "*"
"""The operation of a fault that every operation meets."""


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
        """Whether requests to this operation may meet the fault; empty is none's, and meets nothing."""
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
    """All faults in force, in the order in which they were asked for, and the seed of their dice.

    Never changed: whoever adds or clears gets another value.
    """

    faults: tuple[Fault, ...] = ()
    seed: int = 0

    def add(self, *faults: Fault) -> Faults:
        """With these as well. One that is in force already is not doubled."""
        return replace(self, faults=tuple(dict.fromkeys((*self.faults, *faults))))

    def clear(self, operation: str | None = None) -> Faults:
        """Without those that name this operation, `*` being a name like others; None clears all."""
        kept = () if operation is None else (f for f in self.faults if f.operation != operation)
        return replace(self, faults=tuple(kept))

    def __bool__(self) -> bool:
        return bool(self.faults)


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
