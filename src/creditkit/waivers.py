"""Waivers, the part that all tools share: what somebody has decided to live with, for a while, for a reason.

    [[waiver]]
    …                                       # what it is about: each tool has keys of its own
    reason = "The gateway drops the header; nobody here reads it."
    owner = "Kim, platform team"
    link = "https://tracker.example.com/browse/PLAT-123"   # may be left out
    until = 2027-03-31                      # the last day on which it holds

A waiver without a reason, an owner or a date is read, so that it can be told with what it is about, and is no
good; so is one that has expired.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from creditkit.errors import UsageError

_TERMS = ("reason", "owner", "link")
_UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What every waiver has, whatever it is about; what was left out is empty.

    `place` is for errors: file and number.
    """

    place: str
    reason: str = field(default="", kw_only=True)
    owner: str = field(default="", kw_only=True)
    link: str = field(default="", kw_only=True)
    until: date | None = field(default=None, kw_only=True)

    @property
    def terms(self) -> str:
        """Reason, owner, end and link in one line, as reports tell them."""
        link = f", {self.link}" if self.link else ""
        return f"{self.reason} ({self.owner}, until {self.until}{link})"

    def flaw(self, today: date) -> str:
        """Why it may not be used, empty if it may."""
        missing = [name for name in ("reason", "owner", _UNTIL) if not getattr(self, name)]
        if missing:
            return f"has no {' and no '.join(missing)}"
        if self.until is not None and self.until < today:
            return f"expired on {self.until}"
        return ""


class Row(NamedTuple):
    """One waiver of a file. `place` is for errors: file and number; `texts` has every key but `until`."""

    place: str
    texts: Mapping[str, str]
    until: date | None


def read_rows(path: Path, subject: tuple[str, ...]) -> Iterator[Row]:
    """The waivers of a file, in its order; `subject` has the keys that say what one is about.

    Raises UsageError for a file that cannot be read, a key that is not there, and a value of another type.
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
    for number, row in enumerate(rows, 1):
        yield _row(f"{path}: waiver {number}", row, (*subject, *_TERMS))


def _row(place: str, row: Mapping[str, Any], keys: tuple[str, ...]) -> Row:
    for key, value in row.items():
        if key == _UNTIL:
            if not isinstance(value, date) or isinstance(value, datetime):
                raise UsageError(f"{place}: until: must be a date", "as until = 2027-03-31, without quotes")
        elif key not in keys:
            raise UsageError(f"{place}: {key}: there is no such key", f"keys: {', '.join((*keys, _UNTIL))}")
        elif not isinstance(value, str):
            raise UsageError(f"{place}: {key}: must be a text")
    return Row(place, {key: str(row.get(key, "")).strip() for key in keys}, row.get(_UNTIL))
