"""The operations of the tag `clock`: read it, set it, let time pass.

Operations that move the clock change the world, so they get an entry in the request log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from creditkit.errors import Conflict, Malformed, UsageError

from .operations import Form, Operations, clock_form

if TYPE_CHECKING:
    from creditkit.store import World


class Clock(Operations):
    """The operations on the clock of the selected world."""

    async def clock_read(self) -> Form:
        """The clock."""
        return clock_form(self._selected.world)

    async def clock_set(self, body: Mapping[str, Any]) -> Form:
        """Set the clock to another instant."""
        instant = _instant(body["now"])
        self._begin("clock_set").clock.set(instant)
        return self._moved()

    async def clock_freeze(self) -> Form:
        """Stop the clock."""
        self._begin("clock_freeze").clock.freeze()
        return self._moved()

    async def clock_run(self) -> Form:
        """Let the clock run again."""
        self._begin("clock_run").clock.run_on()
        return self._moved()

    async def clock_advance(self, body: Mapping[str, Any]) -> Form:
        """Let time pass, and return what the jobs in that time did."""
        wanted = {**body, "to": _instant(body["to"])} if "to" in body else body
        world = self._begin("clock_advance")
        try:
            movements = world.clock.advance(**wanted)
        except UsageError as error:
            raise Conflict(error.sentence) from None
        return {
            "clock": self._moved(),
            "movements": [
                {
                    "day": one.day.isoformat(),
                    "credit": one.credit,
                    "kind": str(one.kind),
                    "amount": str(one.amount),
                }
                for one in movements
            ],
        }

    def _begin(self, operation: str) -> World:
        self._client_worlds.control(operation)
        return self._selected.world

    def _moved(self) -> Form:
        self._changed()
        return clock_form(self._selected.world)


def _instant(text: str) -> date:
    """The date or the instant that a text names; raises Malformed."""
    try:
        return date.fromisoformat(text) if len(text) == len("2027-01-31") else datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(
            f"{text!r} is no date and no instant: write 2027-01-31 or 2027-01-31T12:00:00Z."
        ) from None
