"""Tables: what the rules know, as files that can be read and extended."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from creditkit.documents import read_document


@cache
def table(name: str) -> Any:
    """The content of a table that stands beside this module."""
    return read_document((files(__package__) / name).read_text(encoding="utf-8"), name).value
