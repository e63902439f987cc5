"""A sequence of a world's objects that reads only those that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

V = TypeVar("V")


class Listing(Sequence[V]):
    """The objects in the documents with the given ids, in that order.

    Its length costs nothing, a slice its own length. It shows the state in which it was made, whatever
    happens to the world afterwards.
    """

    def __init__(self, ids: Sequence[int], read: Callable[[int], V]) -> None:
        self._ids = ids
        self._read = read

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[V]:
        return map(self._read, self._ids)

    @overload
    def __getitem__(self, index: int) -> V: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...

    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        if isinstance(index, slice):
            return tuple(map(self._read, self._ids[index]))
        return self._read(self._ids[index])
