"""A world: the whole state of one mock, with its users, its clock and its rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType

from creditkit.errors import NotAuthenticated, UsageError

from .catalogue import Customers, Offerings
from .clock import Clock, real_now
from .credits import Credits
from .database import Database
from .model import User, rounded
from .planting import plant
from .rows import KIND, Meta
from .seed import Seed

YEARS = range(1900, 9000)
"""Where a world's clock may stand: any month that a seed counts from there is in the calendar."""


class World:
    """Users, customers, offerings, projects, invoices and credits under one clock.

    ::

        world = World.open(load_seed(default_seed_path()))
        world.begin()
        staff = world.authenticate("c0ffee00" * 5)
        credit = world.credits.listing(staff)[0]
        world.credits.view(world.credits.apply_compensations(credit))

    An operation happens whole or not at all, and is one write. A world belongs to one thread.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._day = self._meta.day
        self.credits = Credits(database, self.now)
        self.customers = Customers(database)
        self.offerings = Offerings(database)

    @classmethod
    def open(
        cls,
        seed: Seed,
        *,
        now: date | None = None,
        data: Path | None = None,
        real: Callable[[], datetime] = real_now,
    ) -> World:
        """A world grown from `seed` in memory, or kept in the file `data`, whose content wins over the seed.

        `now` sets the clock, which runs on from there in real time. Without it a new world starts when the
        seed says, and a file goes on as far from real time as it was. `real` tells the real time. Raises
        `DataFileError`, and `UsageError` for a clock outside `YEARS`.
        """
        given = None if now is None else Clock.starting(now, real)
        database = Database(data)
        try:
            if database.is_new:
                clock = _checked(given or seed.clock(real))
                database.commit(database.meta.put(Meta(clock.offset)), *plant(seed, clock.now(), database))
            else:
                meta = database.meta[KIND]
                clock = _checked(given or Clock(meta.clock_offset, real))
                if clock.offset != meta.clock_offset:
                    database.commit(database.meta.put(replace(meta, clock_offset=clock.offset)))
            return cls(database, clock)
        except BaseException:
            database.close()
            raise

    def now(self) -> datetime:
        """The world's present instant, in UTC."""
        return self._clock.now()

    def today(self) -> date:
        """The world's present date."""
        return self._clock.today()

    def begin(self) -> None:
        """Run the daily job if the date has moved on since it last ran. Called at the start of each request.

        The job takes the value of credits whose end is past (observed SRC).
        """
        today = self.today()
        if self._day is not None and today <= self._day:
            return
        table = self._database.credits
        overdue = [
            replace(credit, value=rounded(Decimal(0)))
            for credit in table
            if credit.value and credit.end_date is not None and credit.end_date < today
        ]
        self._database.commit(
            self._database.meta.put(replace(self._meta, day=today)), *map(table.put, overdue)
        )
        self._day = today

    def authenticate(self, token: str) -> User:
        """The user whose token this is. Raises `NotAuthenticated` if it is nobody's, or has expired."""
        for user in self._database.users.find("token", token):
            if user.token_expires is not None and user.token_expires <= self.now():
                raise NotAuthenticated("Token has expired.")
            return user
        raise NotAuthenticated("Invalid token.")

    @property
    def users(self) -> Sequence[User]:
        """Everybody who can call, in the order of the seed."""
        return self._database.users.all()

    def close(self) -> None:
        """Let go of the data file."""
        self._database.close()

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _meta(self) -> Meta:
        return self._database.meta[KIND]


def _checked(clock: Clock) -> Clock:
    year = clock.today().year
    if year not in YEARS:
        raise UsageError(
            f"a world cannot start in the year {year}", f"name a date from {YEARS[0]} to {YEARS[-1]}"
        )
    return clock
