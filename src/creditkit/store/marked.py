"""A seed's YAML as plain data, with the line of each part of it for error messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from creditkit.documents import DocumentError, read_document
from creditkit.errors import SeedError

Path = tuple[str | int, ...]
"""Where a part of a document is: keys and positions from the root down."""

DEPTH = 20
"""More levels than any seed needs, and few enough for every reader of the tree."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A document's data, and the line (from 1) of each part: of the key, for a value in a mapping."""

    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the part at `path`, or of the nearest part around it."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_marked(text: str) -> Marked:
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
    return Marked(tree.value, dict(tree.lines()))
