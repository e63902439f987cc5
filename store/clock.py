"""The world's clock, and the arithmetic of months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


def real_now() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs as real time does, `offset` away from it. `real` tells the real time."""

    offset: timedelta = timedelta()
    real: Callable[[], datetime] = real_now

    @classmethod
    def starting(cls, start: date, real: Callable[[], datetime] = real_now) -> Clock:
        """A clock that shows `start` now: a date means its first instant, a naive time means UTC."""
        return cls(moment(start) - real(), real)

    def now(self) -> datetime:
        """The world's present instant, in UTC."""
        return self.real() + self.offset

    def today(self) -> date:
        """The world's present date."""
        return self.now().date()


def moment(day: date) -> datetime:
    """The instant that a date or a time names, in UTC."""
    if not isinstance(day, datetime):
        return datetime.combine(day, time(), UTC)
    return day.astimezone(UTC) if day.tzinfo else day.replace(tzinfo=UTC)


def month_of(day: date) -> date:
    """The first day of the month that `day` lies in."""
    return date(day.year, day.month, 1)


def shift(month: date, months: int) -> date:
    """The first day of the month so many months after (before, if negative) the month of `month`."""
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1)
