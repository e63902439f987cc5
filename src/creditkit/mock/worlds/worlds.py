"""Scenes: a world for each client, so that parallel tests, tabs and teammates never see each other.

A scene is one client's world and what the mock keeps beside it. The default scene is there from the start;
another begins when somebody first names it, as a fork of the default world, and ends when nobody has named
it for a while. A fork shares everything with its origin but what changes afterwards, so it costs next to
nothing (`creditkit.store`).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING

from creditkit.errors import Malformed, NoRoom
from creditkit.mock.faults import Dice, Faults
from creditkit.settings import Bounds
from creditkit.store import NAME

from .request_log import END, Journal

if TYPE_CHECKING:
    from creditkit.deviations import Deviation, Shown
    from creditkit.mock.answering.answers import Outgoing
    from creditkit.mock.answering.exchange import Exchange
    from creditkit.store import World

    from .logged_request import Turn

DEFAULT = "default"
"""The name of the scene of whoever names none."""

_COLLECT_AFTER = 64
"""How many scenes end before the collector is asked to look."""


class Scene:
    """One client's world, and what the mock keeps beside it.

    `deviations` are those that it shows, as `shown` is what the mock does for them; `dice` decide which
    faults a request meets. `at_start` are the deviations and faults that the mock was started with. `journal`
    has the latest requests. `used` is when the scene was last named, by the registry's clock.
    """

    __slots__ = (
        "at_start",
        "deviations",
        "dice",
        "journal",
        "name",
        "origin_size",
        "shown",
        "used",
        "world",
    )

    def __init__(
        self,
        name: str,
        world: World,
        deviations: tuple[Deviation, ...] = (),
        dice: Dice | None = None,
        *,
        entries: int = Bounds().entries,
        used: float = 0,
    ) -> None:
        self.name = name
        self.world = world
        self.dice = dice or Dice(Faults())
        self.at_start = (deviations, self.dice.faults)
        self.show(deviations)
        self.journal = Journal(entries)
        self.used = used
        self.origin_size = world.size

    @property
    def growth(self) -> int:
        """By how many bytes of documents the world has grown since this scene began."""
        return self.world.size - self.origin_size

    def fork(self, name: str, used: float) -> Scene:
        """A scene of another name that begins as this one is now."""
        forked = Scene(
            name,
            self.world.fork(),
            self.deviations,
            self.dice.fork(),
            entries=self.journal.most,
            used=used,
        )
        forked.at_start = self.at_start
        return forked

    def reset(self) -> None:
        """Go back to the beginning: the world, and the deviations and faults that the mock started with."""
        self.world.reset()
        deviations, faults = self.at_start
        self.show(deviations)
        self.dice = Dice(faults)

    def show(self, deviations: tuple[Deviation, ...]) -> None:
        """Show these deviations from now on; what those before them remembered is forgotten."""
        self.deviations = deviations
        # Always another object: what deviations remember belongs to it, and is not shared by scenes.
        self.shown: Sequence[Shown] = tuple(one.shown for one in deviations if one.shown is not None)


class Scenes:
    """The scenes of one mock, by name. `now` tells the time in seconds, from any moment on."""

    def __init__(
        self,
        default: Scene,
        bounds: Bounds | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.default = default
        self.bounds = bounds or Bounds()
        self._now = now
        self._named: dict[str, Scene] = {}
        self._ended = 0
        # What is selected for a request belongs to its task, and so to everything that it calls.
        self._selected: ContextVar[Turn] = ContextVar("creditkit.turn")

    def __len__(self) -> int:
        return len(self._named)

    @property
    def turn(self) -> Turn:
        """The request that is being answered by the task that asks."""
        return self._selected.get()

    def world(self) -> World:
        """The world of the request that is being answered."""
        return self._selected.get().scene.world

    def shown(self) -> Sequence[Shown]:
        """The deviations that it is to meet."""
        return self._selected.get().scene.shown

    def dice(self) -> Dice:
        """What decides which faults it meets."""
        return self._selected.get().scene.dice

    def begin(self) -> None:
        """Let the world count the request that is being answered."""
        self._selected.get().begin()

    def control(self, operation: str) -> None:
        """Let the request be counted as one that changes the world from outside: an entry of the journal."""
        turn = self._selected.get()
        turn.operation = operation
        turn.begin()

    def observe(self, exchange: Exchange, answer: Outgoing) -> None:
        """Take note of what the mock makes of the request that is being answered."""
        turn = self._selected.get()
        turn.judge(exchange)
        turn.honest = answer

    def select(self, turn: Turn) -> None:
        """Let this be the request that the present task answers."""
        self._selected.set(turn)

    def find(self, name: str) -> Scene | None:
        """The scene of that name, if there is one that has not ended."""
        if name == DEFAULT:
            return self.default
        scene = self._named.get(name)
        if scene is not None and self._is_idle(scene):
            self._end(scene)
            return None
        return scene

    def named(self, name: str) -> Scene:
        """The scene of that name, which begins now if there is none.

        Raises Malformed for what cannot be a name, and NoRoom where there are as many as there may be.
        """
        scene = self.find(name) or self.add(name, self.default)
        scene.used = self._now()
        return scene

    def add(self, name: str, origin: Scene) -> Scene:
        """A new scene that begins as `origin` is now, in the place of one that has that name.

        Raises Malformed and NoRoom as `named`.
        """
        if not NAME.fullmatch(name) or name == DEFAULT:
            raise Malformed(
                f"{_short(name)} cannot name a world: use 1 to 64 letters, digits, hyphens, dots and "
                "underscores, a letter or a digit first."
            )
        if name not in self._named and len(self._named) >= self.bounds.worlds:
            self.end_idle()
            if len(self._named) >= self.bounds.worlds:
                raise NoRoom(
                    f"There are {len(self._named)} worlds already, as many as there may be: drop one, wait "
                    f"until one has been idle for {self.bounds.idle:g} seconds, or raise --max-worlds."
                )
        before = self._named.pop(name, None)
        scene = self._named[name] = origin.fork(name, self._now())
        if before is not None:
            before.journal.tell(END)
        return scene

    def drop(self, name: str) -> bool:
        """End a scene; whether there was one of that name. The default scene does not end."""
        scene = self.find(name)
        if scene is None or scene is self.default:
            return False
        self._end(scene)
        return True

    def all(self) -> tuple[Scene, ...]:
        """The default scene, and then the others in the order in which they began."""
        self.end_idle()
        return (self.default, *self._named.values())

    def end_idle(self) -> None:
        """End the scenes that nobody has named for too long."""
        for scene in [scene for scene in self._named.values() if self._is_idle(scene)]:
            self._end(scene)

    def close(self) -> None:
        """Tell everybody who listens that it is over."""
        for scene in (self.default, *self._named.values()):
            scene.journal.tell(END)

    def _is_idle(self, scene: Scene) -> bool:
        return self._now() - scene.used > self.bounds.idle and not scene.journal.has_listeners

    def _end(self, scene: Scene) -> None:
        del self._named[scene.name]
        scene.journal.tell(END)
        self._ended += 1
        if self._ended % _COLLECT_AFTER == 0:
            # A world's parts refer to each other, and `creditkit` lets the collector run rarely.
            gc.collect()


def _short(name: str) -> str:
    return repr(name if len(name) <= 80 else f"{name[:80]}…")
