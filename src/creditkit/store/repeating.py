"""Entries of a seed that stand for many: `times: 1000`, with `<n>` for the number of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from creditkit.errors import SeedError

from .marked import Marked, Path

TIMES = re.compile(r"[1-9][0-9]{0,3}|10000")
"""How often an entry can be there."""

NUMBER = "<n>"
"""What stands for the number of a copy, from 1."""


def repeated(document: Marked) -> Marked:
    """The document with every entry of a section that has `times` as often in its place, without that key.

    A copy stands on the lines of its entry. In all texts of it `<n>` is its number. Raises `SeedError` for a
    `times` that is no number from 1 to 10,000.
    """
    if not isinstance(document.data, dict):
        return document
    data, lines = dict(document.data), dict(document.lines)
    for section, entries in document.data.items():
        if isinstance(entries, list) and any(map(_repeats, entries)):
            data[section] = []
            lines = {path: line for path, line in lines.items() if path[:1] != (section,) or len(path) == 1}
            for position, entry in enumerate(entries):
                below = _below(document, (section, position))
                for copy in _copies(entry, document, (section, position)):
                    here = (section, len(data[section]))
                    lines.update((here + path, line) for path, line in below)
                    data[section].append(copy)
    return Marked(data, lines)


def _repeats(entry: object) -> bool:
    return isinstance(entry, dict) and "times" in entry


def _below(document: Marked, entry: Path) -> list[tuple[Path, int]]:
    """The lines of everything in an entry, by its path in there."""
    return [(path[2:], line) for path, line in document.lines.items() if path[:2] == entry]


def _copies(entry: Any, document: Marked, path: Path) -> Iterator[Any]:
    if not _repeats(entry):
        yield entry
        return
    times = entry["times"]
    if not isinstance(times, str) or not TIMES.fullmatch(times):
        raise SeedError(
            f"{path[0]}[{path[1]}].times: must be a number from 1 to 10000",
            f"write {NUMBER} where the number of each is to stand",
            line=document.line((*path, "times")),
        )
    rest = {key: value for key, value in entry.items() if key != "times"}
    for number in range(1, int(times) + 1):
        yield _numbered(rest, str(number))


def _numbered(part: Any, number: str) -> Any:
    if isinstance(part, str):
        return part.replace(NUMBER, number)
    if isinstance(part, list):
        return [_numbered(item, number) for item in part]
    if isinstance(part, dict):
        return {key: _numbered(value, number) for key, value in part.items()}
    return part
