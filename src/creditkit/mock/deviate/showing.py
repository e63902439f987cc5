"""Showing: from what somebody asks to see to the deviations that a mock shows."""

from __future__ import annotations

from collections.abc import Sequence

from creditkit.deviations import Deviation, chosen, of_release
from creditkit.errors import UsageError


def deviations_to_show(release: str = "", ids: Sequence[str] = ()) -> tuple[Deviation, ...]:
    """Those of a release, if one is named, and those with these ids, each once.

    Raises UsageError for one that nobody knows, or can show.
    """
    named = chosen(ids)
    for deviation in named:
        if deviation.shown is None:
            message = f"there is nothing to show of {deviation.id}"
            raise UsageError(message, f"the contract allows it, and the mock does it: {deviation.allowed}")
    found = (*(of_release(release) if release else ()), *named)
    return tuple({deviation.id: deviation for deviation in found if deviation.shown}.values())
