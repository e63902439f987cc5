"""A sorted sequence of document ids that never changes: adding or removing makes a new one.

::

    ids = SortedSequence.of([3, 7, 9]).add(5)
    ids[1:3]                      # [5, 7]
    len(ids), 7 in ids            # 4, True

The ids stand in chunks of at most `CHUNK` machine integers. A change copies one chunk and the list of
chunks, and shares the rest with the sequence that it came from, which stays as it was. Chunks hold ids
alone, not what they are sorted by: copying them touches no other object, which at 100,000 documents is
what copying lists of keys would spend its time on.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, overload

CHUNK = 512
"""How many ids a chunk holds at most; one that grows beyond is split into halves."""

KeyOf = Callable[[int], Any]
"""What an id is sorted by; ids of equal keys are sorted by themselves."""


class SortedSequence(Sequence[int]):
    """Ids in the order of a key that the caller passes each time, or, without one, of themselves.

    `_bounds[i]` is above all of chunk i - 1 and not above any of chunk i: a (key, id), or an id where there
    is no key. `_bounds[0]` says nothing: whatever is smaller than all the others belongs to chunk 0, too.
    """

    __slots__ = ("_bounds", "_chunks", "_length", "_offsets")

    def __init__(self, chunks: list[array[int]], bounds: list[Any], length: int) -> None:
        self._chunks = chunks
        self._bounds = bounds
        self._length = length
        self._offsets: list[int] | None = None

    @classmethod
    def of(cls, ordered: Sequence[int], key_of: KeyOf | None = None) -> SortedSequence:
        """The sequence of ids that are in order already."""
        size = CHUNK * 3 // 4
        chunks = [array("q", ordered[start : start + size]) for start in range(0, len(ordered), size)]
        bounds = [chunk[0] if key_of is None else (key_of(chunk[0]), chunk[0]) for chunk in chunks]
        return cls(chunks, bounds, len(ordered))

    def add(self, item: int, key_of: KeyOf | None = None) -> SortedSequence:
        """The sequence with `item`, which must not be in it; `key_of` must know it and all the others."""
        bound = item if key_of is None else (key_of(item), item)
        bounds = self._bounds
        if not bounds:
            return SortedSequence([array("q", (item,))], [bound], 1)
        index = bisect_right(bounds, bound, 1) - 1
        chunks = self._chunks.copy()
        chunk = chunks[index] = chunks[index][:]
        chunk.insert(_place(chunk, item, bound, key_of), item)
        if len(chunk) > CHUNK:
            half = len(chunk) // 2
            chunks[index : index + 1] = [chunk[:half], chunk[half:]]
            first = chunk[half]
            bounds = bounds.copy()
            bounds.insert(index + 1, first if key_of is None else (key_of(first), first))
        return SortedSequence(chunks, bounds, self._length + 1)

    def remove(self, item: int, key_of: KeyOf | None = None) -> SortedSequence:
        """The sequence without `item`, which must be in it under the key that `key_of` tells."""
        bound = item if key_of is None else (key_of(item), item)
        bounds = self._bounds
        index = bisect_right(bounds, bound, 1) - 1
        chunks = self._chunks.copy()
        chunk = chunks[index] = chunks[index][:]
        del chunk[_place(chunk, item, bound, key_of)]
        if not chunk:
            del chunks[index]
            bounds = bounds.copy()
            del bounds[index]
        return SortedSequence(chunks, bounds, self._length - 1)

    def span(self, key: Any, key_of: KeyOf) -> tuple[int, int]:
        """Where the ids with that key begin and end: `sequence[begin:end]`."""
        if not self._chunks:
            return 0, 0
        # (key,) sorts before every (key, id), and after every pair of a smaller key.
        first = max(bisect_left(self._bounds, (key,)) - 1, 0)
        begin = bisect_left(self._chunks[first], key, key=key_of)
        last = max(bisect_right(self._bounds, key, key=_key_of_bound) - 1, first)
        end = bisect_right(self._chunks[last], key, key=key_of)
        offsets = self._starts()
        return offsets[first] + begin, offsets[last] + end

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[int]:
        for chunk in self._chunks:
            yield from chunk

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._length)
            if step != 1:
                return [self[at] for at in range(start, stop, step)]
            return self._part(start, stop)
        at = index + self._length if index < 0 else index
        if not 0 <= at < self._length:
            raise IndexError(index)
        return self._part(at, at + 1)[0]

    def __repr__(self) -> str:
        return f"SortedSequence({list(self)!r})"

    def _starts(self) -> list[int]:
        """At which place each chunk begins; reckoned when first asked for."""
        if self._offsets is None:
            self._offsets = [0, *accumulate(map(len, self._chunks))]
        return self._offsets

    def _part(self, start: int, stop: int) -> list[int]:
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


def _place(chunk: array[int], item: int, bound: Any, key_of: KeyOf | None) -> int:
    """Where `item` is in the chunk, or belongs."""
    if key_of is None:
        return bisect_left(chunk, item)
    key = bound[0]
    at = bisect_left(chunk, key, key=key_of)
    if at < len(chunk) and key_of(chunk[at]) == key:
        return bisect_left(chunk, item, at, bisect_right(chunk, key, at, key=key_of))
    return at


def _key_of_bound(bound: tuple[Any, int]) -> Any:
    return bound[0]


def sorted_ids(ids: Iterable[int], key_of: KeyOf) -> list[int]:
    """Ids in the order in which `SortedSequence.of(..., key_of)` takes them."""
    return sorted(sorted(ids), key=key_of)
