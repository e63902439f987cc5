"""How names are searched and put in order, and how uuids of new objects are made."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from random import Random
from uuid import UUID

NAMESPACE = UUID("5eed0000-0000-4000-8000-000000000000")
"""Under which uuids are derived for entries that give none."""


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


_random = Random()  # noqa: S311 - no secret
_VERSION_4 = 0x4000_8000_0000_0000_0000
_FREE = ~0xF000_C000_0000_0000_0000
"""All bits but those of version and variant."""


def new_uuid() -> str:
    """A random uuid (RFC 9562, version 4) as text, a few times as fast as `str(uuid4())`.

    Uuids are no secret, so the system's source of randomness is not asked for each.
    """
    number = _random.getrandbits(128) & _FREE | _VERSION_4
    digits = number.to_bytes(16, "big").hex("-", 2)  # the dashes of a uuid, and three too many
    return digits[:4] + digits[5:29] + digits[30:34] + digits[35:]
