"""The tree of a shelf (`shelf.py`): nodes that never change.

As databases have them: a leaf holds up to `MOST` documents in three lists, ids, keys and rows; an inner node
up to so many nodes, with the first document and the number of documents of each. A change copies the nodes
on one way down and shares all others; many changes at once copy each node that they touch only once. Rows
and keys stand beside the ids, so that to find a place, or to read a page, is to look where one is: to look
each document up in the table would cost more the larger the table is.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import Any, TypeVar

MOST = 64
"""How much a node holds at most; one that grows beyond is split into halves."""

FILL = 48
"""How much each node holds where a tree is made of many documents at once."""

Bound = tuple[Any, int]
"""(key, id)."""

T = TypeVar("T")


class Leaf:
    """Documents side by side."""

    __slots__ = ("ids", "keys", "rows", "size")

    def __init__(self, ids: list[int], keys: list[Any], rows: list[bytes]) -> None:
        self.ids = ids
        self.keys = keys
        self.rows = rows
        self.size = len(ids)

    @property
    def first(self) -> Bound:
        """The first document."""
        return self.keys[0], self.ids[0]

    def place(self, bound: Bound) -> int:
        """Where that document stands, or belongs."""
        keys = self.keys
        key, doc_id = bound
        at = bisect_left(keys, key)
        if at < len(keys) and keys[at] == key:
            return bisect_left(self.ids, doc_id, at, bisect_right(keys, key, at))
        return at

    def put(self, bound: Bound, row: bytes) -> tuple[Node, ...]:
        """The leaf with a document, split in two where it grew too large."""
        at = self.place(bound)
        ids, keys, rows = self.ids, self.keys, self.rows[:]
        if at < len(ids) and ids[at] == bound[1] and keys[at] == bound[0]:
            rows[at] = row
            return (Leaf(ids, keys, rows),)
        ids, keys = ids[:], keys[:]
        ids.insert(at, bound[1])
        keys.insert(at, bound[0])
        rows.insert(at, row)
        if len(ids) <= MOST:
            return (Leaf(ids, keys, rows),)
        half = len(ids) // 2
        return Leaf(ids[:half], keys[:half], rows[:half]), Leaf(ids[half:], keys[half:], rows[half:])

    def put_all(self, bounds: list[Bound], rows: list[bytes]) -> list[Node]:
        """The leaf with documents that come in order, as so many leaves as it takes."""
        if len(bounds) == 1:
            return list(self.put(bounds[0], rows[0]))
        all_ids, all_keys, all_rows = self.ids[:], self.keys[:], self.rows[:]
        if bounds[0] > (all_keys[-1], all_ids[-1]):  # so new ones come in the order of their ids
            all_ids += [doc_id for _, doc_id in bounds]
            all_keys += [key for key, _ in bounds]
            all_rows += rows
        else:
            pairs = list(zip(all_keys, all_ids, strict=True))
            for bound, row in zip(bounds, rows, strict=True):
                at = bisect_left(pairs, bound)
                if at < len(pairs) and pairs[at] == bound:
                    all_rows[at] = row
                    continue
                pairs.insert(at, bound)
                all_rows.insert(at, row)
            all_ids = [doc_id for _, doc_id in pairs]
            all_keys = [key for key, _ in pairs]
        return leaves(all_ids, all_keys, all_rows)

    def take(self, bound: Bound) -> Leaf | None:
        """The leaf without a document that stands in it; None for an empty one."""
        if self.size == 1:
            return None
        at = self.place(bound)
        ids, keys, rows = self.ids[:], self.keys[:], self.rows[:]
        del ids[at], keys[at], rows[at]
        return Leaf(ids, keys, rows)

    def rank(self, key: Any, *, after: bool) -> int:
        """How many documents stand before those of that key; or, `after`, before those behind them."""
        return (bisect_right if after else bisect_left)(self.keys, key)


class Inner:
    """Nodes side by side. `firsts[i]` is above all in node i - 1, and not above any in node i > 0."""

    __slots__ = ("_ends", "firsts", "nodes", "size", "sizes")

    def __init__(self, nodes: list[Node], firsts: list[Bound], sizes: list[int], size: int) -> None:
        self.nodes = nodes
        self.firsts = firsts
        self.sizes = sizes
        self.size = size
        self._ends: array[int] | None = None

    @classmethod
    def of(cls, nodes: list[Node], firsts: list[Bound] | None = None) -> Inner:
        """A node above others."""
        sizes = [node.size for node in nodes]
        return cls(nodes, firsts or [node.first for node in nodes], sizes, sum(sizes))

    @property
    def first(self) -> Bound:
        """The first document, or one before it."""
        return self.firsts[0]

    @property
    def ends(self) -> array[int]:
        """At which place each node ends; reckoned when first asked for."""
        if self._ends is None:
            self._ends = array("q", accumulate(self.sizes))
        return self._ends

    def find(self, place: int) -> tuple[Node, int]:
        """The node that a place is in, and which place within it that is."""
        ends = self._ends or self.ends
        at = bisect_right(ends, place)
        return self.nodes[at], (place - ends[at - 1] if at else place)

    def put(self, bound: Bound, row: bytes) -> tuple[Node, ...]:
        """The node with a document, split in two where it grew too large."""
        at = bisect_right(self.firsts, bound, 1) - 1
        parts = self.nodes[at].put(bound, row)
        nodes, sizes = self.nodes[:], self.sizes[:]
        if len(parts) == 1:
            nodes[at] = node = parts[0]
            size = self.size + node.size - sizes[at]
            sizes[at] = node.size
            return (Inner(nodes, self.firsts, sizes, size),)
        nodes[at : at + 1] = parts
        firsts = self.firsts[:]
        firsts.insert(at + 1, parts[1].first)
        if len(nodes) <= MOST:
            return (Inner.of(nodes, firsts),)
        half = len(nodes) // 2
        return Inner.of(nodes[:half], firsts[:half]), Inner.of(nodes[half:], firsts[half:])

    def put_all(self, bounds: list[Bound], rows: list[bytes]) -> list[Node]:
        """The node with documents that come in order, as so many nodes as it takes."""
        if len(bounds) == 1:
            return list(self.put(bounds[0], rows[0]))
        nodes: list[Node] = []
        firsts: list[Bound] = []
        start, following = 0, [*self.firsts[1:], None]
        for node, first, end in zip(self.nodes, self.firsts, following, strict=True):
            stop = len(bounds) if end is None else bisect_left(bounds, end, start)
            firsts.append(first)
            if stop == start:
                nodes.append(node)
                continue
            parts = node.put_all(bounds[start:stop], rows[start:stop])
            nodes += parts
            firsts += [part.first for part in parts[1:]]
            start = stop
        if len(nodes) <= MOST:
            return [Inner.of(nodes, firsts)]
        return [Inner.of(*part) for part in zip(_parts(nodes), _parts(firsts), strict=True)]

    def take(self, bound: Bound) -> Node | None:
        """The node without a document that stands in it; None for an empty one."""
        at = bisect_right(self.firsts, bound, 1) - 1
        node = self.nodes[at].take(bound)
        nodes, sizes, firsts = self.nodes[:], self.sizes[:], self.firsts
        if node is not None:
            nodes[at] = node
            sizes[at] -= 1
        elif len(nodes) == 1:
            return None
        else:
            firsts = firsts[:]
            del nodes[at], sizes[at], firsts[at]
        return Inner(nodes, firsts, sizes, self.size - 1)

    def rank(self, key: Any, *, after: bool) -> int:
        """How many documents stand before those of that key; or, `after`, before those behind them."""
        if after:
            at = bisect_right(self.firsts, key, 1, key=_key) - 1
        else:  # (key,) sorts before every (key, id), and after every pair of a smaller key
            at = bisect_left(self.firsts, (key,), 1) - 1
        return (self.ends[at] - self.sizes[at]) + self.nodes[at].rank(key, after=after)


Node = Leaf | Inner


def leaves(ids: list[int], keys: list[Any], rows: list[bytes]) -> list[Node]:
    """So many leaves as it takes for documents that are in order."""
    if len(ids) <= MOST:
        return [Leaf(ids, keys, rows)]
    parts = zip(_parts(ids), _parts(keys), _parts(rows), strict=True)
    return [Leaf(*part) for part in parts]


def above(nodes: list[Node]) -> Node:
    """The node above all of these."""
    while len(nodes) > 1:
        nodes = [Inner.of(part) for part in _parts(nodes)]
    return nodes[0]


def _parts(items: list[T]) -> list[list[T]]:
    return [items[start : start + FILL] for start in range(0, len(items), FILL)]


def _key(bound: Bound) -> Any:
    return bound[0]
