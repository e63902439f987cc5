"""Bodies that the contract's schema accepts as sent, which almost all are: the fast case of `bodies.py`.

Their values are taken without the readers of `fields`; only hyperlinks have to be resolved. Any other body is
left to the readers. `tests/mock/test_documented_bodies.py` compares the two ways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from creditkit.contract import Body

from .fields import Paths, Unreadable, finder_of, reader_of

Take = Callable[[Any], Any] | None
"""What makes a value of its documented form; None where that is the value itself."""


class DocumentedBody:
    """Takes one kind of body as it stands; hyperlinks lead to one of `paths`."""

    def __init__(self, body: Body, paths: Paths) -> None:
        self._accepts = body.compiled.accepts
        self._required = [item.name for item in body.properties if item.required]
        self._takes = {item.name: _take(item.schema, paths) for item in body.properties}

    def values(self, sent: Mapping[str, Any]) -> dict[str, Any] | None:
        """What it says, by the names of documented fields; None for one that is to be looked at closer."""
        for name in self._required:
            if name not in sent:
                return None
        if not self._accepts(sent):
            return None
        values: dict[str, Any] = {}
        takes = self._takes
        try:
            for name, raw in sent.items():
                if name in takes:
                    take = takes[name]
                    values[name] = raw if take is None or raw is None else take(raw)
        except (Unreadable, ValueError):
            return None
        return values


def _take(schema: Mapping[str, Any], paths: Paths) -> Take:
    if "enum" in schema:
        return None
    match schema.get("format") or schema["type"]:
        case "array":
            return _each(_take(schema["items"], paths))
        case "boolean":
            return None
        case "date":
            return date.fromisoformat
        case "decimal" if schema.get("pattern") == _pattern(**schema["x-decimal"]):
            return Decimal
        case "uri":
            return finder_of(schema["x-hyperlink"], paths)
        case _:
            read = reader_of(schema, paths)
            return lambda raw: read(raw)[0]


def _pattern(digits: int, places: int, minimum: str | None = None) -> str:
    """The pattern that admits no decimal beyond these bounds; empty where none can tell."""
    if minimum not in (None, "0"):
        return ""
    sign = "-?" if minimum is None else ""
    fraction = rf"(\.[0-9]{{1,{places}}})?" if places else ""
    return f"^{sign}[0-9]{{1,{digits - places}}}{fraction}$"


def _each(take: Take) -> Take:
    def taken(raw: list[Any]) -> tuple[Any, ...]:
        if not raw:
            return ()
        return tuple(dict.fromkeys(raw if take is None else map(take, raw)))

    return taken
