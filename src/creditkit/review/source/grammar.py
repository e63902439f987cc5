"""The grammar of OpenAPI: which kind of object is where, so that an example is not taken for a schema.

    >>> [node.kind for node in walk({"info": {}, "paths": {"/a": {"get": {"responses": {}}}}})]
    ['openapi', 'paths', 'path-item', 'operation', 'responses']

The table follows the field tables of OpenAPI 3.0.3 and 3.1.0, reduced to fields that hold objects which a
rule or a reference can be about. Everything else (examples, defaults, enums, extensions) is data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from creditkit.contract import SUBSCHEMAS
from creditkit.documents import join

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_OPERATIONS = dict.fromkeys(METHODS, "operation")
_CONTENT = "{media-type}"

MEMBERS: Mapping[str, Mapping[str, str]] = {
    "openapi": {
        "servers": "[server]",
        "paths": "paths",
        "webhooks": "{path-item}",
        "components": "components",
        "tags": "[tag]",
    },
    "paths": {"/*": "path-item"},
    "path-item": {"parameters": "[parameter]", "servers": "[server]", **_OPERATIONS},
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "request-body",
        "responses": "responses",
        "callbacks": "{callback}",
        "servers": "[server]",
    },
    "parameter": {"schema": "schema", "examples": "{example}", "content": _CONTENT},
    "header": {"schema": "schema", "examples": "{example}", "content": _CONTENT},
    "request-body": {"content": _CONTENT},
    "responses": {"*": "response"},
    "response": {"headers": "{header}", "content": _CONTENT, "links": "{link}"},
    "media-type": {"schema": "schema", "examples": "{example}", "encoding": "{encoding}"},
    "encoding": {"headers": "{header}"},
    "callback": {"*": "path-item"},
    "link": {"server": "server"},
    "example": {},
    "server": {},
    "tag": {},
    "security-scheme": {},
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": "{example}",
        "requestBodies": "{request-body}",
        "headers": "{header}",
        "securitySchemes": "{security-scheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{path-item}",
    },
    "schema": SUBSCHEMAS,
}
"""What each kind of object holds: `x` one object, `[x]` a list of them, `{x}` objects by name.

The member `*` is every one that is no extension, `/*` every one that begins with a slash.
"""

REFERABLE = frozenset(
    (
        *("path-item", "parameter", "header", "request-body", "response", "callback", "link", "example"),
        *("schema", "security-scheme"),
    )
)
"""The kinds of objects that a `$ref` may replace."""


@dataclass(frozen=True, slots=True)
class Node:
    """One object of the contract: its kind, its pointer and its value."""

    kind: str
    pointer: str
    value: dict[str, Any]

    @property
    def reference(self) -> str | None:
        """The text of its `$ref`, if it is one."""
        found = self.value.get("$ref") if self.kind in REFERABLE else None
        return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class OperationNode:
    """One method of one path, as written. `above` is the pointer of its path item, whose value is `item`."""

    path: str
    method: str
    pointer: str
    value: dict[str, Any]
    above: str
    item: dict[str, Any]


def operations_of(path: str, pointer: str, end: Callable[[str], tuple[str, Any]]) -> Iterator[OperationNode]:
    """The operations of the path item at a pointer, in the order of the file; `end` follows references."""
    above, item = end(pointer)
    for method, value in item.items() if isinstance(item, dict) else ():
        if method in METHODS and isinstance(value, dict):
            yield OperationNode(path, method, join(above, method), value, above, item)


def walk(value: Any, kind: str = "openapi", pointer: str = "") -> Iterator[Node]:
    """The object and every one below it, in the order of the file. References are not followed.

    A value that is no object where the grammar has one is skipped: the OpenAPI validator reports it.
    """
    stack: list[tuple[str, str, Any]] = [(kind, pointer, value)]
    while stack:
        kind, pointer, value = stack.pop()
        if isinstance(value, dict):
            yield Node(kind, pointer, value)
            stack.extend(reversed([*_below(kind, pointer, value)]))


def _below(kind: str, pointer: str, value: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    members = MEMBERS[kind]
    for name, member in value.items():
        held = members.get(name) or _by_pattern(members, name)
        if held is None:
            continue
        place = join(pointer, name)
        if held[0] == "[" and isinstance(member, list):
            yield from ((held[1:-1], f"{place}/{number}", one) for number, one in enumerate(member))
        elif held[0] == "{" and isinstance(member, dict):
            yield from ((held[1:-1], join(place, key), one) for key, one in member.items())
        elif held[0] not in "[{":
            yield held, place, member


def _by_pattern(members: Mapping[str, str], name: str) -> str | None:
    if name.startswith("x-"):
        return None
    return members.get("/*") if name.startswith("/") and "/*" in members else members.get("*")
