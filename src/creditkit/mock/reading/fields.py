"""Fields: one reader for each kind of value that a request body holds.

A reader is made once from a property's schema. It takes the value that was sent, and returns the Python value
with its documented JSON form, which is held to the schema, or raises `Unreadable` with the server's message.
Which reader serves a property is decided by its schema: `enum`, `format`, `type`, and the extensions
`x-decimal` and `x-hyperlink`. Leniency (numbers for decimals, "yes" for true, `2027-1-1` for dates) and
messages are observed (D24, BP).

Valid bodies need no reader (`creditkit.mock.reading.documented`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from creditkit.contract import PathItem, match

Paths = tuple[PathItem, ...]
Read = tuple[Any, Any]
"""A value, and its documented JSON form."""
Reader = Callable[[Any], Read]


class Unreadable(Exception):  # noqa: N818 - says what the value is, as Refusal does of a request
    """A value that is not of its field's kind: the rule, the server's message, what was expected."""

    def __init__(self, rule: str, message: str, expected: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.expected = expected


def reader_of(schema: Mapping[str, Any], paths: Paths) -> Reader:
    """The reader for values of a schema (references inlined); hyperlinks lead to one of `paths`."""
    if "enum" in schema:
        return _choice(schema["enum"])
    match schema.get("format") or schema["type"]:
        case "array":
            return _list(reader_of(schema["items"], paths))
        case "boolean":
            return read_boolean
        case "date":
            return read_date
        case "decimal":
            return _decimal(**schema["x-decimal"])
        case "uri":
            return _hyperlink(schema["x-hyperlink"], paths)
        case kind:
            raise LookupError(f"no reader for {kind}")


def _decimal(digits: int, places: int, minimum: str | None = None) -> Reader:
    """A decimal, sent as text or number: exponents, signs, spaces and underscores are read."""
    least = None if minimum is None else Decimal(minimum)

    def read(raw: Any) -> Read:
        value = _any_decimal(raw, digits, places)
        if least is not None and value < least:
            message = f"Ensure this value is greater than or equal to {minimum}."
            raise Unreadable("decimal.minimum", message, f"{_expected(digits, places)}, not below {minimum}")
        return value, f"{value if value else abs(value):f}"

    return read


_LONGEST_DECIMAL = 1_000


def _any_decimal(raw: Any, digits: int, places: int) -> Decimal:
    text = _text(raw).strip()
    if len(text) > _LONGEST_DECIMAL:
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


def _text(raw: Any) -> str:
    """What was sent as text, as the server's messages have it; of a thousand lists in lists the brackets."""
    try:
        return str(raw)
    except RecursionError:
        return "[" * (_LONGEST_DECIMAL + 1)


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


def read_boolean(raw: Any) -> Read:
    """A boolean; the usual words and 1 and 0 are read as well."""
    if raw is True or raw is False:
        return raw, raw
    if isinstance(raw, int | float | str):
        text = raw.strip().lower() if isinstance(raw, str) else f"{raw:g}" if raw in (0, 1) else ""
        if text in _TRUE or text in _FALSE:
            return text in _TRUE, text in _TRUE
    raise Unreadable("boolean", "Must be a valid boolean.", "true or false")


_SHORT_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def read_date(raw: Any) -> Read:
    """A date in any ISO 8601 form; month and day may lack their leading zero."""
    try:
        if isinstance(raw, str):
            short = _SHORT_DATE.fullmatch(raw)
            value = datetime.date(*map(int, short.groups())) if short else datetime.date.fromisoformat(raw)
            return value, value.isoformat()
    except ValueError:
        pass
    message = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
    raise Unreadable("date", message, "a date such as 2027-01-01")


def _choice(values: list[str]) -> Reader:
    """One of the values that the schema names."""

    def read(raw: Any) -> Read:
        if isinstance(raw, str) and raw in values:
            return raw, raw
        raise Unreadable("choice", f'"{_text(raw)}" is not a valid choice.', " or ".join(values))

    return read


def _hyperlink(template: str, paths: Paths) -> Reader:
    """What a hyperlink names; as documented it is the whole URL of that."""
    before, _, after = template.partition("{uuid}")
    find = finder_of(template, paths)

    def read(raw: Any) -> Read:
        found = find(raw)
        return found, f"https://api.example.com{before}{found}{after}"

    return read


def finder_of(template: str, paths: Paths) -> Callable[[Any], str]:
    """What finds the uuid of the object that a hyperlink names, or raises Unreadable.

    Scheme, host and query of a URL do not count. The uuid is text, with dashes and in lower case, as the
    world names its objects.
    """
    before, _, after = template.partition("{uuid}")
    # What the API itself gives as hyperlink: no other template of a contract fits such a path.
    uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    usual = re.compile(f"https?://[A-Za-z0-9.:-]+{re.escape(before)}({uuid}){re.escape(after)}").fullmatch

    def find(raw: Any) -> str:
        known = usual(raw) if type(raw) is str else None
        return _object_of(raw, template, paths) if known is None else known[1]

    return find


def _object_of(raw: Any, template: str, paths: Paths) -> str:
    """What a hyperlink of any kind names."""
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
        return str(UUID(parameters["uuid"]))
    except ValueError:
        raise Unreadable("hyperlink.object", "Invalid hyperlink - Object does not exist.", expected) from None


def _path_of(hyperlink: str) -> str:
    """The decoded path of a URL, or of a path alone; empty where a URL cannot be taken apart."""
    if hyperlink.startswith(("http:", "https:")):
        try:
            return unquote(urlsplit(hyperlink).path)
        except ValueError:
            return ""
    return unquote(hyperlink)


def _list(read_item: Reader) -> Reader:
    """A list of values, each once, in the order sent."""

    def read(raw: Any) -> Read:
        if not isinstance(raw, list):
            message = f'Expected a list of items but got type "{type(raw).__name__}".'
            raise Unreadable("list", message, "a list")
        found = dict(map(read_item, raw))
        return tuple(found), list(found.values())

    return read
