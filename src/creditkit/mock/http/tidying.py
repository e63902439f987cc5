"""Tidying: when the interpreter looks for garbage, which is what refers to itself in circles.

By itself it looks after so many new objects, and walks through all that they refer to. While a world grows
each walk takes milliseconds in which every client waits, and finds nothing: requests leave no circles behind
(`tests/mock/test_circles.py`). What does is rarer: an answer that took the long way, a world that ends, an
app that was swapped. So while requests come, what is new is set aside unlooked at; and all of it is looked
through when none has come for a while, or when it is very much. What there is at the start almost all stays,
and is looked through at the first rest, not before the first answer.
"""

from __future__ import annotations

import gc

NEW = 5_000
"""How many new objects are set aside at once."""

MANY, TOO_MANY = 20_000, 3_000_000
"""How many of them are worth a look at rest, and how many in any case."""

AT_REST = 10
"""After how many looks without a request the mock is at rest: a second, as the server calls."""


class Tidying:
    """What a server asks ten times a second to keep the interpreter tidy."""

    def __init__(self) -> None:
        self._aside = 0
        self._requests = 0
        self._quiet = 0

    def begin(self) -> None:
        """Set aside what there is at the start, and let the interpreter look rarely by itself."""
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        self._aside = gc.get_freeze_count()

    def look(self, requests: int) -> None:
        """Set aside what is new, or look through what was; `requests` is how many there have been."""
        new = gc.get_count()[0]
        if new > NEW:
            gc.freeze()
            self._aside += new
        self._quiet = self._quiet + 1 if requests == self._requests else 0
        self._requests = requests
        if self._aside > (MANY if self._quiet >= AT_REST else TOO_MANY):
            look_through()
            self._aside = 0


def look_through() -> None:
    """Find all garbage there is now, also in what was set aside."""
    aside = gc.get_freeze_count() > 0
    if aside:
        gc.unfreeze()
    gc.collect()
    if aside:
        gc.freeze()
