"""The operations on the clock: what it shows, and letting time pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from creditkit.errors import Conflict, Malformed, UsageError

from . import forms
from .worlds import CHANGED

if TYPE_CHECKING:
    from creditkit.mock.worlds.worlds import Scene, Scenes
    from creditkit.store import World

Form = dict[str, Any]


class Clock:
    """The operations of the tag `clock`, on the scene that the request selects.

    Whatever moves the clock is an entry in the journal, since it changes the world.
    """

    def __init__(self, scenes: Scenes) -> None:
        self._scenes = scenes

    @property
    def operations(self) -> Mapping[str, Callable[..., Any]]:
        """The functions by operationId."""
        return {
            "clock_read": self.read,
            "clock_set": self.set,
            "clock_freeze": self.freeze,
            "clock_run": self.run,
            "clock_advance": self.advance,
        }

    async def read(self) -> Form:
        """What the clock shows."""
        return forms.clock(self._scene.world)

    async def set(self, body: Mapping[str, Any]) -> Form:
        """Put it somewhere else."""
        instant = _instant(body["now"])
        self._begin("clock_set").clock.set(instant)
        return self._moved()

    async def freeze(self) -> Form:
        """Let it stand."""
        self._begin("clock_freeze").clock.freeze()
        return self._moved()

    async def run(self) -> Form:
        """Let it run on."""
        self._begin("clock_run").clock.run_on()
        return self._moved()

    async def advance(self, body: Mapping[str, Any]) -> Form:
        """Let time pass, and tell what the jobs on the way did."""
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

    @property
    def _scene(self) -> Scene:
        return self._scenes.turn.scene

    def _begin(self, operation: str) -> World:
        self._scenes.control(operation)
        return self._scene.world

    def _moved(self) -> Form:
        self._scene.journal.tell(CHANGED)
        return forms.clock(self._scene.world)


def _instant(text: str) -> date:
    """The date or the instant that a text names; raises Malformed."""
    try:
        return date.fromisoformat(text) if len(text) == len("2027-01-31") else datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(
            f"{text!r} is no date and no instant: write 2027-01-31 or 2027-01-31T12:00:00Z."
        ) from None
