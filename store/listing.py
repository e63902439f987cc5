"""A sequence of a world's objects that reads only those that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

V = TypeVar("V")


class Listing(Sequence[V]):
    """The objects with the given keys, in that order. Its length costs nothing, a slice its own length.

    Read it before the world changes.
    """

    def __init__(self, keys: Sequence[str], read: Callable[[str], V]) -> None:
        self._keys = keys
        self._read = read

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> V: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...

    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        if isinstance(index, slice):
            return tuple(map(self._read, self._keys[index]))
        return self._read(self._keys[index])
