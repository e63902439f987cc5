"""The rules of a seed beyond its schema: references, duplicates, dates that exist.

Each check is a generator over the seed's data that yields flaws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from creditkit.store.domain.clock import moment, month_of, shift

from .yaml_with_lines import Path

Entry = Mapping[str, Any]
Data = Mapping[str, Any]

ANY_START = date(2000, 1, 15)
"""Any start will do to check relative dates."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One fault of a seed: its place, a message, and a hint what to do."""

    path: Path
    message: str
    hint: str = ""


def slug(customer: Entry) -> str:
    """The slug of a customer: its key, unless another one is given."""
    return str(customer.get("slug", customer["key"]))


def plain_uuid(entry: Entry) -> str | None:
    """The uuid that an entry gives, as bare digits; None if it leaves it out."""
    return entry["uuid"].replace("-", "").lower() if "uuid" in entry else None


UNIQUE: tuple[tuple[str, str, Callable[[Entry], str | None]], ...] = (
    ("users", "username", lambda user: user["username"]),
    ("users", "token", lambda user: user["token"]),
    ("customers", "key", lambda customer: customer["key"]),
    ("customers", "slug", slug),
    ("offerings", "key", lambda offering: offering["key"]),
    ("projects", "key", lambda project: project["key"]),
    ("credits", "customer", lambda credit: credit["customer"]),
    ("invoices", "customer and month", lambda invoice: f"{invoice['customer']}, {invoice['month']}"),
    *(
        (section, "uuid", plain_uuid)
        for section in ("users", "customers", "offerings", "projects", "credits", "invoices")
    ),
)
"""What no two entries of a section may share: the section, the words for it, the value."""

REFERENCES = (
    ("users", "owner_of", "customers"),
    ("users", "project_admin_of", "projects"),
    ("projects", "customer", "customers"),
    ("credits", "customer", "customers"),
    ("credits", "offerings", "offerings"),
    ("invoices", "customer", "customers"),
)
"""Which field of which section names entries of which other section."""

DATES = (
    ("users", "token_expires", False),
    ("customers", "created", False),
    ("credits", "created", False),
    ("credits", "end_date", True),
    ("invoices", "month", True),
)
"""The fields that hold a date, a time or a relative month, and whether it must be a month's first day."""


def instant(text: str, start: date = ANY_START) -> datetime:
    """The instant that a date, a time or `month±n` (counted from `start`) means.

    Raises ValueError or OverflowError where there is no such instant.
    """
    if text.startswith("month"):
        return moment(shift(month_of(start), int(text.removeprefix("month") or 0)))
    return moment(datetime.fromisoformat(text))


def flaws(data: Data) -> Iterator[Flaw]:
    """Every fault of data that has passed the schema."""
    for check in CHECKS:
        yield from check(data)


def _dates_exist(data: Data) -> Iterator[Flaw]:
    if data.get("clock", "now") != "now":
        yield from _date_flaws(("clock",), data["clock"])
    for section, field, first in DATES:
        for path, entry in _entries(data, section):
            if entry.get(field) is not None:
                yield from _date_flaws((*path, field), entry[field], first=first)


def _date_flaws(path: Path, text: str, *, first: bool = False) -> Iterator[Flaw]:
    try:
        day = instant(text)
    except (ValueError, OverflowError):
        yield Flaw(path, f"{text!r} is not a date that exists", "write YYYY-MM-DD")
        return
    if first and day.day != 1:
        yield Flaw(path, f"{text!r} is not the first day of a month", f"write {month_of(day)}")


def _nothing_twice(data: Data) -> Iterator[Flaw]:
    for section, words, value_of in UNIQUE:
        seen: set[str] = set()
        for path, entry in _entries(data, section):
            value = value_of(entry)
            if value is not None and value in seen:
                yield Flaw(path, f"a second entry of {section} with the same {words}", "keep one of them")
            elif value is not None:
                seen.add(value)


def _references_lead_somewhere(data: Data) -> Iterator[Flaw]:
    for section, field, target in REFERENCES:
        known = _keys(data, target)
        for path, entry in _entries(data, section):
            named = entry.get(field, [])
            for key in [named] if isinstance(named, str) else named:
                if key not in known:
                    yield _unknown((*path, field), target, key)


def _credits_can_exist(data: Data) -> Iterator[Flaw]:
    for path, credit in _entries(data, "credits"):
        if credit.get("minimal_consumption_logic") == "linear" and credit.get("end_date") is None:
            yield Flaw(path, "a credit with linear logic needs an end_date", "add one, such as month+6")


def _invoices_fit(data: Data) -> Iterator[Flaw]:
    offerings = _keys(data, "offerings")
    projects = {project["key"]: project["customer"] for project in data.get("projects", ())}
    credited = {credit["customer"] for credit in data.get("credits", ())}
    for path, invoice in _entries(data, "invoices"):
        items, compensations = invoice.get("items", ()), invoice.get("compensations", ())
        if compensations and invoice["customer"] not in credited:
            yield Flaw(
                (*path, "compensations"),
                f"compensations of {invoice['customer']!r}, which has no credit",
                "add the credit, or take the compensations out",
            )
        names = {item["name"] for item in items}
        for part, lines in (("items", items), ("compensations", compensations)):
            for position, line in enumerate(lines):
                here = (*path, part, position)
                if "offering" in line and line["offering"] not in offerings:
                    yield _unknown(here, "offerings", line["offering"])
                if "of" in line and line["of"] not in names:
                    yield Flaw(
                        here,
                        f"no item of this invoice is named {line['of']!r}",
                        f"name one of: {', '.join(sorted(names))}",
                    )
                if "project" in line and projects.get(line["project"]) != invoice["customer"]:
                    yield Flaw(
                        here,
                        f"{invoice['customer']!r} has no project {line['project']!r}",
                        "name a project of the invoice's customer",
                    )


CHECKS = (_dates_exist, _nothing_twice, _references_lead_somewhere, _credits_can_exist, _invoices_fit)


def _entries(data: Data, section: str) -> Iterator[tuple[Path, Entry]]:
    """The entries of a section, each with its path."""
    for position, entry in enumerate(data.get(section, ())):
        yield (section, position), entry


def _keys(data: Data, section: str) -> frozenset[str]:
    return frozenset(entry["key"] for entry in data.get(section, ()))


def _unknown(path: Path, section: str, key: str) -> Flaw:
    return Flaw(
        path, f"no entry of {section} has the key {key!r}", f"add it to {section}, or correct the key"
    )
