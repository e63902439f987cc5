"""Loops and weights: what schemas that refer to each other cost a program that follows them.

A tree whose property `children` has items that are trees is a recursive schema, and fine. A tree that is
`allOf` a tree is a loop: it says nothing, and validation by it never ends. A schema is heavy if it stands
for very many schemas once its parts are written out: two parts, each of two parts, are 4, 8, 16 …
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from creditkit.documents import Missing, as_dict, find, from_fragment, join
from creditkit.review.source import Source

HEAVY = 5_000
"""How many schemas one may stand for and still be followed."""

_MOST = 1_000_000_000
_PARTS = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")


def parts(pointer: str, value: Mapping[str, Any]) -> Iterator[str]:
    """The pointers of the schemas that judge the same value as the one at a pointer, besides its `$ref`."""
    for key in _PARTS:
        member = value.get(key)
        if isinstance(member, list):
            yield from (f"{pointer}/{key}/{number}" for number in range(len(member)))
        elif isinstance(member, dict):
            yield f"{pointer}/{key}"
    yield from (join(pointer, "dependentSchemas", name) for name in as_dict(value.get("dependentSchemas")))


def reference(value: Mapping[str, Any]) -> list[str]:
    """The pointer that a schema refers to, if it has a `$ref`."""
    return [from_fragment(value["$ref"])] if isinstance(value.get("$ref"), str) else []


def loops(source: Source) -> frozenset[str]:
    """The pointers of the schemas whose `$ref` closes a loop; without these references there is none."""
    closing: set[str] = set()
    done: set[str] = set()
    for start in _schemas(source):
        stack = [] if start in done else [(start, _steps(source, start))]
        opened = {start}
        while stack:
            pointer, steps = stack[-1]
            for target in steps:
                if target in opened:
                    closing.add(pointer)
                elif target not in done:
                    opened.add(target)
                    stack.append((target, _steps(source, target)))
                    break
            else:
                stack.pop()
                opened.discard(pointer)
                done.add(pointer)
    return frozenset(closing)


def weights(source: Source) -> Mapping[str, int]:
    """How many schemas each one stands for with its parts and items written out; each loop counts once."""
    return _measure(source, sum)


def depths(source: Source) -> Mapping[str, int]:
    """How deep the parts and items of each schema go, through references too; each loop counts once."""
    return _measure(source, lambda inner: max(inner, default=0))


def _measure(source: Source, combine: Callable[[Iterable[int]], int]) -> Mapping[str, int]:
    """For each schema 1 plus the combined measures of its parts and items."""
    found: dict[str, int] = {}
    for start in _schemas(source):
        stack = [] if start in found else [start]
        while stack:
            pointer = stack[-1]
            targets = [*_steps(source, pointer, items=True)]
            if pointer in found:
                found[pointer] = min(1 + combine(found[target] for target in targets), _MOST)
                stack.pop()
            else:
                found[pointer] = 1  # the measure that a loop back to this schema counts
                stack.extend(target for target in targets if target not in found)
    return found


def _schemas(source: Source) -> Iterator[str]:
    return (node.pointer for node in source.walk() if node.kind == "schema")


def _steps(source: Source, pointer: str, *, items: bool = False) -> Iterator[str]:
    """The schemas that judge the same value as the one at a pointer, and on demand its items."""
    try:
        value: Any = find(source.document, pointer)
    except Missing:
        return
    if not isinstance(value, dict):
        return
    targets = reference(value)
    yield from targets
    if targets and source.version == "3.0":
        return
    yield from parts(pointer, value)
    if items and "items" in value:
        yield f"{pointer}/items"
