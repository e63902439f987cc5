"""Facts: the statements of the documented page, one row each.

    >>> from creditkit.contract import load_facts
    >>> facts = load_facts()
    >>> len(facts), facts[0].id, facts[0].type
    (196, 'customer_credits_list.query.customer_name', 'string')

The page is the source of every row of `facts.csv`, in its order and its words. `creditkit.review.trace` looks
the facts up in a contract: one that differs in operation, place, name or type is missing.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from creditkit.errors import UsageError

FACTS: Traversable = files("creditkit.contract") / "facts.csv"
"""The facts of the documented page of the Customer Credits API."""

FACT_PLACES = ("query", "path", "request", "status", "response")
"""The places of facts."""

_COLUMNS = ("operation", "place", "name", "type")


@dataclass(frozen=True, slots=True)
class Fact:
    """One documented fact.

    `place` is query, path, request, response or status. `name` is dotted for a field inside another
    (`offerings.uuid`), and the number for a status. `type` is in the page's words: `string (uuid)`,
    `array of objects`, `array of string (uri)s`; plainly `array` for a parameter, whose items the page
    does not mention; for a status the page's words for the body as a whole: `array of objects`, `no body`,
    or nothing where it lists the fields of one object.
    """

    operation: str
    place: str
    name: str
    type: str

    @property
    def id(self) -> str:
        """The fact's name in reports: operation, place and name."""
        return f"{self.operation}.{self.place}.{self.name}"


def load_facts(source: Traversable = FACTS) -> tuple[Fact, ...]:
    """The facts of the documented page, or of another table of the same form, in its order.

    Raises UsageError if the table cannot be read or has a row that is no fact.
    """
    try:
        # With a byte order mark or without: spreadsheets write one.
        rows = csv.DictReader(source.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source}: cannot be read: {error}") from error
    missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        hint = f"the first line names the columns: {', '.join(_COLUMNS)}"
        raise UsageError(f"{source}:1: there is no column {missing[0]!r}", hint)
    return tuple(_fact(row, f"{source}:{rows.line_num}") for row in rows)


def type_words(schema: Mapping[str, Any]) -> str:
    """A schema's type in the words of the page; an enum of strings is just a string there.

    The references of the schema and of its items must be resolved already.
    """
    kind = schema.get("type", "any")
    if isinstance(kind, list):  # OpenAPI 3.1 lists null among the types; the page does not
        kind = " or ".join(name for name in kind if name != "null")
    if kind == "array":
        return f"array of {type_words(schema.get('items', {}))}s"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def parameter_words(schema: Mapping[str, Any]) -> str:
    """A parameter's type in the words of the page, which leave out an array's items."""
    return type_words(schema).partition(" of ")[0]


def body_words(schema: Mapping[str, Any]) -> str:
    """The page's words for a response body as a whole; none for a single object, whose fields it lists."""
    if not schema:
        return "no body"
    words = type_words(schema)
    return "" if words == "object" else words


def _fact(row: Mapping[str, str | None], place: str) -> Fact:
    """The fact of a row; raises UsageError."""
    fact = Fact(*((row[column] or "").strip() for column in _COLUMNS))
    if not fact.operation or not fact.name:
        raise UsageError(f"{place}: a fact has an operation and a name")
    if fact.place not in FACT_PLACES:
        raise UsageError(f"{place}: there is no place {fact.place!r}", f"places: {', '.join(FACT_PLACES)}")
    return fact
