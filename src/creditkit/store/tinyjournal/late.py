"""What an index filed, brought up to date when somebody asks.

A unique index is filed with each write, for it must tell at once whether a value is taken. The others are
not: a write notes which document it touched, and the next reader files what was touched since it was last
read. So an index that nobody reads costs next to nothing, and one that is read after each write costs what
filing at once would have cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from immutables import Map
from msgspec import Struct

from .index import Index

SHARE = 4
"""What is behind by more than one document in so many is built anew: that is quicker."""


class Touch(Struct, eq=False):
    """A document that was touched, and, behind it, those that were touched before: the trail of a table.

    Every `STRIDE`th is a stake. A new stake cuts off what is behind the one before it: that is all that ever
    changes. Who then finds no way back to where it was builds anew.
    """

    doc_id: int
    before: Touch | None
    number: int
    stake: Touch | None


STRIDE = 4096


def start() -> Touch:
    """The trail of a table that nothing has touched."""
    return Touch(0, None, 0, None)


def touch(trail: Touch, doc_id: int) -> Touch:
    """The trail after one more document was touched."""
    number, stake = trail.number, trail.stake
    place = number % STRIDE
    if place == 0:
        stake = trail
    elif place == STRIDE - 1 and stake is not None:
        stake.before = stake.stake = None
    return Touch(doc_id, trail, number + 1, stake)


def touched_since(trail: Touch, since: Touch) -> list[int] | None:
    """The documents that were touched on the way from `since`, each once; None if the trail tells no more."""
    doc_ids: dict[int, None] = {}
    at: Touch | None = trail
    while at is not since:
        if at is None:
            return None
        doc_ids[at.doc_id] = None
        at = at.before
    return list(doc_ids)


class Late(Struct, frozen=True, eq=False):
    """What an index filed, of which rows, and where the trail then was; None for what is to be built."""

    filed: Any
    rows: Map[int, bytes]
    trail: Touch

    def kept(self, trail: Touch) -> Late:
        """Itself, or, where it is too far behind, what lets go of the rows of that time."""
        return self if trail.number - self.trail.number <= STRIDE else Late(None, Map(), trail)

    def up_to_date(self, index: Index[Any], rows: Map[int, bytes], trail: Touch) -> Late:
        """What the index files of these rows."""
        filed, before, since = self.filed, self.rows, self.trail
        if filed is None or trail.number - since.number > len(rows) // SHARE:
            return built(index, rows, trail)
        doc_ids = touched_since(trail, since)
        if doc_ids is None:
            return built(index, rows, trail)
        doc_ids.sort()
        old_rows, new_rows = list(map(before.get, doc_ids)), list(map(rows.get, doc_ids))
        ids: list[int] = []
        keys: list[Any] = []
        given: list[bytes] = []
        for doc_id, old, new, old_key, new_key in zip(
            doc_ids, old_rows, new_rows, _keys(index, old_rows), _keys(index, new_rows), strict=True
        ):
            moved = old is None or new is None or old_key != new_key
            if old is not None and moved:
                filed = index.unfile(filed, doc_id, old_key)
            if new is not None and (moved or (index.keeps_rows and new is not old)):
                ids.append(doc_id)
                keys.append(new_key)
                given.append(new)
        if len(ids) == 1:  # mostly somebody reads after each write
            return Late(index.file(filed, ids[0], keys[0], given[0]), rows, trail)
        return Late(index.file_all(filed, ids, keys, given), rows, trail)


def _keys(index: Index[Any], rows: Sequence[bytes | None]) -> Sequence[Any]:
    """The key of each; for None any."""
    there = [row for row in rows if row is not None]
    if not there:
        return [None] * len(rows)
    keys = index.keys(there)
    if len(there) == len(rows):
        return keys
    following = iter(keys)
    return [None if row is None else next(following) for row in rows]


def built(index: Index[Any], rows: Map[int, bytes], trail: Touch) -> Late:
    """What the index files of all these rows."""
    ids = sorted(rows)
    in_order = list(map(rows.__getitem__, ids))
    return Late(index.build(ids, index.keys(in_order), in_order), rows, trail)
