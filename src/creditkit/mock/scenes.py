"""Scenes: a world for each client, so that parallel tests, tabs and teammates never see each other.

A scene is one client's world and what the mock keeps beside it. The default scene is there from the start;
another begins when somebody first names it, as a fork of the default world, and ends when nobody has named
it for a while. A fork shares everything with its origin but what changes afterwards, so it costs next to
nothing (`creditkit.store`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from creditkit.errors import Malformed, NoRoom
from creditkit.store import NAME

from .faults import Dice, Faults

if TYPE_CHECKING:
    from creditkit.deviations import Shown
    from creditkit.store import World

DEFAULT = "default"
"""The name of the scene of whoever names none."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may stand beside the default world.

    `worlds` is the number of named worlds; `growth` is by how many bytes of documents each of them may grow
    beyond what it was forked from; `idle` is after how many seconds without a request one ends.
    """

    worlds: int = 1_000
    growth: int = 16_000_000
    idle: float = 3_600


class Scene:
    """One client's world, and what the mock keeps beside it.

    `shown` are the deviations that it shows, `dice` decide which faults a request meets.
    `used` is when it was last named, by the registry's clock.
    """

    __slots__ = ("dice", "name", "origin_size", "shown", "used", "world")

    def __init__(
        self,
        name: str,
        world: World,
        shown: Sequence[Shown] = (),
        dice: Dice | None = None,
        used: float = 0,
    ) -> None:
        self.name = name
        self.world = world
        self.shown = shown
        self.dice = dice or Dice(Faults())
        self.used = used
        self.origin_size = world.size

    @property
    def growth(self) -> int:
        """By how many bytes of documents the world has grown since this scene began."""
        return self.world.size - self.origin_size

    def fork(self, name: str, used: float) -> Scene:
        """A scene of another name that begins as this one is now."""
        shown = (*self.shown,)  # another object: what deviations remember is not shared
        return Scene(name, self.world.fork(), shown, self.dice.fork(), used)


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
        # What is selected for a request belongs to its task, and so to everything that it calls.
        self._selected: ContextVar[Scene] = ContextVar("creditkit.scene", default=default)

    def __len__(self) -> int:
        return len(self._named)

    @property
    def current(self) -> Scene:
        """The scene of the request that is being answered; the default one where none was selected."""
        return self._selected.get()

    def world(self) -> World:
        """The world of the request that is being answered."""
        return self._selected.get().world

    def shown(self) -> Sequence[Shown]:
        """The deviations that it is to meet."""
        return self._selected.get().shown

    def dice(self) -> Dice:
        """What decides which faults it meets."""
        return self._selected.get().dice

    def select(self, scene: Scene) -> None:
        """Let this scene answer the request whose task this is."""
        self._selected.set(scene)

    def find(self, name: str) -> Scene | None:
        """The scene of that name, if there is one that has not ended."""
        if name == DEFAULT:
            return self.default
        scene = self._named.get(name)
        if scene is not None and self._now() - scene.used > self.bounds.idle:
            del self._named[name]
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
        scene = self._named[name] = origin.fork(name, self._now())
        return scene

    def drop(self, name: str) -> bool:
        """End a scene; whether there was one of that name. The default scene does not end."""
        return self.find(name) is not None and self._named.pop(name, None) is not None

    def all(self) -> tuple[Scene, ...]:
        """The default scene, and then the others in the order in which they began."""
        self.end_idle()
        return (self.default, *self._named.values())

    def end_idle(self) -> None:
        """End the scenes that nobody has named for too long."""
        latest = self._now() - self.bounds.idle
        for name in [name for name, scene in self._named.items() if scene.used < latest]:
            del self._named[name]


def _short(name: str) -> str:
    return repr(name if len(name) <= 80 else f"{name[:80]}…")
