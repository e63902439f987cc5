"""Nodes: the objects of a contract as one meets them on the way down, references followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from creditkit.documents import join, tokens

SOURCE = "x-source"
"""The extension that says where something comes from that no documentation tells."""


@dataclass(frozen=True, slots=True)
class At:
    """A node, where it stands, and the x-source over it. `open` has the references that led here.

    A list is met as an object whose keys are the places in it.
    """

    node: Mapping[Any, Any]
    pointer: str
    source: str = ""
    open: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the x-source stands on the node itself."""
        return bool(self.node.get(SOURCE))


class Nodes:
    """The nodes of one document whose references all lead within it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        # In OpenAPI 3.1 a schema may say more beside its reference.
        self._has_siblings = not str(document.get("openapi", "")).startswith("3.0")

    def enter(self, parent: At, *steps: str | int) -> At:
        """What stands some steps below, its reference followed; an empty node where there is no object.

        An empty node stands also for what a reference leads back to: whoever walks comes to an end.
        """
        for step in steps:
            parent = self._step(parent, step)
        return parent

    def _step(self, parent: At, step: str | int) -> At:
        node: Any = parent.node.get(step)
        pointer, source, opened = join(parent.pointer, step), parent.source, parent.open
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            found = self._find(reference)
            if reference in opened or found is None:
                return At({}, pointer, source, opened)
            opened = (*opened, reference)
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**found, **beside} if self._has_siblings and isinstance(found, Mapping) else found
            pointer, source = reference.removeprefix("#"), ""
        if isinstance(node, list):
            node = dict(enumerate(node))
        if not isinstance(node, Mapping):
            return At({}, pointer, source, opened)
        return At(node, pointer, str(node.get(SOURCE) or source), opened)

    def _find(self, reference: str) -> Any:
        """What a reference leads to; None where it leads nowhere."""
        node: Any = self._document
        for token in tokens(reference.removeprefix("#")):
            if isinstance(node, Mapping) and token in node:
                node = node[token]
            elif isinstance(node, list) and token.isdecimal() and int(token) < len(node):
                node = node[int(token)]
            else:
                return None
        return node
