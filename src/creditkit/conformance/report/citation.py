"""Citations: the lines of the contract that a JSON Pointer leads to.

>>> found = cite("#/components/schemas/Problem")  # doctest: +SKIP
>>> found.file, found.line  # doctest: +SKIP
('openapi.yaml', 1204)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from creditkit.contract import API

_LINES = 30
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Citation:
    """Some lines of a file, the first of which has number `line`; at most 30 of them."""

    file: str
    line: int
    text: str


def cite(pointer: str) -> Citation | None:
    """Where the contract says what a pointer names; None if the pointer leads nowhere.

    References on the way are followed, as a pointer into a resolved document needs it.
    """
    lines, root = _contract()
    tokens = pointer.removeprefix(API.name).removeprefix("#").strip("/")
    node, key = root, root
    for token in tokens.split("/") if tokens else ():
        found = _step(root, node, token.replace("~1", "/").replace("~0", "~"))
        if found is None:
            return None
        key, node = found
    if node is root:
        return None
    first, last = key.start_mark.line, max(node.end_mark.line, key.start_mark.line + 1)
    shown = list(lines[first : min(last, first + _LINES)])
    while shown and not shown[-1].strip():
        shown.pop()
    margin = min((len(line) - len(line.lstrip()) for line in shown if line.strip()), default=0)
    return Citation(API.name, first + 1, "\n".join(line[margin:] for line in shown))


def _step(root: yaml.Node, node: yaml.Node, token: str) -> tuple[yaml.Node, yaml.Node] | None:
    """The key and the value below a node; an entry of a list is its own key."""
    for _ in range(10):
        reference = _child(node, "$ref")
        if reference is None or token == "$ref":  # noqa: S105 - a token of a pointer
            break
        node = _follow(root, str(reference[1].value)) or node
    return _child(node, token)


def _follow(root: yaml.Node, reference: str) -> yaml.Node | None:
    node = root
    for token in reference.removeprefix("#/").split("/"):
        found = _child(node, token.replace("~1", "/").replace("~0", "~"))
        if found is None:
            return None
        node = found[1]
    return node


def _child(node: yaml.Node, token: str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == token), None)
    if isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
        return node.value[int(token)], node.value[int(token)]
    return None


@cache
def _contract() -> tuple[Sequence[str], yaml.Node]:
    """The lines of the contract and its tree of nodes, which know their lines."""
    text = API.read_text(encoding="utf-8")
    root = yaml.compose(text, Loader=_Loader)
    assert root is not None
    return text.splitlines(), root
