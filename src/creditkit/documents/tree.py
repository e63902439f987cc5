"""A tree: the values of one file with the place of each, and the builder that the parsers fill.

Values are dicts with text keys, lists, texts, numbers, booleans and None. Dates stay text. Refused are values
that JSON does not have (`.nan`, lists as keys, custom tags) and duplicate keys, since readers differ in which
of the two they take. Nothing here is recursive, and values are counted while they are added, so that
neither depth nor aliases cost more than the limits allow.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .pointers import index, tokens

Mark = int
"""A line and a column in one number, both from 0."""

_COLUMNS = 1 << 32


def mark(line: int, column: int) -> Mark:
    """One number for a line and a column, both from 0."""
    return line * _COLUMNS + column


class DocumentError(ValueError):
    """A text that cannot be read: the problem, its line and column (from 1), and what to do about it."""

    def __init__(self, problem: str, at: Mark, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.line, self.column = at // _COLUMNS + 1, at % _COLUMNS + 1
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Tree:
    """One file: its name and text, its value, the number of values, and the place of each member.

    `marks` has the places of a container's members by the container's `id`.
    """

    name: str
    text: str
    value: Any
    size: int
    start: Mark
    marks: Mapping[int, dict[str, Mark] | list[Mark]]

    def position(self, pointer: str) -> tuple[int, int]:
        """Line and column, from 1, of the value at a JSON Pointer, or of its nearest ancestor that exists.

        The place of an object's member is that of its key; of a YAML alias, that of its anchor.
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

    def lines(self) -> Iterator[tuple[tuple[str | int, ...], int]]:
        """The path (keys and indexes from the root) of every value, and its line from 1."""
        waiting: list[tuple[tuple[str | int, ...], Any, Mark]] = [((), self.value, self.start)]
        while waiting:
            path, node, at = waiting.pop()
            yield path, at // _COLUMNS + 1
            marks = self.marks.get(id(node), ())
            keys = marks.items() if isinstance(marks, dict) else enumerate(marks)
            waiting.extend(((*path, key), node[key], place) for key, place in keys)


@dataclass(slots=True)
class _Open:
    """A container that is being built.

    `key` is the member whose value is expected next, `size` the number of values so far. `merged` are the
    objects given by YAML's `<<`.
    """

    value: dict[str, Any] | list[Any]
    marks: dict[str, Mark] | list[Mark]
    at: Mark
    key: str | None = None
    size: int = 1
    merging: bool = False
    merged: list[dict[str, Any]] = field(default_factory=list)


class Builder:
    """A tree that grows by the parser's events; refuses more than `depth` levels or `size` values."""

    def __init__(self, text: str, name: str, depth: int, size: int | None) -> None:
        self._text = text
        self._name = name
        self._depth = depth
        self._most = math.inf if size is None else size
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
        """Begin a container."""
        if self.wants_key:
            raise DocumentError("a key must be a text, not a list or an object", at, "look for a bracket")
        if len(self._stack) >= self._depth:
            message = f"values stand more than {self._depth} deep within each other"
            hint = "no contract that people wrote is that deep: look at how the file was made"
            raise DocumentError(message, at, hint)
        self._stack.append(_Open(value, {} if isinstance(value, dict) else [], at))

    def key(self, name: str, at: Mark, *, merging: bool = False) -> None:
        """The key of the next member. With `merging` (YAML's `<<`) the value gives members instead."""
        top = self._stack[-1]
        top.merging = merging
        if merging:
            top.key = name
        elif isinstance(top.marks, dict):
            if name in top.marks:
                first = top.marks[name] // _COLUMNS + 1
                message = f"the key {name!r} stands here for the second time; the first is in line {first}"
                raise DocumentError(message, at, "readers differ in which of the two they take: remove one")
            top.key = name
            top.marks[name] = at

    def close(self) -> dict[str, Any] | list[Any]:
        """End the innermost container and return its value."""
        top = self._stack.pop()
        for other in top.merged:
            self._merge(top, other)
        self._marks[id(top.value)] = top.marks
        self._sizes[id(top.value)] = top.size
        self.add(top.value, top.at, top.size)
        return top.value

    def add(self, value: Any, at: Mark, size: int = 1) -> None:
        """Put a value into the innermost container; outside all containers it is the document."""
        if not self._stack:
            self._value, self._start, self._size = value, at, size
            return
        top = self._stack[-1]
        top.size += size
        if top.size > self._most:
            message = f"with its aliases put in, the file holds more than {self._most:,} values"
            raise DocumentError(message, at, "write once what is repeated, or take a larger --max-size")
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
        """Add a value that is already in the tree, with the size that it has there."""
        self.add(value, at, self._sizes.get(id(value), 1))

    def tree(self) -> Tree:
        """The finished tree."""
        return Tree(self._name, self._text, self._value, self._size, self._start, self._marks)

    def number(self, value: float, at: Mark) -> float:
        """The number; raises DocumentError for infinity and NaN, which JSON does not have."""
        if math.isfinite(value):
            return value
        raise DocumentError(f"{value} is no number in JSON", at, "give a number, or leave the key out")

    def _gather(self, top: _Open, others: Any, at: Mark) -> None:
        top.key, top.merging = None, False
        for other in others if isinstance(others, list) else [others]:
            if not isinstance(other, dict):
                raise DocumentError("`<<` takes objects only", at)
            top.merged.append(other)

    def _merge(self, top: _Open, other: dict[str, Any]) -> None:
        """Give an object the members that it does not have itself."""
        theirs = self._marks[id(other)]
        if isinstance(top.value, dict) and isinstance(top.marks, dict) and isinstance(theirs, dict):
            for name, value in other.items():
                if name not in top.value:
                    top.value[name] = value
                    top.marks[name] = theirs[name]


def as_dict(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []
