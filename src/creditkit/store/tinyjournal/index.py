"""Indexes: how documents are found other than by their id.

By a value (`values.py`), in the order of one (`order.py`), or in that of the ids (`ids.py`).

An index says under what a document is filed (`key`) and files it (`file`, `unfile`, `build`). What is filed
is an immutable value of its own, `Filed`, kept in a table's state: the index itself holds nothing.

A document without the field, or for which the function returns `ABSENT`, is not filed by `Unique` and
`Hash`, and comes last, as None, in `Sorted`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Generic, TypeVar

import orjson
from tinydb import utils

from .peek import Field

Document = Mapping[str, Any]
Function = Callable[[Document], Any]
"""What a document is filed under. It sees the document alone, so that equal ones are filed alike."""

Filed = TypeVar("Filed")


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""What a document has that lacks the value."""


class Index(ABC, Generic[Filed]):
    """One way in which the documents of a table are found; `empty` is what is filed of a table of none."""

    empty: Filed
    finds_values = False
    """Whether it tells which documents have a value."""
    is_sure = False
    """Whether its keys are known to be made of every document and to compare, so that no write tries."""
    keeps_rows = False
    """Whether it files rows, too, so that one that changes is filed anew under the same key."""

    def __init__(self, name: str, function: Function | None = None) -> None:
        self.name = name
        self.function = function
        self._field = Field(name, ABSENT)

    def key(self, document: Document) -> Any:
        """What a document is filed under. Raises whatever the function raises."""
        key = document.get(self.name, ABSENT) if self.function is None else self.function(document)
        return freeze(key) if type(key) in UNHASHABLE else key

    def key_of_row(self, row: bytes) -> Any:
        """The same for a document as JSON."""
        return self.keys((row,))[0]

    def keys(self, rows: Iterable[bytes]) -> list[Any]:
        """The same for many."""
        if self.function is not None:
            return [self.key(orjson.loads(row)) for row in rows]
        keys = self._field.of(rows)
        if not UNHASHABLE.isdisjoint(map(type, keys)):
            keys = [freeze(key) if type(key) in UNHASHABLE else key for key in keys]
        return keys

    @abstractmethod
    def file(self, filed: Filed, doc_id: int, key: Any, row: bytes) -> Filed:
        """File a document."""

    def file_all(self, filed: Filed, ids: Sequence[int], keys: Sequence[Any], rows: Sequence[bytes]) -> Filed:
        """File documents, whose ids ascend, each with key and row at the same place."""
        for doc_id, key, row in zip(ids, keys, rows, strict=True):
            filed = self.file(filed, doc_id, key, row)
        return filed

    @abstractmethod
    def unfile(self, filed: Filed, doc_id: int, key: Any) -> Filed:
        """Take a document out again."""

    def build(self, ids: Sequence[int], keys: Sequence[Any], rows: Sequence[bytes]) -> Filed:
        """File all documents of a table, as `file_all` files many."""
        return self.file_all(self.empty, ids, keys, rows)


UNHASHABLE = frozenset((list, dict, set))
"""What is frozen, as TinyDB freezes it, before anything is filed under it."""


def freeze(key: Any) -> Any:
    """A list, object or set as something that can be filed."""
    return utils.freeze(key)  # type: ignore[no-untyped-call]


def is_none(key: object) -> bool:
    """Whether a document with this key comes last in an order."""
    return key is None or key is ABSENT
