"""The clock of one world: how it is set and moved, and what is due when it has moved on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from creditkit.errors import UsageError

from .domain.clock import Clock, later, moment, month_of, shift, shown
from .jobs import Done, Movement, daily_job, monthly_job
from .tables.content import Content
from .tables.database import Database
from .tables.rows import Meta

YEARS = range(1900, 9000)
"""Where a world's clock may stand: any month that a seed counts from there is in the calendar."""

MOST_MONTHS = 120
"""Over how many month ends a clock is advanced at once."""


class Timekeeper:
    """A world's clock, which is part of the world's content: a fork has it, a rewind brings it back.

    ::

        world.clock.freeze()
        world.clock.advance(months=3)     # what three monthly jobs took from which credit
        world.clock.set(date(2027, 2, 1))
        world.clock.run_on()

    As time passes jobs run (`jobs`), whether time was let pass by `advance` or passed by itself: each month
    end whole or not at all, as one write. `set` only puts the clock somewhere else: no month ends.
    """

    def __init__(self, database: Database, real: Callable[[], datetime]) -> None:
        self._database = database
        self._real = real

    def now(self) -> datetime:
        """The world's present instant, in UTC."""
        meta = self._database.content.known
        return shown(meta.clock_offset, meta.frozen, self._real)

    def today(self) -> date:
        """The world's present date."""
        return self.now().date()

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands."""
        return self._clock.frozen is not None

    def freeze(self) -> None:
        """Let the clock stand where it is; it can still be set and advanced, and stands there then."""
        self._keep(lambda clock: clock.stopped())

    def run_on(self) -> None:
        """Let the clock run on in real time from where it is."""
        self._keep(lambda clock: clock.running())

    def set(self, to: date) -> None:
        """Put the clock to a date, which means its first instant, or to an instant, also an earlier one.

        No month ends by that: invoices stay as they are. At the next request the daily job runs. Raises
        `UsageError` outside `YEARS`.
        """
        instant = in_calendar(to)
        self._keep(lambda clock: clock.at(instant), forget_day=True)

    def advance(
        self, *, days: int | None = None, months: int | None = None, to: date | None = None
    ) -> tuple[Movement, ...]:
        """Let time pass: so many days, so many months, or until a date or an instant.

        A month later is the same day of the next month, or its last day where it has no such day. Tells what
        the jobs on the way took from which credit, in order. Raises `UsageError` for anything but one of the
        three, for a way back, for more than `MOST_MONTHS` at once, and outside `YEARS`; nothing has changed
        then.
        """
        target = self._target(days, months, to)
        movements = [*self.catch_up()]
        first = shift(self.today(), 1)
        while first <= target.date():
            movements += self._run(monthly_job, first, moment(first))
            first = shift(first, 1)
        movements += self._run(daily_job, target.date(), target)
        return tuple(movements)

    def catch_up(self) -> tuple[Movement, ...]:
        """Run the jobs that are due because time has passed; called at the start of each request."""
        meta = self._database.content.known
        day, today = meta.day, shown(meta.clock_offset, meta.frozen, self._real).date()
        if day is not None and today <= day:
            return ()
        # Two threads may both have found that something is due: each job looks again when it may write.
        movements: list[Movement] = []
        first = shift(day or today, 1)
        while first <= today:
            movements += self._run(monthly_job, first)
            first = shift(first, 1)
        movements += self._run(daily_job, today)
        return tuple(movements)

    def _run(
        self, job: Callable[[Content, date, date | None], Done], today: date, instant: datetime | None = None
    ) -> tuple[Movement, ...]:
        """Run a job in one write, and put the clock to `instant` in the same."""
        with self._database.transaction() as content:
            meta = content.known
            due = meta.day is None or today > meta.day
            done = job(content, today, meta.day) if due else Done((), ())
            meta = replace(meta, day=today) if due else meta
            if instant is not None:
                meta = _showing(meta, self._clock.at(instant))
            self._database.commit(*done.changes, content.meta.put(meta))
        return done.movements

    def _target(self, days: int | None, months: int | None, to: date | None) -> datetime:
        if sum(given is not None for given in (days, months, to)) != 1:
            raise UsageError("no single time to advance by", "say how many days, or months, or until when")
        now = self.now()
        try:
            if to is not None:
                target = moment(to)
            elif months is not None:
                target = later(now, months)
            else:
                target = now + timedelta(days=days or 0)
        except (OverflowError, ValueError):
            raise _outside("so far") from None
        if target < now:
            raise UsageError(
                f"cannot advance back from {now:%Y-%m-%d %H:%M} to {target:%Y-%m-%d %H:%M}",
                "set the clock instead; what jobs have done stays done",
            )
        in_calendar(target)
        if shift(now, MOST_MONTHS) < month_of(target):
            raise UsageError(
                f"cannot advance over more than {MOST_MONTHS} month ends at once",
                "advance in steps, or set the clock, which lets no month end",
            )
        return target

    def _keep(self, change: Callable[[Clock], Clock], *, forget_day: bool = False) -> None:
        with self._database.transaction() as content:
            meta = _showing(content.known, change(self._clock))
            self._database.commit(content.meta.put(replace(meta, day=None) if forget_day else meta))

    @property
    def _clock(self) -> Clock:
        meta = self._database.content.known
        return Clock(meta.clock_offset, self._real, meta.frozen)


def _showing(meta: Meta, clock: Clock) -> Meta:
    return replace(meta, clock_offset=clock.offset, frozen=clock.frozen)


def in_calendar(day: date) -> datetime:
    """The instant that a date or a time names. Raises `UsageError` outside `YEARS`."""
    if day.year not in YEARS:
        raise _outside(f"the year {day.year}")
    return moment(day)


def _outside(what: str) -> UsageError:
    return UsageError(f"a world's clock cannot show {what}", f"name a date from {YEARS[0]} to {YEARS[-1]}")
