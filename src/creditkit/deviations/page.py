"""The page on deviations, docs/deviations.md, made from the catalogue.

    python -m creditkit.deviations.page docs/deviations.md

writes it anew; a test holds the page that is there to the catalogue.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from .deviation import FAULTS, Deviation, Release
from .loading import load_catalogue, load_releases

_TOP = """\
# Deviations

Known ways in which deployments differ from the contract, each with a name. There are three kinds: what
releases of the vendor do otherwise, what they do otherwise and the contract allows, and faults that servers
have.

The mock shows them, so that a frontend can be tried against what its users' servers really send:

    creditkit mock --as waldur-8.0.9
    creditkit mock --deviate hex-uuids,actions-crash

A check can expect those of a release. What it finds of them is then reported as expected, and everything else
as a finding; one that is not seen any more is told:

    creditkit check https://waldur.example.com --expect waldur-8.0.9
    creditkit check https://waldur.example.com --expect our-deviations.yaml

The file is a list of releases and of names of this page:

    - waldur-8.0.9
    - actions-crash

`creditkit selftest` shows the mock with each deviation to the check, which must find it by a requirement that
the entry names.

This page is made from the files in `deviations/catalogue/`, which anybody can extend: `catalogue.schema.yaml`
beside them says what may stand in them, and

    python -m creditkit.deviations.page docs/deviations.md

makes the page anew. Evidence is labelled as in `openapi.yaml`: D24 is a real server of October 2024, BP the
same with the credits part of 7.9 to 8.x rebuilt from its source, SRC the source of 2025 and 2026 as read.
"""

_ALLOWED = """\
The contract was written with these in mind: neither the mock nor a check has anything to do for them. Whoever
reads the documented page, or generates a client from the vendor's schema, meets them all the same.
"""

_FAULTY = """\
Seen on no release: these are faults of the kinds that servers have. They are here to try frontends with, and
to prove that the check finds them.
"""


def to_markdown() -> str:
    """The whole page."""
    return "".join(_page(load_catalogue(), load_releases()))


def write(path: Path) -> None:
    """Write the page to a file."""
    path.write_text(to_markdown(), encoding="utf-8")


def _page(catalogue: Sequence[Deviation], releases: Sequence[Release]) -> Iterator[str]:
    faults = [deviation for deviation in catalogue if deviation.releases == (FAULTS,)]
    real = [deviation for deviation in catalogue if deviation.releases != (FAULTS,)]
    broken = [deviation for deviation in real if deviation.breaks]
    allowed = [deviation for deviation in real if not deviation.breaks]
    yield _TOP
    yield "\n## Releases\n\n"
    yield from _releases(releases)
    yield f"\n## What releases do otherwise: {len(broken)}\n\n"
    yield from _matrix(broken, releases)
    for deviation in broken:
        yield from _entry(deviation)
    yield f"\n## What the contract allows: {len(allowed)}\n\n{_ALLOWED}"
    for deviation in allowed:
        yield from _entry(deviation)
    if faults:
        yield f"\n## Faults: {len(faults)}\n\n{_FAULTY}"
    for group, entries in groupby(faults, key=lambda deviation: deviation.group):
        yield f"\n### {group.removeprefix('faults-').replace('-', ' ').capitalize()}\n\n"
        yield from _table(("fault", "what is seen", "documented", "severity", "found by"), map(_row, entries))


def _releases(releases: Sequence[Release]) -> Iterator[str]:
    rows = ((f"`{release.id}`", release.date, release.note, release.evidence) for release in releases)
    yield from _table(("release", "date", "what is known of it", "evidence"), rows)


def _matrix(deviations: Sequence[Deviation], releases: Sequence[Release]) -> Iterator[str]:
    heads = ("deviation", "severity", *(release.id.removeprefix("waldur-") for release in releases))
    yield from _table(
        heads,
        (
            (
                f"[`{deviation.id}`](#{deviation.id})",
                deviation.severity,
                *("yes" if release.id in deviation.releases else "" for release in releases),
            )
            for deviation in deviations
        ),
    )


def _entry(deviation: Deviation) -> Iterator[str]:
    yield f"\n### {deviation.id}\n\n{_plain(deviation.title)}.\n\n"
    yield f"- Documented: {_plain(deviation.documented)}\n"
    yield f"- Seen: {_plain(deviation.seen)}\n"
    yield f"- Releases: {', '.join(deviation.releases)}\n"
    yield f"- Evidence: {_plain(deviation.evidence)}\n"
    yield f"- Severity: {deviation.severity}\n"
    if deviation.allowed:
        yield f"- Allowed: {_plain(deviation.allowed)}\n"
    else:
        yield f"- Found by: {', '.join(deviation.breaks)}\n"


def _row(deviation: Deviation) -> tuple[str, ...]:
    return (
        f"`{deviation.id}`",
        _plain(deviation.seen),
        _plain(deviation.documented),
        deviation.severity,
        ", ".join(deviation.breaks),
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n"
    for row in rows:
        yield f"| {' | '.join(row)} |\n"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line and in a cell."""
    line = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>|~#" else character for character in line)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
