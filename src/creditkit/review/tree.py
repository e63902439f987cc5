"""Trees: the text of a YAML or JSON file as plain values, with the place of each.

    >>> tree = parse_json('{"info": {"title": "Credits"}}', "openapi.json", Limits())
    >>> tree.value
    {'info': {'title': 'Credits'}}
    >>> tree.position("/info/title")
    (1, 11)

Values are dicts with text keys, lists, texts, numbers, booleans and None. Dates stay text, as they are in
JSON; else a plain scalar is what YAML 1.1 and the readers built on PyYAML take it for (`yes` is true). A key
is the text that is written. What JSON cannot say is refused: `.nan`, keys that are lists, tags of one's own.
So are duplicate keys, of which every reader takes another one.

Nothing here is recursive, and events are counted while they come, so that neither depth nor aliases cost more
than the limits allow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from creditkit.errors import ReviewInputError

from .limits import Limits
from .pointers import index, tokens

Mark = int
"""A line and a column in one number, both from 0."""

_COLUMNS = 1 << 32


def mark(line: int, column: int) -> Mark:
    """One number for a line and a column, both from 0."""
    return line * _COLUMNS + column


@dataclass(frozen=True, slots=True)
class Tree:
    """The value of one file, and where the members of each of its containers stand (by `id`).

    `text` is the file itself, as reports show it.
    """

    name: str
    value: Any
    size: int
    start: Mark
    marks: Mapping[int, dict[str, Mark] | list[Mark]]
    text: str = ""

    def position(self, pointer: str) -> tuple[int, int]:
        """Line and column, from 1, of what stands at a JSON Pointer, or of the nearest value above it.

        A member of an object stands where its key does. What YAML repeats by an alias stands where it is
        written.
        """
        node, found = self.value, self.start
        for token in tokens(pointer):
            marks = self.marks.get(id(node))
            if isinstance(node, dict) and isinstance(marks, dict) and token in node:
                found, node = marks.get(token, found), node[token]
            elif isinstance(node, list) and isinstance(marks, list) and index(token) < len(node):
                found, node = marks[index(token)], node[index(token)]
            else:
                break
        line, column = divmod(found, _COLUMNS)
        return line + 1, column + 1


@dataclass(slots=True)
class _Open:
    """A container that is being built. `key` is the member that waits for its value, `size` counts values."""

    value: dict[str, Any] | list[Any]
    marks: dict[str, Mark] | list[Mark]
    at: Mark
    key: str | None = None
    size: int = 1
    merging: bool = False
    merged: list[dict[str, Any]] = field(default_factory=list)


class Builder:
    """A tree that grows event by event, whatever language the events come from; counts as it goes."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._stack: list[_Open] = []
        self._marks: dict[int, dict[str, Mark] | list[Mark]] = {}
        self._sizes: dict[int, int] = {}
        self._start: Mark = 0
        self._value: Any = None
        self._size = 0

    @property
    def wants_key(self) -> bool:
        """Whether the next scalar is the key of a member."""
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None

    def open(self, value: dict[str, Any] | list[Any], at: Mark) -> None:
        """A container begins."""
        if self.wants_key:
            raise self.error("a key must be a text, not a list or an object", at)
        if len(self._stack) >= self._limits.depth:
            message = f"values stand more than {self._limits.depth} deep within each other"
            raise self.error(
                message, at, "no contract that people wrote is that deep: look at how the file was made"
            )
        self._stack.append(_Open(value, {} if isinstance(value, dict) else [], at))

    def key(self, name: str, at: Mark, *, merging: bool = False) -> None:
        """The key of the next member. `merging` is YAML's `<<`: what follows gives members, and is none."""
        top = self._stack[-1]
        top.merging = merging
        if merging:
            top.key = name
        elif isinstance(top.marks, dict):
            if name in top.marks:
                first = top.marks[name] // _COLUMNS + 1
                message = f"the key {name!r} stands here for the second time; the first is in line {first}"
                raise self.error(message, at, "readers differ in which of the two they take: remove one")
            top.key = name
            top.marks[name] = at

    def close(self) -> dict[str, Any] | list[Any]:
        """The innermost container ends; gives its value."""
        top = self._stack.pop()
        if isinstance(top.value, dict):
            for other in top.merged:
                self._merge(top, other)
        self._marks[id(top.value)] = top.marks
        self._sizes[id(top.value)] = top.size
        self.add(top.value, top.at, top.size)
        return top.value

    def add(self, value: Any, at: Mark, size: int = 1) -> None:
        """A value stands in the innermost container, or is the whole document."""
        if not self._stack:
            self._value, self._start, self._size = value, at, size
            return
        top = self._stack[-1]
        top.size += size
        if top.size > self._limits.nodes:
            message = f"with its aliases put in, the file holds more than {self._limits.nodes:,} values"
            raise self.error(message, at, "write once what is repeated, or take a larger --max-size")
        if top.merging:
            self._gather(top, value, at)
        elif isinstance(top.value, list):
            top.value.append(value)
            if isinstance(top.marks, list):
                top.marks.append(at)
        elif top.key is not None:
            top.value[top.key] = value
            top.key = None

    def repeat(self, value: Any, at: Mark) -> None:
        """A value that already stands elsewhere stands here too."""
        self.add(value, at, self._sizes.get(id(value), 1))

    def tree(self) -> Tree:
        """What has been built."""
        return Tree(self._name, self._value, self._size, self._start, self._marks)

    def number(self, value: float, at: Mark) -> float:
        """The number, if JSON knows it."""
        if math.isfinite(value):
            return value
        raise self.error(f"{value} is no number in JSON", at, "give a number, or leave the key out")

    def error(self, problem: str, at: Mark, hint: str = "") -> ReviewInputError:
        """What is wrong with the file at a place."""
        return unreadable(self._name, *divmod(at, _COLUMNS), problem, hint)

    def _gather(self, top: _Open, others: Any, at: Mark) -> None:
        top.key, top.merging = None, False
        for other in others if isinstance(others, list) else [others]:
            if not isinstance(other, dict):
                raise self.error("`<<` takes objects only", at)
            top.merged.append(other)

    def _merge(self, top: _Open, other: dict[str, Any]) -> None:
        theirs = self._marks[id(other)]
        if isinstance(top.value, dict) and isinstance(top.marks, dict) and isinstance(theirs, dict):
            for name, value in other.items():
                if name not in top.value:
                    top.value[name] = value
                    top.marks[name] = theirs[name]


def unreadable(name: str, line: int, column: int, problem: str, hint: str = "") -> ReviewInputError:
    """The error for a file that cannot be read at a line and column, both from 0."""
    return ReviewInputError(f"{name}:{line + 1}:{column + 1}: {problem}", hint, line=line + 1)
