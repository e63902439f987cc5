"""What an index filed, brought up to date when somebody asks.

A unique index is filed with each write, for it must tell at once whether a value is taken. The others are
not: a write notes which document it touched, and the next reader files what was touched since it was last
read. So an index that nobody reads costs next to nothing, and one that is read after each write costs what
filing at once would have cost.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from immutables import Map

from .index import Index, is_none
from .layout import Entry

FEW = 1000
SHARE = 25
"""What is behind by more than `FEW` documents and by one in `SHARE` is built anew: that is quicker."""


class Late(NamedTuple):
    """What an index filed, for which entries, and the documents that were touched since.

    `filed` is None for what is to be built anew. `touched` is a chain: (document, what was touched before
    it). `sample` is one of the keys of an order, with which all others must compare.
    """

    filed: Any
    entries: Map[int, Entry]
    touched: tuple[int, Any] | None
    behind_by: int
    sample: Any

    def behind(self, doc_id: int) -> Late:
        """The same, where one more document was touched."""
        filed, entries, touched, behind_by, sample = self
        if filed is None:
            return self
        if behind_by > FEW and behind_by * SHARE > len(entries):
            return Late(None, Map(), None, 0, sample)
        return Late(filed, entries, (doc_id, touched), behind_by + 1, sample)

    def up_to_date(self, index: Index[Any], at: int, entries: Map[int, Entry]) -> Late:
        """What the index files of these entries; `at` is where in them its keys are."""
        filed, before, touched, _, sample = self
        if filed is None:
            return Late(index.build(entries, entries, at), entries, None, 0, sample)
        doc_ids: dict[int, None] = {}
        while touched is not None:
            doc_ids[touched[0]] = None
            touched = touched[1]
        both = [(doc_id, before.get(doc_id), entries.get(doc_id)) for doc_id in doc_ids]
        moved = [each for each in both if each[1] is None or each[2] is None or each[1][at] != each[2][at]]
        for doc_id, old, _ in moved:
            if old is not None:
                filed = index.unfile(filed, doc_id, before, at)
        for doc_id, _, new in moved:
            if new is not None:
                filed = index.file(filed, doc_id, entries, at)
        return Late(filed, entries, None, 0, sample)


def compare(key: Any, sample: Any) -> None:
    """Raise TypeError if a key of an order does not compare with another; None need not."""
    if not is_none(key):
        key < sample  # noqa: B015 - asked for its TypeError


def to_build(index: Index[Any], at: int, entries: Map[int, Entry]) -> Late:
    """What the index files of these when asked. Raises TypeError for keys of an order that do not compare."""
    sample = None
    if not index.finds_values:
        keys = [entry[at] for entry in entries.values()]
        sample = next((key for key in keys if not is_none(key)), None)
        for key in keys if len(set(map(type, keys))) > 1 else keys[:1]:
            compare(key, sample)
    return Late(None, Map(), None, 0, sample)
