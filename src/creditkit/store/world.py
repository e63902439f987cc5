"""A world: the whole state of one mock, with its users, its clock and its rules."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import date, datetime
from pathlib import Path
from types import TracebackType

from creditkit.errors import NotAuthenticated, UsageError

from .credits import Credits
from .customers_offerings import Customers, Offerings
from .domain.clock import Clock, real_now
from .domain.model import User
from .seeds.seed import Seed
from .seeds.seed_to_world import plant
from .tables.content import Changed
from .tables.database import BEGINNING, Database
from .tables.rows import Meta
from .timekeeping import Timekeeper, in_calendar
from .views import Renderings

log = logging.getLogger("creditkit.store")

NAME = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_.]{0,63}")
"""The allowed names of snapshots and of named worlds."""


class World:
    """Users, customers, offerings, projects, invoices and credits under one clock.

    ::

        world = World.open(load_seed(default_seed_path()))
        world.begin()
        staff = world.authenticate("c0ffee00" * 5)
        credit = world.credits.listing(staff)[0]
        world.snapshot("before")
        world.credits.view(world.credits.apply_compensations(credit))
        world.restore("before")

    An operation is one write, whole or not at all. Threads may share a world: reads never wait, writes run
    one after the other. The clock belongs to the content: whatever restores content also restores its clock.
    """

    def __init__(
        self,
        database: Database,
        real: Callable[[], datetime] = real_now,
        renderings: Renderings | None = None,
    ) -> None:
        self._database = database
        self._real = real
        self._renderings = renderings or Renderings()
        self.clock = Timekeeper(database, real)
        self.credits = Credits(database, self.clock.now, self._renderings)
        self.customers = Customers(database)
        self.offerings = Offerings(database)

    @classmethod
    def open(
        cls,
        seed: Seed,
        *,
        now: date | None = None,
        data: Path | None = None,
        durable: bool = False,
        remember: bool = True,
        real: Callable[[], datetime] = real_now,
        warn: Callable[[str], None] = log.warning,
    ) -> World:
        """A world grown from `seed` in memory, or kept in the file `data`, whose content wins over the seed.

        What an operation wrote to a file survives the death of the process; with `durable` it is also
        forced to disk, and `flushed` tells when. `now` sets the clock, which runs on from there in real
        time unless it stands in the file. Without it a new world starts when the seed says, and a file goes
        on as far from real time as it was. With `remember`, what was made of a credit for an answer is made
        only once as long as nothing changes. `real` tells the real time; `warn` is told of a write that was
        cut short when the last process died. Raises `DataFileError`, and `UsageError` for a clock outside the
        calendar or `durable` without a file.
        """
        if durable and data is None:
            raise UsageError(
                "a world in memory cannot be durable", "name the file that keeps it, with --data FILE"
            )
        database = Database.open(data, durable=durable, warn=warn)
        try:
            world = cls(database, real, Renderings(remember=remember))
            if database.is_new:
                clock = seed.clock(real) if now is None else Clock.starting(now, real)
                content = database.content
                planted = plant(seed, in_calendar(clock.now()), content)
                database.begin_with(content.meta.put(Meta(clock.offset)), *planted)
            elif now is not None:
                world.clock.set(now)
            in_calendar(world.now())
            return world
        except BaseException:
            database.close()
            raise

    def now(self) -> datetime:
        """The world's present instant, in UTC."""
        return self.clock.now()

    def today(self) -> date:
        """The world's present date."""
        return self.clock.today()

    def begin(self) -> int:
        """Start a request, and return its number, from 1.

        Where the date has changed, the jobs that are due run first (`Timekeeper`).
        """
        number = self._database.begin()
        self.clock.catch_up()
        return number

    def authenticate(self, token: str) -> User:
        """The user whose token this is. Raises `NotAuthenticated` if it is nobody's, or has expired."""
        user = self._database.content.users.one("token", token)
        if user is None:
            raise NotAuthenticated("Invalid token.")
        if user.token_expires is not None and user.token_expires <= self.now():
            raise NotAuthenticated("Token has expired.")
        return user

    @property
    def users(self) -> Sequence[User]:
        """Everybody who can call, in the order of the seed."""
        return self._database.content.users.all()

    def reset(self) -> None:
        """Go back to the beginning: to the seed, or to what a file held that came from elsewhere."""
        self._database.restore(BEGINNING)

    def replant(self, seed: Seed, *, now: date | None = None) -> bool:
        """Make another seed the beginning, to which `reset` returns; True if the world now shows it.

        A world that is unchanged since its beginning becomes the new seed's; a changed one stays, until
        `reset`. `now` is as in `open`. Raises `UsageError` as `open` does.
        """
        clock = seed.clock(self._real) if now is None else Clock.starting(now, self._real)
        start = in_calendar(clock.now())
        return self._database.begin_anew(
            lambda empty: (empty.meta.put(Meta(clock.offset)), *plant(seed, start, empty))
        )

    def snapshot(self, name: str) -> None:
        """Keep the present content under a name, in place of what was kept under it before.

        A snapshot in a file is there again when the file is. Raises `UsageError` for a name that is not 1 to
        64 letters, digits, `-`, `_` and `.`, beginning with a letter or a digit.
        """
        if not NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} cannot name a snapshot",
                "use 1 to 64 letters, digits, hyphens, dots and underscores, a letter or a digit first",
            )
        self._database.snapshot(name)

    def restore(self, name: str) -> None:
        """Bring back what `snapshot` kept, and go on keeping it. Raises `UsageError` for an unknown name."""
        self._database.restore(self._known(name))

    def drop_snapshot(self, name: str) -> None:
        """Delete a snapshot. Raises `UsageError` for an unknown name."""
        self._database.drop_snapshot(self._known(name))

    @property
    def snapshots(self) -> tuple[str, ...]:
        """The names of the snapshots, oldest first."""
        return tuple(name for name in self._database.snapshots if name != BEGINNING)

    @property
    def size(self) -> int:
        """The approximate size of the content in a file, in bytes."""
        return self._database.size

    def fork(self) -> World:
        """An independent world in memory with this content, clock and snapshots."""
        return World(self._database.fork(), self._real, self._renderings)

    @property
    def requests(self) -> int:
        """The number of requests that have begun, or the number that `rewind` went back to."""
        return self._database.requests

    def rewind(self, requests: int) -> None:
        """Bring back the content as it was after so many requests; 0 is before the first. Snapshots stay.

        Raises `UsageError` where so many have not begun, or their changes are no longer known.
        """
        if not 0 <= requests <= self.requests:
            raise UsageError(
                f"cannot go back to request {requests}", f"name a number from 0 to {self.requests}"
            )
        self._database.rewind(requests)

    def changes(self, since: int, until: int) -> tuple[Changed, ...]:
        """The documents changed by the requests after `since` up to `until`.

        Raises `UsageError` where their changes are no longer known, or so many have not begun.
        """
        return self._database.changes(since, until)

    def flushed(self) -> Future[None] | None:
        """Done when everything written so far is on disk; None where there is nothing to wait for."""
        return self._database.flushed()

    def compact(self) -> None:
        """Rewrite the data file without outdated records. It also happens by itself when it is due."""
        self._database.compact()

    def close(self) -> None:
        """Release the data file, which then needs no journal beside it."""
        self._database.close()

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _known(self, name: str) -> str:
        if name not in self.snapshots:
            known = ", ".join(self.snapshots)
            raise UsageError(
                f"there is no snapshot {name!r}", f"known are: {known}" if known else "none has been taken"
            )
        return name
