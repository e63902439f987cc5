"""Sequences of ids that are read in parts: an index and a slice are parts, too."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import overload


class Parted(Sequence[int]):
    """A sequence of ids that tells the ids from one place up to another."""

    __slots__ = ()

    @abstractmethod
    def part(self, start: int, stop: int) -> list[int]:
        """The ids from one place up to another; both are in the sequence or at its end."""

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        size = len(self)
        if isinstance(index, slice):
            start, stop, step = index.indices(size)
            if step == 1:
                return self.part(start, stop)
            return [self[at] for at in range(start, stop, step)]
        at = index + size if index < 0 else index
        if not 0 <= at < size:
            raise IndexError(index)
        return self.part(at, at + 1)[0]
