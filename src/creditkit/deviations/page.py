"""Writes the page on deviations from the catalogue; a test compares docs/deviations.md with it.

python -m creditkit.deviations.page docs/deviations.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from .deviation import Deviation, Release
from .loading import load_catalogue, load_releases

_TOP = """\
# Deviations

Known ways in which the vendor's releases differ from the documentation, each with a name. There are two
kinds: those that break the contract, and those that the contract allows.

The mock shows the first kind, so that a frontend can be tried against what its users' servers really send:

    creditkit mock --as waldur-8.0.9
    creditkit mock --deviate hex-uuids,actions-crash

A check can expect the deviations of a release. It then reports them as expected, and everything else as a
finding; it also names an expected deviation that is gone:

    creditkit check https://waldur.example.com --expect waldur-8.0.9
    creditkit check https://waldur.example.com --expect our-deviations.yaml

The file is a list of releases and of names of this page:

    - waldur-8.0.9
    - actions-crash

The check is tested with each of them, and with some three hundred faults that no release has: `make
selftest`, [selftest](selftest.md).

This page is made from `src/creditkit/deviations/catalogue/`, which anybody can extend;
`catalogue.schema.yaml` beside it describes the format. To write the page again:

    python -m creditkit.deviations.page docs/deviations.md

Evidence is labelled as in `openapi.yaml`: D24 is a real server of October 2024, BP the same server with the
credits part of 7.9 to 8.x rebuilt from its source, SRC the source of 2025 and 2026 as read; see
[evidence](evidence.md).
"""

_ALLOWED = """\
The contract allows these, so neither the mock nor a check treats them specially. They concern readers of the
documented page, and users of clients generated from the vendor's schema.
"""


def to_markdown() -> str:
    """The whole page."""
    return "".join(_page(load_catalogue(), load_releases()))


def _page(catalogue: Sequence[Deviation], releases: Sequence[Release]) -> Iterator[str]:
    broken = [deviation for deviation in catalogue if deviation.breaks]
    allowed = [deviation for deviation in catalogue if not deviation.breaks]
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


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n"
    for row in rows:
        yield f"| {' | '.join(row)} |\n"


def _plain(text: str) -> str:
    """Text on one line with Markdown's special characters escaped."""
    line = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>|~#" else character for character in line)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(to_markdown(), encoding="utf-8")
