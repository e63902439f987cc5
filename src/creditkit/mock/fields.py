"""Fields: one reader for each kind of value that a request body holds.

A reader takes a property's schema and what was sent, and returns the Python value or raises `Unreadable`
with the real server's words. Which reader serves a property is decided by its schema: `enum`, `format`,
`type`, and the extensions `x-decimal` and `x-hyperlink`. Leniency (numbers for decimals, "yes" for true,
`2027-1-1` for dates) and messages are observed (D24, BP).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from creditkit.contract import PathItem, match

Paths = tuple[PathItem, ...]
Reader = Callable[[Mapping[str, Any], Any, Paths], Any]


class Unreadable(Exception):  # noqa: N818 - says what the value is, as Refusal does of a request
    """A value that is not of its field's kind: the rule, the server's message, what was expected."""

    def __init__(self, rule: str, message: str, expected: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.expected = expected


def reader_of(schema: Mapping[str, Any]) -> Reader:
    """The reader for values of a schema (references inlined)."""
    if "enum" in schema:
        return read_choice
    return _READERS[schema.get("format") or schema["type"]]


def read_decimal(schema: Mapping[str, Any], raw: Any, _paths: Paths) -> Decimal:
    """A decimal, sent as text or number: exponents, signs, spaces and underscores are read."""
    limits = schema["x-decimal"]
    digits, places = limits["digits"], limits["places"]
    if type(raw) is str and _short_decimal(digits, places)(raw) is not None:
        value = Decimal(raw)
    else:
        value = _any_decimal(raw, digits, places)
    minimum = limits.get("minimum")
    if minimum is not None and value < _amount(minimum):
        message = f"Ensure this value is greater than or equal to {minimum}."
        raise Unreadable("decimal.minimum", message, f"{_expected(digits, places)}, not below {minimum}")
    return value


_amount = lru_cache(Decimal)


@lru_cache
def _short_decimal(digits: int, places: int) -> Callable[[str], Any]:
    """Matches what is within these sizes at first sight: no more digits on either side than there may be."""
    fraction = rf"(\.[0-9]{{1,{places}}})?" if places else ""
    return re.compile(rf"-?[0-9]{{1,{digits - places}}}{fraction}").fullmatch


def _any_decimal(raw: Any, digits: int, places: int) -> Decimal:
    text = raw.strip() if isinstance(raw, str) else str(raw)
    if len(text) > 1000:
        raise Unreadable("decimal.length", "String value too large.", _expected(digits, places))
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Unreadable("decimal.number", "A valid number is required.", _expected(digits, places))
    for rule, limit, size, message in _sizes(value, digits, places):
        if size > limit:
            raise Unreadable(rule, message.format(limit), _expected(digits, places))
    return value


def _expected(digits: int, places: int) -> str:
    return f"a decimal number of at most {digits} digits, {places} of them after the point"


def _sizes(value: Decimal, digits: int, places: int) -> list[tuple[str, int, int, str]]:
    """(rule, limit, size, message) for each way in which a decimal can be too long, in the server's order."""
    _sign, figures, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    after = max(0, -exponent)
    before = max(0, len(figures) + exponent)
    more = "Ensure that there are no more than"
    return [
        ("decimal.digits", digits, before + after, f"{more} {{}} digits in total."),
        ("decimal.places", places, after, f"{more} {{}} decimal places."),
        ("decimal.whole-digits", digits - places, before, f"{more} {{}} digits before the decimal point."),
    ]


_TRUE = frozenset(["t", "y", "yes", "true", "on", "1"])
_FALSE = frozenset(["f", "n", "no", "false", "off", "0"])


def read_boolean(_schema: Mapping[str, Any], raw: Any, _paths: Paths) -> bool:
    """A boolean; the usual words and 1 and 0 are read as well."""
    if isinstance(raw, bool | int | float | str):
        text = raw.strip().lower() if isinstance(raw, str) else f"{raw:g}" if raw in (0, 1) else ""
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
    raise Unreadable("boolean", "Must be a valid boolean.", "true or false")


_SHORT_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def read_date(_schema: Mapping[str, Any], raw: Any, _paths: Paths) -> datetime.date:
    """A date in any ISO 8601 form; month and day may lack their leading zero."""
    try:
        if isinstance(raw, str):
            short = _SHORT_DATE.fullmatch(raw)
            if short:
                return datetime.date(*map(int, short.groups()))
            return datetime.date.fromisoformat(raw)
    except ValueError:
        pass
    message = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
    raise Unreadable("date", message, "a date such as 2027-01-01")


def read_choice(schema: Mapping[str, Any], raw: Any, _paths: Paths) -> str:
    """One of the values that the schema names."""
    if isinstance(raw, str) and raw in schema["enum"]:
        return raw
    raise Unreadable("choice", f'"{raw}" is not a valid choice.', " or ".join(schema["enum"]))


def read_hyperlink(schema: Mapping[str, Any], raw: Any, paths: Paths) -> UUID:
    """The uuid of the object that a hyperlink names: scheme, host and query of a URL do not count."""
    template = schema["x-hyperlink"]
    if type(raw) is str and (usual := _usual_hyperlink(template)(raw)) is not None:
        return UUID(usual[1])
    expected = f"a hyperlink {template}"
    if not isinstance(raw, str):
        message = f"Incorrect type. Expected URL string, received {type(raw).__name__}."
        raise Unreadable("hyperlink.type", message, expected)
    found = match(paths, _path_of(raw))
    if found is None:
        raise Unreadable("hyperlink.match", "Invalid hyperlink - No URL match.", expected)
    item, parameters = found
    if item.template != template:
        raise Unreadable("hyperlink.resource", "Invalid hyperlink - Incorrect URL match.", expected)
    try:
        return UUID(parameters["uuid"])
    except ValueError:
        raise Unreadable("hyperlink.object", "Invalid hyperlink - Object does not exist.", expected) from None


@lru_cache
def _usual_hyperlink(template: str) -> Callable[[str], re.Match[str] | None]:
    """Matches what the API itself gives as hyperlink: no other template of a contract fits such a path."""
    before, _, after = template.partition("{uuid}")
    uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    return re.compile(f"https?://[A-Za-z0-9.:-]+{re.escape(before)}({uuid}){re.escape(after)}").fullmatch


def _path_of(hyperlink: str) -> str:
    """The decoded path of a URL, or of a path alone; empty where a URL cannot be taken apart."""
    if hyperlink.startswith(("http:", "https:")):
        try:
            return unquote(urlsplit(hyperlink).path)
        except ValueError:
            return ""
    return unquote(hyperlink)


def read_list(schema: Mapping[str, Any], raw: Any, paths: Paths) -> tuple[Any, ...]:
    """A list of values, each once, in the order sent."""
    if not isinstance(raw, list):
        message = f'Expected a list of items but got type "{type(raw).__name__}".'
        raise Unreadable("list", message, "a list")
    read_item = reader_of(schema["items"])
    return tuple(dict.fromkeys(read_item(schema["items"], item, paths) for item in raw))


_READERS: dict[str, Reader] = {
    "array": read_list,
    "boolean": read_boolean,
    "date": read_date,
    "decimal": read_decimal,
    "uri": read_hyperlink,
}


def plain(value: Any, schema: Mapping[str, Any]) -> Any:
    """The documented JSON form of a value that was read, to be held to the schema itself.

    Whatever spelling was sent, what the world is told must be expressible as the contract documents it.
    """
    if isinstance(value, Decimal):
        return f"{value if value else abs(value):f}"
    if isinstance(value, UUID):
        return "https://api.example.com" + schema["x-hyperlink"].replace("{uuid}", str(value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item, schema["items"]) for item in value]
    return value
