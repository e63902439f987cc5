"""The unique indexes of a table, filed with each write: it must be told at once if a value is taken.

A document under whose new key it stands already stays where it is. Only where that is not so is its old row
read, to find out what to take out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from immutables import Map

from .index import ABSENT, is_none
from .layout import Entry, Layout
from .values import DuplicateError, Taken, Unique

Filed = list[Map[Hashable, int]]
"""What each unique index filed."""


def file_all(layout: Layout, ids: Sequence[int], rows: Sequence[bytes]) -> Filed:
    """What is filed of all documents, whose ids ascend. Raises `DuplicateError`."""
    filed: Filed = []
    for index in layout.uniques:
        keys = index.keys(rows)
        try:
            filed.append(index.build(ids, keys, rows))
        except Taken as error:
            key = keys[ids.index(error.doc_id)]
            raise DuplicateError(layout.name, index.name, key, error.doc_id, error.other) from None
    return filed


def file_changed(
    layout: Layout, filed: Filed, before: Mapping[int, bytes], touched: Mapping[int, Entry | None]
) -> Filed:
    """What is filed after some documents were touched. Raises `DuplicateError`."""
    return [_changed(layout, place, filed[place], before, touched) for place in range(len(filed))]


def file_new(layout: Layout, filed: Filed, doc_id: int, entry: Entry) -> Filed:
    """What is filed with one document more. Raises `DuplicateError`."""
    after: Filed = []
    for one, key in zip(filed, entry[1:], strict=False):  # behind the keys of these are others
        if key is not None and key is not ABSENT:
            holder = one.get(key)
            if holder is not None:
                raise DuplicateError(layout.name, layout.uniques[len(after)].name, key, holder, doc_id)
            after.append(one.set(key, doc_id))
        else:
            after.append(one)
    return after


def file_one(layout: Layout, filed: Filed, doc_id: int, old: bytes, entry: Entry | None) -> Filed:
    """What `file_changed` makes of one document, whose row was `old`. Raises `DuplicateError`."""
    after = filed
    for place, index in enumerate(layout.uniques):
        one = filed[place]
        key = None if entry is None else entry[place + 1]
        if key is ABSENT:
            key = None
        if key is not None:
            holder = one.get(key)
            if holder == doc_id:
                continue
            if holder is not None:
                raise DuplicateError(layout.name, index.name, key, holder, doc_id)
        one = index.unfile(one, doc_id, index.key_of_row(old))
        if key is not None:
            one = one.set(key, doc_id)
        if after is filed:
            after = filed.copy()
        after[place] = one
    return after


def _changed(
    layout: Layout,
    place: int,
    filed: Map[Hashable, int],
    before: Mapping[int, bytes],
    touched: Mapping[int, Entry | None],
) -> Map[Hashable, int]:
    """What one index filed then: first all are taken out, then all are put in.

    So two documents may exchange their values in one change.
    """
    index: Unique = layout.uniques[place]
    out: list[tuple[int, Hashable]] = []
    into: list[tuple[int, Entry]] = []
    for doc_id, entry in touched.items():
        if entry is not None:
            key = entry[place + 1]
            if not is_none(key) and filed.get(key) == doc_id:
                continue
            into.append((doc_id, entry))
        old = before.get(doc_id)
        if old is not None:
            out.append((doc_id, index.key_of_row(old)))
    for doc_id, key in out:
        filed = index.unfile(filed, doc_id, key)
    for doc_id, entry in into:
        key = entry[place + 1]
        try:
            filed = index.file(filed, doc_id, key, entry[0])
        except Taken as error:
            raise DuplicateError(layout.name, index.name, key, error.doc_id, error.other) from None
    return filed
