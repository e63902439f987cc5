"""How the documents of one table are filed: its indexes, prepared for use on every write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from msgspec import Struct

from .document import dump, dump_struct, one_line
from .ids import Ids
from .index import ABSENT, Document, Index
from .values import Hash, Unique, ValueIndex

Entry = tuple[Any, ...]
"""(row, key in the first of `Layout.checked`, key in the second, ...)"""

Samples = tuple[Any, ...]
"""For each order one of its keys, with which all others must compare; None as long as there is none."""

_UNCHANGED = frozenset((str, int))
"""The types of keys that are in JSON what they were before."""


class Layout:
    """The indexes of a table, each with its number.

    `uniques` are those that are filed with each write, `lates` the others, which are filed late, the ids
    before them. `checked` are those whose keys each write makes, to see that they can be: the unique ones,
    then the orders that are not sure of theirs, of which there are so many, then what functions make.
    `place` tells for each number whether the index is unique, and which of `uniques` or `lates` it is.
    `by_field` are the indexes that answer which documents have a value in that field, with their numbers.
    `finders` are those that find values, by name, each with its `place`.
    """

    __slots__ = (
        "_functions",
        "_names",
        "by_field",
        "checked",
        "finders",
        "indexes",
        "json_name",
        "lates",
        "name",
        "orders",
        "place",
        "uniques",
    )

    def __init__(self, name: str, indexes: Sequence[Index[Any]] = ()) -> None:
        self.name = name
        self.json_name = orjson.dumps(name)
        self.indexes = tuple(indexes)
        self.uniques: list[Unique] = []
        self.lates: list[Index[Any]] = [Ids("")]
        self.place: list[tuple[bool, int]] = []
        self.by_field: dict[str, list[tuple[int, ValueIndex]]] = {}
        for number, index in enumerate(self.indexes):
            if isinstance(index, Unique):
                self.place.append((True, len(self.uniques)))
                self.uniques.append(index)
            else:
                self.place.append((False, len(self.lates)))
                self.lates.append(index)
            if isinstance(index, ValueIndex) and index.function is None:
                self.by_field.setdefault(index.name, []).append((number, index))
        self.finders = {
            index.name: (index, *self.place[number])
            for number, index in reversed(list(enumerate(self.indexes)))
            if isinstance(index, ValueIndex)
        }
        orders = [index for index in self.indexes if not index.finds_values and not index.is_sure]
        self.orders = len(orders)
        made = [index for index in self.indexes if isinstance(index, Hash) and index.function is not None]
        self.checked: list[Index[Any]] = [*self.uniques, *orders, *made]
        self._names = [index.name for index in self.checked]
        self._functions = any(index.function is not None for index in self.checked)

    def entry(self, given: Document | Struct | bytes) -> Entry:
        """The entry of a document: its row, and its keys, which are those of what the row says.

        Raises TypeError and ValueError for what is no JSON object, and whatever an index function raises.
        """
        if isinstance(given, bytes):
            row, document = one_line(given)
            return self.entry_of(row, document)
        keys: list[Any]
        if isinstance(given, Struct):
            row = dump_struct(given)
            keys = [getattr(given, name, None) for name in self._names]
        else:
            row = dump(given)
            keys = [given.get(name) for name in self._names]
        # What JSON might change on its way, and what is missing, is taken from the row.
        if self._functions or not _UNCHANGED.issuperset(map(type, keys)):
            return self.entry_of(row, orjson.loads(row))
        return (row, *keys)

    def entry_of(self, row: bytes, document: Document) -> Entry:
        """The entry of a row and what it says."""
        return (row, *[index.key(document) for index in self.checked])

    @property
    def no_samples(self) -> Samples:
        """The samples of a table without documents."""
        return (None,) * self.orders

    def compare(self, entry: Entry, samples: Samples) -> Samples:
        """See that a document's keys compare with others of their orders; the samples with it.

        Raises TypeError.
        """
        at = len(self.uniques) + 1
        for place, sample in enumerate(samples):
            key = entry[at + place]
            if key is not None and key is not ABSENT:
                if sample is None:
                    samples = (*samples[:place], key, *samples[place + 1 :])
                else:
                    key < sample  # noqa: B015 - asked for its TypeError
        return samples

    def finder_of(self, index: str) -> tuple[ValueIndex, bool, int]:
        """The index of that name that finds values, and its `place`. Raises KeyError."""
        finder = self.finders.get(index)
        if finder is None:
            self.number_of(index)
            raise KeyError(f"index {index} of table {self.name} is an order: use ordered()")
        return finder

    def number_of(self, index: str) -> int:
        """Which of the indexes has that name. Raises KeyError."""
        for number, each in enumerate(self.indexes):
            if each.name == index:
                return number
        raise KeyError(f"table {self.name} has no index {index}")


Schema = Mapping[str, Layout]
"""The tables that have indexes."""
