"""Names of people's and organisations' choosing: how they are searched and put in order."""

from __future__ import annotations

import unicodedata


def collated(name: str) -> tuple[str, str]:
    """The place of a name in an ordered list: accents and case count only between names otherwise equal."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold(), name


def contains(name: str, part: str) -> bool:
    """Whether `part` occurs in `name`, in any case."""
    return part.casefold() in name.casefold()
