"""A world for each client, so that parallel tests, browser tabs and teammates never see each other.

The default world exists from the start. A named world begins as a fork of it at the first request that names
it, and ends when no request has named it for a while. A fork shares all data with its origin that has not
changed since, so it costs almost nothing (`creditkit.store`).
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

from .request_log import END, RequestLog

if TYPE_CHECKING:
    from creditkit.deviations import Deviation, Shown
    from creditkit.mock.answering.answers import Outgoing
    from creditkit.mock.answering.request_context import RequestContext
    from creditkit.store import World

    from .logged_request import LoggedRequest

DEFAULT = "default"
"""The name of the world that requests get if they name none."""

_COLLECT_AFTER = 64
"""After how many ended worlds the cycle collector runs: the parts of a world refer to each other."""


class ClientWorld:
    """One client's world, with its request log, its deviations and its faults.

    `deviations` are in force, as the behaviours `shown`; `dice` decide which faults a request meets.
    `at_start` are the deviations and faults that the mock was started with. `used` is when a request last
    named it, by the registry's clock.
    """

    __slots__ = (
        "at_start",
        "deviations",
        "dice",
        "name",
        "origin_size",
        "request_log",
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
        self.request_log = RequestLog(entries)
        self.used = used
        self.origin_size = world.size

    @property
    def growth(self) -> int:
        """By how many bytes of documents the world has grown since it was forked."""
        return self.world.size - self.origin_size

    def fork(self, name: str, used: float) -> ClientWorld:
        """A world of another name with the present data, deviations and faults of this one."""
        entries = self.request_log.most
        forked = ClientWorld(
            name, self.world.fork(), self.deviations, self.dice.fork(), entries=entries, used=used
        )
        forked.at_start = self.at_start
        return forked

    def reset(self) -> None:
        """Go back to the seed, and to the deviations and faults that the mock was started with."""
        self.world.reset()
        deviations, faults = self.at_start
        self.show(deviations)
        self.dice = Dice(faults)

    def show(self, deviations: tuple[Deviation, ...]) -> None:
        """Put these deviations in force. What earlier ones remembered is forgotten."""
        self.deviations = deviations
        # A new object each time: the memory of deviations belongs to it, and worlds must not share it.
        self.shown: Sequence[Shown] = tuple(one.shown for one in deviations if one.shown is not None)


class ClientWorlds:
    """The worlds of one mock, by name, and the selected world of each request.

    `now` tells the time in seconds from any moment on.
    """

    def __init__(
        self,
        default: ClientWorld,
        bounds: Bounds | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.default = default
        self.bounds = bounds or Bounds()
        self._now = now
        self._named: dict[str, ClientWorld] = {}
        self._ended = 0
        # A context variable belongs to the task of one request, and to everything that the task calls.
        self._selected: ContextVar[tuple[ClientWorld, LoggedRequest]] = ContextVar("creditkit.request")

    def __len__(self) -> int:
        return len(self._named)

    def select(self, client_world: ClientWorld, logged: LoggedRequest) -> None:
        """Answer the request of the present task in this world."""
        self._selected.set((client_world, logged))

    @property
    def selected(self) -> ClientWorld:
        """The world of the present request."""
        return self._selected.get()[0]

    @property
    def logged(self) -> LoggedRequest:
        """The present request."""
        return self._selected.get()[1]

    def world(self) -> World:
        """The data of the selected world."""
        return self._selected.get()[0].world

    def shown(self) -> Sequence[Shown]:
        """The deviations of the selected world."""
        return self._selected.get()[0].shown

    def dice(self) -> Dice:
        """The dice of the selected world, which decide which faults the request meets."""
        return self._selected.get()[0].dice

    def begin(self) -> None:
        """Give the request the next number of its world."""
        client_world, logged = self._selected.get()
        logged.begin(client_world.world.begin())

    def control(self, operation: str) -> None:
        """Count the request as a control operation that changes the world: it gets a log entry."""
        self.logged.operation = operation
        self.begin()

    def observe(self, context: RequestContext, answer: Outgoing) -> None:
        """Log who asked, why the request was refused, and the mock's own answer."""
        self._selected.get()[1].judge(context, answer)

    def find(self, name: str) -> ClientWorld | None:
        """The world of that name, if there is one that has not ended."""
        if name == DEFAULT:
            return self.default
        client_world = self._named.get(name)
        if client_world is not None and self._is_idle(client_world):
            self._end(client_world)
            return None
        return client_world

    def named(self, name: str) -> ClientWorld:
        """The world of that name, forked from the default one if there is none.

        Raises Malformed for an invalid name, and NoRoom if there are as many worlds as allowed.
        """
        client_world = self.find(name) or self.add(name, self.default)
        client_world.used = self._now()
        return client_world

    def add(self, name: str, origin: ClientWorld) -> ClientWorld:
        """Fork `origin`, in place of a world that has that name. Raises Malformed and NoRoom as `named`."""
        if not NAME.fullmatch(name) or name == DEFAULT:
            short = repr(name if len(name) <= 80 else f"{name[:80]}…")
            raise Malformed(
                f"{short} cannot name a world: use 1 to 64 letters, digits, hyphens, dots and underscores, "
                "a letter or a digit first."
            )
        if name not in self._named and len(self._named) >= self.bounds.worlds:
            self.end_idle()
            if len(self._named) >= self.bounds.worlds:
                raise NoRoom(
                    f"There are {len(self._named)} worlds already, as many as there may be: drop one, wait "
                    f"until one has been idle for {self.bounds.idle:g} seconds, or raise --max-worlds."
                )
        before = self._named.pop(name, None)
        client_world = self._named[name] = origin.fork(name, self._now())
        if before is not None:
            before.request_log.tell(END)
        return client_world

    def drop(self, name: str) -> bool:
        """End a named world; False if there is none of that name. The default world never ends."""
        client_world = self.find(name)
        if client_world is None or client_world is self.default:
            return False
        self._end(client_world)
        return True

    def all(self) -> tuple[ClientWorld, ...]:
        """The default world, then the others in the order in which they began."""
        self.end_idle()
        return (self.default, *self._named.values())

    def end_idle(self) -> None:
        """End the worlds that no request has named for `bounds.idle` seconds."""
        for client_world in filter(self._is_idle, tuple(self._named.values())):
            self._end(client_world)

    def close(self) -> None:
        """End all streams of events: the mock stops."""
        for client_world in (self.default, *self._named.values()):
            client_world.request_log.tell(END)

    def _is_idle(self, client_world: ClientWorld) -> bool:
        idle = self._now() - client_world.used
        return idle > self.bounds.idle and not client_world.request_log.has_listeners

    def _end(self, client_world: ClientWorld) -> None:
        del self._named[client_world.name]
        client_world.request_log.tell(END)
        self._ended += 1
        if self._ended % _COLLECT_AFTER == 0:
            gc.collect()
