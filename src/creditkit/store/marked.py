"""YAML that remembers its lines: plain data, and for each part of it the line where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from creditkit.errors import SeedError

Path = tuple[str | int, ...]
"""Where a part of a document is: keys and positions from the root down."""

DEPTH = 20
"""More levels than any seed needs, and few enough for every reader of the tree."""

TAG = "tag:yaml.org,2002:"
TRUE = frozenset({"true", "yes", "on"})

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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

    Mappings and sequences become dicts and lists; `true`, `false` and `null` (in YAML's spellings) become
    what they are; every other scalar stays the text it was written as. Raises `SeedError` with the line for
    broken YAML, tags, anchors, duplicate keys, or more than `DEPTH` levels.
    """
    try:
        _check_events(text)
        root = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SeedError(
            f"not YAML: {error.problem or error.context}",
            "look at this line and the one before it: indentation, a missing quote or bracket",
            line=mark.line + 1 if mark else None,
        ) from error
    except yaml.YAMLError as error:
        raise SeedError(f"not YAML: {error}", "a seed is UTF-8 text without control characters") from error
    if root is None:
        raise SeedError("the file is empty", "a seed has at least one user")
    lines: dict[Path, int] = {(): _line(root)}
    return Marked(_data(root, (), lines), lines)


def _check_events(text: str) -> None:
    """Refuse what could make the tree larger than the text, or deeper than `DEPTH`."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.AliasEvent):
            raise SeedError("a seed has no anchors and aliases", "write the part out", line=_line(event))
        if depth > DEPTH:
            raise SeedError(f"more than {DEPTH} levels", "look for a bracket too many", line=_line(event))


def _data(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    """What `node` says; enters the lines of everything in it."""
    tag = node.tag.removeprefix(TAG)
    if isinstance(node, yaml.MappingNode) and tag == "map":
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode) and tag == "seq":
        for position, item in enumerate(node.value):
            lines[*path, position] = _line(item)
        return [_data(item, (*path, position), lines) for position, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and tag in ("str", "int", "float", "timestamp", "merge", "value"):
        return node.value
    if tag == "bool":
        return node.value.lower() in TRUE
    if tag == "null":
        return None
    raise SeedError(f"a seed has no tags such as {node.tag}", "remove the tag", line=_line(node))


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            raise SeedError(
                "a key is a word, not a list or a mapping",
                "look for a question mark or bracket",
                line=_line(key_node),
            )
        if key in data:
            raise SeedError(f"the key {key!r} is here twice", "keep one of them", line=_line(key_node))
        lines[*path, key] = _line(key_node)
        data[key] = _data(value_node, (*path, key), lines)
    return data


def _line(part: yaml.Node | yaml.Event) -> int:
    assert part.start_mark is not None
    return int(part.start_mark.line) + 1
