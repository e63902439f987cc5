"""Dice: which faults a request meets, so that the same requests meet the same ones again."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from .effects import Effect, drawn
from .fault import Faults


class Dice:
    """What happens next, given the faults in force.

    What the n-th request to an operation meets depends on the seed, the fault, the operation and n, and on
    nothing else: not on requests to other operations, nor on other faults. Requests that come at the same
    time are counted in the order in which they arrive. Every world has dice of its own; those of a fork
    begin anew.
    """

    def __init__(self, faults: Faults, counts: Mapping[str, int] | None = None) -> None:
        self.faults = faults
        self._counts = dict(counts or {})

    @property
    def counts(self) -> dict[str, int]:
        """How many requests each operation has had since a fault may meet it; a copy, to go back to."""
        return dict(self._counts)

    def fork(self) -> Dice:
        """Dice for the same faults that have not been rolled yet."""
        return Dice(self.faults)

    def roll(self, operation: str) -> tuple[Effect, ...]:
        """What a request to this operation meets, every delay exact; nothing for almost all."""
        meeting = [fault for fault in self.faults.faults if fault.meets(operation)]
        if not meeting:
            return ()
        number = self._counts.get(operation, 0) + 1
        self._counts[operation] = number
        met: list[Effect] = []
        for fault in meeting:
            # A text as seed gives the same numbers on every machine and in every process.
            named = f"{self.faults.seed} {fault.operation}:{fault.effect} {operation} {number}"
            dice = Random(named)  # noqa: S311 - not for secrets
            if dice.random() < fault.rate:
                met.append(drawn(fault.effect, dice))
        return tuple(met)
