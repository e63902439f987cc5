"""Waivers: findings that somebody accepts, for a reason and until a date. One file format for all tools.

    [[waiver]]
    requirement = "CREATE-LOCATION"         # the subject; `creditkit review` calls it `rule`
    operation = "customer_credits_create"   # the place; without it everywhere. In a review: `at`
    reason = "The gateway drops the header; nobody here reads it."
    owner = "Kim, platform team"
    link = "https://tracker.example.com/browse/PLAT-123"   # may be left out
    until = 2027-03-31                      # the last day on which it holds

A waiver without a reason, an owner or a date can be read, so that a report can name it, but waives nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from creditkit.errors import UsageError


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver of a file; values that the file lacks are empty.

    `subject` is the requirement or rule, `at` the operation or place. `place` is file and number, for errors.
    """

    place: str
    subject: str
    at: str = ""
    reason: str = ""
    owner: str = ""
    link: str = ""
    until: date | None = None

    @property
    def key(self) -> str:
        """Subject and place, as reports name what is waived."""
        return f"{self.subject} {self.at}".strip()

    @property
    def terms(self) -> str:
        """Reason, owner, end and link in one line, for reports."""
        link = f", {self.link}" if self.link else ""
        return f"{self.reason} ({self.owner}, until {self.until}{link})"

    def flaw(self, today: date) -> str:
        """Why it may not be used; empty if it may."""
        missing = [name for name in ("reason", "owner", "until") if not getattr(self, name)]
        if missing:
            return f"has no {' and no '.join(missing)}"
        if self.until is not None and self.until < today:
            return f"expired on {self.until}"
        return ""


def first_match(waivers: Iterable[Waiver], today: date, covers: Callable[[Waiver], bool]) -> Waiver | None:
    """The first usable waiver that covers a finding; None without one."""
    return next((waiver for waiver in waivers if not waiver.flaw(today) and covers(waiver)), None)


def read_waivers(path: Path, subject: str, at: str) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order; `subject` and `at` are the tool's keys for those two.

    Raises UsageError for an unreadable file, an unknown key, and a value of another type.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: is no TOML: {error}") from error
    rows = document.pop("waiver", [])
    if document or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"{path}: waivers stand under [[waiver]], and nothing else stands there")
    keys = (subject, at, "reason", "owner", "link")
    return tuple(_waiver(f"{path}: waiver {number}", row, keys) for number, row in enumerate(rows, 1))


def _waiver(place: str, row: Mapping[str, Any], keys: tuple[str, ...]) -> Waiver:
    for key, value in row.items():
        if key == "until":
            if not isinstance(value, date) or isinstance(value, datetime):
                raise UsageError(f"{place}: until: must be a date", "as until = 2027-03-31, without quotes")
        elif key not in keys:
            raise UsageError(f"{place}: {key}: there is no such key", f"keys: {', '.join((*keys, 'until'))}")
        elif not isinstance(value, str):
            raise UsageError(f"{place}: {key}: must be a text")
    subject, at, reason, owner, link = (str(row.get(key, "")).strip() for key in keys)
    return Waiver(place, subject, at, reason, owner, link, row.get("until"))
