"""The clock of one world: setting it, advancing it, and running the jobs that are due."""

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
"""The years that a world's clock can show: every month that a seed counts from there is in the calendar."""

MOST_MONTHS = 120
"""The most month ends that one `advance` can pass."""


class Timekeeper:
    """A world's clock, part of the world's content: a fork copies it, a rewind restores it.

    ::

        world.clock.freeze()
        world.clock.advance(months=3)     # what three monthly jobs took from which credit
        world.clock.set(date(2027, 2, 1))
        world.clock.run_on()

    Jobs run when time passes, in reality or by `advance`. Each month end is one write, whole or not at all.
    `set` only moves the clock: no month ends.
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
        """Whether the clock is frozen."""
        return self._clock.frozen is not None

    def freeze(self) -> None:
        """Stop the clock at its present time; it can still be set and advanced, and stays frozen."""
        self._keep(lambda clock: clock.stopped())

    def run_on(self) -> None:
        """Let the clock run in real time from its present time."""
        self._keep(lambda clock: clock.running())

    def set(self, to: date) -> None:
        """Set the clock to an instant or to the start of a date, also to an earlier one.

        No month ends: invoices stay as they are. The next request runs the daily job. Raises
        `UsageError` outside `YEARS`.
        """
        instant = in_calendar(to)
        self._keep(lambda clock: clock.at(instant), forget_day=True)

    def advance(
        self, *, days: int | None = None, months: int | None = None, to: date | None = None
    ) -> tuple[Movement, ...]:
        """Let time pass: a number of days or months, or until a date or an instant.

        A month later is the same day of the next month, or that month's last day. Returns what the jobs took
        from each credit, in order. Raises `UsageError`, and changes nothing, unless exactly one of the three
        is given, for a time in the past, for more than `MOST_MONTHS` month ends, and outside `YEARS`.
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
        """Run the jobs that are due; called at the start of each request."""
        meta = self._database.content.known
        day, today = meta.day, shown(meta.clock_offset, meta.frozen, self._real).date()
        if day is not None and today <= day:
            return ()
        # Two threads may both find that a job is due: `_run` checks again inside its transaction.
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
        """Run a job, and set the clock to `instant`, in one write."""
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
