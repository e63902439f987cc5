"""A seed's YAML as plain data, with the line of each part for error messages and `times` written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from creditkit.documents import DocumentError, read_document
from creditkit.errors import SeedError

Path = tuple[str | int, ...]
"""The place of a part of a document: keys and positions from the root down."""

DEPTH = 20
"""More levels than any seed needs, and few enough for every reader of the tree."""


@dataclass(frozen=True, slots=True)
class ParsedYaml:
    """A document's data, and the line (from 1) of each part: of the key, for a value in a mapping."""

    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the part at `path`, or of the nearest part around it."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_yaml(text: str) -> ParsedYaml:
    """Read one YAML document.

    `true`, `false` and `null` (in YAML's spellings) are read; every other scalar stays the text it was
    written as. Raises `SeedError` with the line for broken YAML, tags, aliases, duplicate keys, or more than
    `DEPTH` levels.
    """
    try:
        tree = read_document(text, "", depth=DEPTH, size=None, scalars_as_text=True, aliases=False)
    except DocumentError as error:
        hint = error.hint or "docs/seeds.md describes the format"
        raise SeedError(error.problem, hint, line=error.line) from error
    if tree.value is None:
        raise SeedError("the file is empty", "a seed has at least one user")
    return ParsedYaml(tree.value, dict(tree.lines()))


TIMES = re.compile(r"[1-9][0-9]{0,3}|10000")
"""The allowed values of `times`."""

NUMBER = "<n>"
"""Placeholder for the number of a copy, from 1."""


def repeated(document: ParsedYaml) -> ParsedYaml:
    """The document with each entry that has `times` replaced by so many copies without that key.

    A copy has the lines of its entry, and its number in place of `<n>` in every text. Raises `SeedError` for
    a `times` that is no number from 1 to 10,000.
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
    return ParsedYaml(data, lines)


def _repeats(entry: object) -> bool:
    return isinstance(entry, dict) and "times" in entry


def _below(document: ParsedYaml, entry: Path) -> list[tuple[Path, int]]:
    """The lines of everything in an entry, by its path in there."""
    return [(path[2:], line) for path, line in document.lines.items() if path[:2] == entry]


def _copies(entry: Any, document: ParsedYaml, path: Path) -> Iterator[Any]:
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
