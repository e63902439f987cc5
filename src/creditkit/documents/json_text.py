"""The JSON parser: one token after the other, each value with its place."""

from __future__ import annotations

import json.decoder
import re
from bisect import bisect_right
from collections.abc import Callable
from json import JSONDecodeError
from typing import Any

from .tree import Builder, DocumentError, Mark, Tree, mark

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {"true": True, "false": False, "null": None}
_scan: Callable[[str, int, bool], tuple[str, int]] = vars(json.decoder)["scanstring"]
"""Python's own reader of a JSON string from behind its opening quote; its type stubs leave it out."""


def parse_json(text: str, builder: Builder) -> Tree:
    """The tree of a JSON text; raises DocumentError."""
    return _Parser(text, builder).parse()


class _Parser:
    """A JSON text, the position in it, and the closing brackets that are still to come."""

    def __init__(self, text: str, builder: Builder) -> None:
        self._text = text
        self._builder = builder
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._position = 0
        self._closing: list[str] = []

    def parse(self) -> Tree:
        self._value()
        while self._closing:
            self._skip()
            if self._take(self._closing[-1]):
                self._close()
            elif self._take(","):
                self._member()
            else:
                raise self._error(f"expected a comma or {self._closing[-1]}")
        self._skip()
        if self._position < len(self._text):
            raise self._error("something stands behind the end of the value")
        return self._builder.tree()

    def _member(self) -> None:
        """The next item of a list, or the next key and value of an object."""
        self._skip()
        if self._closing[-1] == "}":
            at = self._at()
            if not self._text.startswith('"', self._position):
                raise self._error("expected a key in double quotes")
            self._builder.key(self._string(), at)
            self._skip()
            if not self._take(":"):
                raise self._error("expected a colon")
        self._value()

    def _value(self) -> None:
        self._skip()
        at = self._at()
        if self._take("{"):
            self._open({}, "}", at)
        elif self._take("["):
            self._open([], "]", at)
        elif self._text.startswith('"', self._position):
            self._builder.add(self._string(), at)
        else:
            self._builder.add(self._scalar(at), at)

    def _open(self, value: dict[str, Any] | list[Any], closing: str, at: Mark) -> None:
        self._builder.open(value, at)
        self._closing.append(closing)
        self._skip()
        if self._take(closing):
            self._close()
        else:
            self._member()

    def _close(self) -> None:
        self._builder.close()
        self._closing.pop()

    def _string(self) -> str:
        try:
            value, self._position = _scan(self._text, self._position + 1, True)
        except JSONDecodeError as error:
            self._position = error.pos
            raise self._error(error.msg[:1].lower() + error.msg[1:].removesuffix(" at")) from error
        if _SURROGATE.search(value):
            raise self._error("half of a surrogate pair in the text before this")
        return value

    def _scalar(self, at: Mark) -> Any:
        if number := _NUMBER.match(self._text, self._position):
            self._position = number.end()
            try:
                whole = number[1] is None and number[2] is None
                return int(number[0]) if whole else self._builder.number(float(number[0]), at)
            except DocumentError:
                raise
            except ValueError as error:
                raise DocumentError("a number of too many digits", at) from error
        word = _WORD.match(self._text, self._position)
        if word is None or word[0] not in _WORDS:
            raise self._error("expected a value")
        self._position = word.end()
        return _WORDS[word[0]]

    def _skip(self) -> None:
        if found := _SPACE.match(self._text, self._position):
            self._position = found.end()

    def _take(self, character: str) -> bool:
        if self._text.startswith(character, self._position):
            self._position += 1
            return True
        return False

    def _at(self) -> Mark:
        line = bisect_right(self._lines, self._position) - 1
        return mark(line, self._position - self._lines[line])

    def _error(self, problem: str) -> DocumentError:
        return DocumentError(f"not JSON: {problem}", self._at())
