"""A sorted sequence of document ids that never changes: adding or removing makes a new one.

::

    ids = SortedSequence.of([3, 7, 9]).add(5)
    ids[1:3]                      # [5, 7]
    len(ids), 7 in ids            # 4, True

The ids stand in chunks of at most `CHUNK` machine integers. A change copies one chunk and the list of
chunks, and shares the rest with the sequence that it came from, which stays as it was.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from .parted import Parted

CHUNK = 512
"""How many ids a chunk holds at most; one that grows beyond is split into halves."""


class SortedSequence(Parted):
    """Ids in their own order. `_firsts[i]` is above all of chunk i - 1 and not above any of chunk i > 0."""

    __slots__ = ("_chunks", "_firsts", "_length", "_offsets")

    def __init__(self, chunks: list[array[int]], firsts: list[int], length: int) -> None:
        self._chunks = chunks
        self._firsts = firsts
        self._length = length
        self._offsets: list[int] | None = None

    @classmethod
    def of(cls, ordered: Sequence[int]) -> SortedSequence:
        """The sequence of ids that are in order already."""
        size = CHUNK * 3 // 4
        chunks = [array("q", ordered[start : start + size]) for start in range(0, len(ordered), size)]
        return cls(chunks, [chunk[0] for chunk in chunks], len(ordered))

    def add(self, item: int) -> SortedSequence:
        """The sequence with `item`, which must not be in it."""
        firsts = self._firsts
        if not firsts:
            return SortedSequence([array("q", (item,))], [item], 1)
        index = bisect_right(firsts, item, 1) - 1
        chunks = self._chunks.copy()
        chunk = chunks[index] = chunks[index][:]
        chunk.insert(bisect_left(chunk, item), item)
        if len(chunk) > CHUNK:
            half = len(chunk) // 2
            chunks[index : index + 1] = [chunk[:half], chunk[half:]]
            firsts = firsts.copy()
            firsts.insert(index + 1, chunk[half])
        return SortedSequence(chunks, firsts, self._length + 1)

    def remove(self, item: int) -> SortedSequence:
        """The sequence without `item`, which must be in it."""
        firsts = self._firsts
        index = bisect_right(firsts, item, 1) - 1
        chunks = self._chunks.copy()
        chunk = chunks[index] = chunks[index][:]
        del chunk[bisect_left(chunk, item)]
        if not chunk:
            del chunks[index]
            firsts = firsts.copy()
            del firsts[index]
        return SortedSequence(chunks, firsts, self._length - 1)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[int]:
        for chunk in self._chunks:
            yield from chunk

    def __repr__(self) -> str:
        return f"SortedSequence({list(self)!r})"

    def _starts(self) -> list[int]:
        """At which place each chunk begins; reckoned when first asked for."""
        if self._offsets is None:
            self._offsets = [0, *accumulate(map(len, self._chunks))]
        return self._offsets

    def part(self, start: int, stop: int) -> list[int]:
        """The ids from one place up to another."""
        if start >= stop:
            return []
        chunks = self._chunks
        if stop <= len(chunks[0]):  # most pages are the first: no need to reckon all places
            return chunks[0][start:stop].tolist()
        offsets = self._starts()
        index = bisect_right(offsets, start) - 1
        found: list[int] = []
        while start < stop:
            skip = start - offsets[index]
            part = chunks[index][skip : skip + stop - start]
            found += part
            start += len(part)
            index += 1
        return found
