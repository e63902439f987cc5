"""Names of people's and organisations' choosing: how they are searched and put in order."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

_BETWEEN = "\0"


def collated(name: str) -> tuple[str, str]:
    """The place of a name in an ordered list: accents and case count only between names otherwise equal."""
    if name.isascii():
        return name.lower(), name
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold(), name


def contains(name: str, part: str) -> bool:
    """Whether `part` occurs in `name`, in any case."""
    return part.casefold() in name.casefold()


class Folded:
    """Many names as one text, which is searched a good deal quicker than one after the other."""

    def __init__(self, names: Iterable[str]) -> None:
        folded = [name.casefold() for name in names]
        self._text = _BETWEEN.join(folded)
        self._starts = [0, *accumulate(len(name) + 1 for name in folded)]

    def containing(self, part: str) -> list[int]:
        """The places, from 0, of the names in which `part` occurs, in any case."""
        part = part.casefold()
        if _BETWEEN in part:
            return []
        found: list[int] = []
        at = self._text.find(part)
        while 0 <= at < self._starts[-1]:
            place = bisect_right(self._starts, at) - 1
            found.append(place)
            at = self._text.find(part, self._starts[place + 1])
        return found
