"""Documents in an order that never changes: putting one in, or taking one out, makes a new order.

::

    shelf = Shelf.of([3, 7, 9], ["b", "a", "b"], [b"{}", b"{}", b"{}"])
    shelf[0:2]                    # [7, 3]: by key, and those of equal keys by id
    shelf.put(5, "a", b"{}")[0:2] # [5, 7]
    shelf.rows(0, 2)              # what stands there, as JSON
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .nodes import Inner, Leaf, Node, above, leaves
from .parted import Parted


class Shelf(Parted):
    """The ids of documents, in the order of their keys; those of equal keys in their own."""

    __slots__ = ("_root",)

    def __init__(self, root: Node | None) -> None:
        self._root = root

    @classmethod
    def of(cls, ids: Sequence[int], keys: Sequence[Any], rows: Sequence[bytes]) -> Shelf:
        """The shelf of documents whose ids ascend, each with key and row at the same place.

        Raises TypeError for keys that do not compare.
        """
        return cls(None).put_all(ids, keys, rows)

    def put(self, doc_id: int, key: Any, row: bytes) -> Shelf:
        """The shelf with a document; in the place of the one that has both key and id, if there is one."""
        if self._root is None:
            return Shelf(Leaf([doc_id], [key], [row]))
        return Shelf(above(list(self._root.put((key, doc_id), row))))

    def put_all(self, ids: Sequence[int], keys: Sequence[Any], rows: Sequence[bytes]) -> Shelf:
        """The shelf with many documents, whose ids ascend, each with key and row at the same place."""
        if not ids:
            return self
        order = sorted(range(len(ids)), key=keys.__getitem__)
        texts = [rows[at] for at in order]
        if self._root is None:
            return Shelf(above(leaves([ids[at] for at in order], [keys[at] for at in order], texts)))
        return Shelf(above(self._root.put_all([(keys[at], ids[at]) for at in order], texts)))

    def take(self, doc_id: int, key: Any) -> Shelf:
        """The shelf without a document, which must be there with that key."""
        assert self._root is not None
        return Shelf(self._root.take((key, doc_id)))

    def span(self, key: Any) -> tuple[int, int]:
        """Where the documents with that key begin and end: `shelf[begin:end]`."""
        root = self._root
        return (0, 0) if root is None else (root.rank(key, after=False), root.rank(key, after=True))

    def keys(self, start: int, stop: int) -> list[Any]:
        """The keys of the documents from one place up to another."""
        return [key for leaf, begin, end in self._leaves(start, stop) for key in leaf.keys[begin:end]]

    def rows(self, start: int, stop: int) -> list[bytes]:
        """The documents from one place up to another, as JSON."""
        node, begin = self._root, start
        while isinstance(node, Inner) and begin < node.size:
            node, begin = node.find(begin)
        if isinstance(node, Leaf) and begin + stop - start <= node.size:  # a page in one leaf, as most are
            return node.rows[begin : begin + stop - start]
        return [row for leaf, begin, end in self._leaves(start, stop) for row in leaf.rows[begin:end]]

    def parts(self) -> Iterator[tuple[list[int], list[bytes]]]:
        """All documents, some at a time: their ids, and the same as JSON."""
        for leaf, _, _ in self._leaves(0, len(self)):
            yield leaf.ids, leaf.rows

    def __len__(self) -> int:
        return 0 if self._root is None else self._root.size

    def __iter__(self) -> Iterator[int]:
        for leaf, _, _ in self._leaves(0, len(self)):
            yield from leaf.ids

    def part(self, start: int, stop: int) -> list[int]:
        """The ids from one place up to another."""
        return [doc_id for leaf, begin, end in self._leaves(start, stop) for doc_id in leaf.ids[begin:end]]

    def __repr__(self) -> str:
        return f"Shelf({list(self)!r})"

    def _leaves(self, start: int, stop: int) -> Iterator[tuple[Leaf, int, int]]:
        """The leaves that hold the documents from one place up to another, and between which places."""
        root = self._root
        if root is None:
            return
        stop = min(stop, root.size)
        while start < stop:
            node, begin = root, start
            while isinstance(node, Inner):
                node, begin = node.find(begin)
            end = min(begin + stop - start, node.size)
            yield node, begin, end
            start += end - begin
