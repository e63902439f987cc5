"""The effects of faults on one request, and how each is written.

Written alike on the command line, in files and in JSON: `latency=200..800` is `{"latency": "200..800"}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

LONGEST = 600_000
"""The longest delay, in milliseconds: ten minutes."""

STATUSES = (429, 500, 502, 503, 504)
"""The statuses that a failing server or proxy sends for any request."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A time in milliseconds: exactly `low`, anything from `low` to `high`, or normally distributed.

    With a `deviation`, `low` is the mean. A drawn delay is between 0 and `LONGEST`.

    >>> str(Delay(200)), str(Delay(200, high=800)), str(Delay(300, deviation=80))
    ('200', '200..800', '300~80')
    """

    low: float
    high: float | None = None
    deviation: float | None = None

    def drawn(self, dice: Random) -> Delay:
        """One exact delay, in whole milliseconds."""
        if self.high is not None:
            return Delay(round(dice.uniform(self.low, self.high)))
        if self.deviation is not None:
            return Delay(min(max(0, round(dice.gauss(self.low, self.deviation))), LONGEST))
        return self

    @property
    def seconds(self) -> float:
        """How long an exact delay is."""
        return self.low / 1000

    def __str__(self) -> str:
        if self.high is not None:
            return f"{self.low:g}..{self.high:g}"
        return f"{self.low:g}" if self.deviation is None else f"{self.low:g}~{self.deviation:g}"


@dataclass(frozen=True, slots=True)
class Latency:
    """The request waits before the mock handles it. Other requests go on meanwhile."""

    delay: Delay

    def __str__(self) -> str:
        return f"latency={self.delay}"


@dataclass(frozen=True, slots=True)
class Status:
    """An answer in place of the API's, which never sees the request.

    `retry_after` is in seconds, and is only sent with 429 and 503.
    """

    status: int
    retry_after: int | None = None

    def __str__(self) -> str:
        after = "" if self.retry_after is None else f",retry_after={self.retry_after}"
        return f"status={self.status}{after}"


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The connection is dropped without an answer, and the API never sees the request."""

    def __str__(self) -> str:
        return "disconnect"


@dataclass(frozen=True, slots=True)
class Cut:
    """The request takes effect, and of the answer's body this share arrives before the connection ends."""

    share: float = 0.5

    def __str__(self) -> str:
        return f"cut={self.share:g}"


@dataclass(frozen=True, slots=True)
class Trickle:
    """The answer's body comes in small pieces that together take this long."""

    delay: Delay

    def __str__(self) -> str:
        return f"trickle={self.delay}"


Effect = Latency | Status | Disconnect | Cut | Trickle


def drawn(effect: Effect, dice: Random) -> Effect:
    """The effect with its delay drawn."""
    if isinstance(effect, Latency | Trickle):
        return type(effect)(effect.delay.drawn(dice))
    return effect
