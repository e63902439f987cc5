"""How the documents of one table are filed: its indexes, prepared for use on every write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import orjson
from tinydb import utils

from .document import dump, load, one_line
from .index import ABSENT, Document, Index, Unique

Entry = tuple[Any, ...]
"""(row, key in the first index, key in the second, ...)"""


class Layout:
    """The indexes of a table, each with its number: the unique ones, and the others, which are filed late.

    `place` tells for each number whether the index is unique, and which of these it is. `by_field` are the
    numbers of the indexes that answer which documents have a value in that field.
    """

    __slots__ = (
        "_absent",
        "_functions",
        "_keys",
        "_names",
        "by_field",
        "indexes",
        "json_name",
        "lates",
        "name",
        "place",
        "uniques",
    )

    def __init__(self, name: str, indexes: Sequence[Index[Any]] = ()) -> None:
        self.name = name
        self.json_name = orjson.dumps(name)
        self.indexes = tuple(indexes)
        self.uniques: list[tuple[int, Unique]] = []
        self.lates: list[tuple[int, Index[Any]]] = []
        self.place: list[tuple[bool, int]] = []
        self.by_field: dict[str, list[int]] = {}
        for number, index in enumerate(self.indexes):
            unique = isinstance(index, Unique)
            self.place.append((unique, len(self.uniques if unique else self.lates)))
            if isinstance(index, Unique):
                self.uniques.append((number, index))
            else:
                self.lates.append((number, index))
            if index.finds_values and index.function is None:
                self.by_field.setdefault(index.name, []).append(number)
        self._keys = [(index.name, index.function) for index in self.indexes]
        self._names = [index.name for index in self.indexes]
        self._absent = [ABSENT] * len(self.indexes)
        self._functions = any(index.function is not None for index in self.indexes)

    def entry(self, given: Document | bytes) -> Entry:
        """The entry of a document: its row, and its keys, which are those of what the row says.

        Raises TypeError and ValueError for what is no JSON object, and whatever an index function raises.
        """
        if isinstance(given, bytes):
            row, document = one_line(given)
            return self.entry_of(row, document)
        row = dump(given)
        if self._functions:
            return self.entry_of(row, load(row))
        entry: list[Any] = [row]
        for name, _ in self._keys:
            key = given.get(name, ABSENT)
            kind = type(key)
            # What JSON might change on its way is taken from the row.
            if kind is not str and kind is not int and not (kind is float and isfinite(key)):
                return self.entry_of(row, load(row))
            entry.append(key)
        return tuple(entry)

    def entry_of(self, row: bytes, document: Document) -> Entry:
        """The entry of a row and what it says."""
        if self._functions:
            keys = [
                document.get(name, ABSENT) if function is None else function(document)
                for name, function in self._keys
            ]
        else:
            keys = list(map(document.get, self._names, self._absent))
        if not _UNHASHABLE.isdisjoint(map(type, keys)):
            keys = [utils.freeze(key) for key in keys]  # type: ignore[no-untyped-call]
        return (row, *keys)

    def number_of(self, index: str) -> int:
        """Which of the indexes has that name. Raises KeyError."""
        for number, each in enumerate(self.indexes):
            if each.name == index:
                return number
        raise KeyError(f"table {self.name} has no index {index}")


Schema = Mapping[str, Layout]
"""The tables that have indexes."""

_UNHASHABLE = frozenset((list, dict, set))
