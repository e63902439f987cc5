from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from creditkit.store import Clock
from creditkit.store.domain.clock import moment, month_of, shift

from .conftest import NOON, TODAY, Hands


def test_a_clock_shows_the_real_time_unless_told_otherwise(hands: Hands) -> None:
    clock = Clock(real=hands)
    assert (clock.now(), clock.today()) == (NOON, TODAY)
    before = datetime.now(UTC)
    assert before <= Clock().now() <= datetime.now(UTC)


def test_a_given_start_runs_on_in_real_time(hands: Hands) -> None:
    clock = Clock.starting(date(2027, 1, 31), hands)
    assert clock.now() == datetime(2027, 1, 31, tzinfo=UTC)
    hands.go(hours=23, minutes=59)
    assert clock.today() == date(2027, 1, 31)
    hands.go(minutes=1)
    assert clock.today() == date(2027, 2, 1)


def test_a_moment_is_in_utc() -> None:
    assert moment(date(2026, 5, 1)) == datetime(2026, 5, 1, tzinfo=UTC)
    assert moment(datetime(2026, 5, 1, 8)) == datetime(2026, 5, 1, 8, tzinfo=UTC)
    east = timezone(timedelta(hours=2))
    assert moment(datetime(2026, 5, 1, 1, tzinfo=east)).date() == date(2026, 4, 30)


@pytest.mark.parametrize(
    ("months", "expected"),
    [(0, "2026-11-01"), (1, "2026-12-01"), (2, "2027-01-01"), (-10, "2026-01-01"), (-11, "2025-12-01")],
)
def test_months_are_counted_over_the_ends_of_years(months: int, expected: str) -> None:
    assert shift(TODAY, months) == date.fromisoformat(expected)


def test_the_month_of_a_day_is_its_first_day() -> None:
    assert month_of(TODAY) == date(2026, 11, 1)
    assert month_of(NOON) == date(2026, 11, 1)
