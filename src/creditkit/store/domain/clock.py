"""The world's clock, and the arithmetic of months."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta


def real_now() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs in real time at an `offset` from it, or stands at `frozen`.

    `real` returns the real time.
    """

    offset: timedelta = timedelta()
    real: Callable[[], datetime] = real_now
    frozen: datetime | None = None

    @classmethod
    def starting(cls, start: date, real: Callable[[], datetime] = real_now) -> Clock:
        """A clock that shows `start` now: a date means its first instant, a naive time means UTC."""
        return cls(moment(start) - real(), real)

    def now(self) -> datetime:
        """The world's present instant, in UTC."""
        return shown(self.offset, self.frozen, self.real)

    def today(self) -> date:
        """The world's present date."""
        return self.now().date()

    def at(self, instant: datetime) -> Clock:
        """The clock set to `instant`; it stays running or frozen."""
        return replace(self, offset=instant - self.real(), frozen=self.frozen and instant)

    def stopped(self) -> Clock:
        """The clock frozen at its present time."""
        return replace(self, frozen=self.now())

    def running(self) -> Clock:
        """The clock running from its present time."""
        return replace(self.at(self.now()), frozen=None)


def shown(offset: timedelta, frozen: datetime | None, real: Callable[[], datetime]) -> datetime:
    """The time that such a clock shows. Most have no offset, and adding zero costs as much as adding any."""
    if frozen is not None:
        return frozen
    return real() + offset if offset else real()


def moment(day: date) -> datetime:
    """The instant that a date or a time names, in UTC."""
    if not isinstance(day, datetime):
        return datetime.combine(day, time(), UTC)
    return day.astimezone(UTC) if day.tzinfo else day.replace(tzinfo=UTC)


def month_of(day: date) -> date:
    """The first day of the month that `day` lies in."""
    return date(day.year, day.month, 1)


def in_one_month(day: date, other: date) -> bool:
    """Whether two dates lie in the same month."""
    return day.month == other.month and day.year == other.year


def shift(month: date, months: int) -> date:
    """The first day of the month so many months after (before, if negative) the month of `month`."""
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1)


def later(instant: datetime, months: int) -> datetime:
    """The same day and time so many months after `instant`; the month's last day where it has no such day."""
    month = shift(instant, months)
    day = min(instant.day, monthrange(month.year, month.month)[1])
    return instant.replace(year=month.year, month=month.month, day=day)
