"""The fields of the documents: what kind of value each holds, also as a cell of a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec import structs

from creditkit.store.domain.model import Credit


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of cell: what it holds in words and as JSON, and how it is written and read as text.

    What it does not hold, `read` refuses with ValueError.
    """

    words: str
    types: tuple[type, ...]
    write: Callable[[object], str]
    read: Callable[[str], object]


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


TEXT = Cell("text", (str,), str, str)
OPTIONAL = Cell(
    "text or nothing",
    (str, type(None)),
    lambda value: "" if value is None else str(value),
    lambda text: text or None,
)
FLAG = Cell("true or false", (bool,), lambda value: str(value).lower(), _flag)
WHOLE = Cell("a whole number", (int,), str, int)
NUMBER = Cell("a number", (int, float), str, float)
LIST = Cell("uuids with spaces between", (list,), lambda value: " ".join(_texts(value)), str.split)

Columns = Mapping[str, Cell]


def _cell(field: structs.FieldInfo) -> Cell:
    """The cell of a field of `Credit`, by what it may hold."""
    if field.name == "offerings":
        return LIST
    return OPTIONAL if field.default is None else FLAG if isinstance(field.default, bool) else TEXT


COLUMNS: Mapping[str, Columns] = {
    "meta": {"kind": TEXT, "format": WHOLE, "clock_offset": NUMBER, "day": OPTIONAL, "frozen": OPTIONAL},
    "users": {
        "uuid": TEXT,
        "username": TEXT,
        "full_name": TEXT,
        "token": TEXT,
        "token_expires": OPTIONAL,
        "is_staff": FLAG,
        "is_support": FLAG,
        "owner_of": LIST,
        "project_admin_of": LIST,
    },
    "customers": {"uuid": TEXT, "name": TEXT, "slug": TEXT, "created": TEXT},
    "offerings": {"uuid": TEXT, "name": TEXT, "type": TEXT},
    "projects": {"uuid": TEXT, "customer": TEXT, "name": TEXT, "credit": OPTIONAL},
    "invoices": {"uuid": TEXT, "customer": TEXT, "month": TEXT, "state": TEXT},
    "credits": {
        **{field.name: _cell(field) for field in structs.fields(Credit)},
        "customer_name": TEXT,
    },
}
"""The columns of each table's file, named and ordered as the fields of its documents."""

LATER_FIELDS = frozenset({"customer_name", "frozen"})
"""Fields that follow from others or may be missing: documents written earlier do not have them."""

LINES = "invoice_items"
LINE_COLUMNS: Columns = {
    "invoice": TEXT,
    "name": TEXT,
    "price": TEXT,
    "tax_percent": TEXT,
    "offering": OPTIONAL,
    "project": OPTIONAL,
    "credit": OPTIONAL,
}
"""The file of the lines of invoices, each with its invoice's uuid, and its columns."""


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return value
