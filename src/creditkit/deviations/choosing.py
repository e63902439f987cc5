"""Choosing: from the names that a user gives to deviations of the catalogue."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from creditkit.errors import UsageError

from .deviation import Deviation
from .loading import load_catalogue, load_releases


def chosen(ids: Iterable[str]) -> tuple[Deviation, ...]:
    """The deviations with these ids, each once, in the given order; raises UsageError for an unknown id."""
    known = {deviation.id: deviation for deviation in load_catalogue()}
    found: dict[str, Deviation] = {}
    for name in ids:
        if name not in known:
            message = f"there is no deviation {name!r}"
            raise UsageError(message, near(name, known, "docs/deviations.md tells them all"))
        found[name] = known[name]
    return tuple(found.values())


def of_release(name: str) -> tuple[Deviation, ...]:
    """The deviations of a release, in the catalogue's order; raises UsageError for an unknown release."""
    known = [release.id for release in load_releases()]
    if name not in known:
        hint = near(name, known, f"releases: {', '.join(known)}")
        raise UsageError(f"there is no release {name!r}", hint)
    return tuple(deviation for deviation in load_catalogue() if name in deviation.releases)


def near(name: str, known: Iterable[str], otherwise: str) -> str:
    """A hint at the known names that are most like a wrong one, else `otherwise`."""
    matches = difflib.get_close_matches(name, list(known), n=2)
    return f"did you mean {' or '.join(matches)}?" if matches else otherwise
