"""Reading a document whose format is known by its name or its first character."""

from __future__ import annotations

from .json_text import parse_json
from .tree import Builder, DocumentError, Tree
from .yaml_text import parse_yaml

DEEPEST = 150
"""Levels of nesting; no contract that people wrote is that deep."""

MOST = 500_000
"""Values with all aliases expanded: a few lines of YAML can stand for billions of them."""


def read_document(
    text: str,
    name: str,
    *,
    depth: int = DEEPEST,
    size: int | None = MOST,
    scalars_as_text: bool = False,
    aliases: bool = True,
) -> Tree:
    """The values of a YAML or JSON text.

    `name` ends in `.json` for JSON; a text that begins with a brace may be either. `scalars_as_text` keeps
    numbers as they are written (true, false and null are still read). Raises DocumentError for a syntax
    error, a duplicate key, a value that JSON does not have, and beyond `depth` levels or `size` values.
    """
    is_json = name.endswith(".json")
    if is_json or (text.lstrip()[:1] == "{" and not scalars_as_text):
        try:
            return parse_json(text, Builder(text, name, depth, size))
        except DocumentError:
            if is_json:
                raise
    builder = Builder(text, name, depth, size)
    return parse_yaml(text, builder, scalars_as_text=scalars_as_text, aliases=aliases)
