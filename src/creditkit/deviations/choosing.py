"""Choosing: from what somebody names to deviations of the catalogue."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from creditkit.errors import UsageError

from .deviation import Deviation, Release
from .loading import load_catalogue, load_releases


def chosen(ids: Iterable[str]) -> tuple[Deviation, ...]:
    """The deviations with these ids, in the order named; raises UsageError for one that is nowhere."""
    known = {deviation.id: deviation for deviation in load_catalogue()}
    found: dict[str, Deviation] = {}
    for name in ids:
        if name not in known:
            message = f"there is no deviation {name!r}"
            raise UsageError(message, near(name, known, "docs/deviations.md tells them all"))
        found[name] = known[name]
    return tuple(found.values())


def of_release(name: str) -> tuple[Deviation, ...]:
    """The deviations of a release, in the catalogue's order; raises UsageError for one that is nowhere."""
    release = release_named(name)
    return tuple(deviation for deviation in load_catalogue() if release.id in deviation.releases)


def release_named(name: str) -> Release:
    """The release with this id; raises UsageError for one that is nowhere."""
    known = {release.id: release for release in load_releases()}
    if name not in known:
        hint = near(name, known, f"releases: {', '.join(known)}")
        raise UsageError(f"there is no release {name!r}", hint)
    return known[name]


def near(name: str, known: Iterable[str], otherwise: str) -> str:
    """A hint at what may have been meant, else `otherwise`."""
    matches = difflib.get_close_matches(name, list(known), n=2)
    return f"did you mean {' or '.join(matches)}?" if matches else otherwise
