"""The three contracts as documents, and ways to walk one. No test may change a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from creditkit.contract import API, CONTROL, SUPPORTING, read

Node = tuple[str, Any]

DOCUMENTS = {source.name: read(source) for source in (API, SUPPORTING, CONTROL)}


def nodes(node: Any, pointer: str = "#") -> Iterator[Node]:
    """Every mapping and list item of a document with its JSON Pointer, outermost first."""
    yield pointer, node
    if isinstance(node, Mapping):
        children = [(str(key).replace("~", "~0").replace("/", "~1"), value) for key, value in node.items()]
    elif isinstance(node, list):
        children = [(str(index), value) for index, value in enumerate(node)]
    else:
        children = []
    for token, child in children:
        yield from nodes(child, f"{pointer}/{token}")


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Path, method and operation, for each operation of a document."""
    for path, item in document["paths"].items():
        for method, node in item.items():
            if isinstance(node, Mapping) and "operationId" in node:
                yield path, method, node


def at(document: Any, pointer: str) -> Any:
    """The node at a JSON Pointer of `nodes`."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document
