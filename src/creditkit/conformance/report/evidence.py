"""Evidence: exchanges as reports show them, numbered and readable, and lines of the contract."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import count, takewhile
from textwrap import dedent
from typing import Any

import orjson

from creditkit.conformance.asking import Exchange
from creditkit.conformance.judging import Run
from creditkit.contract import API
from creditkit.documents import Missing, Tree, escape, find, from_fragment, join, read_document, tokens
from creditkit.reports import shortened, visible

_LINES = 30

Identity = tuple[int, datetime, str, str]


class Evidence:
    """The exchanges of a run, including those that only a failure names.

    The number of an exchange is its place, which is the number that it has of its own in any run of one
    client; two sources that both count from one are told apart by it.
    """

    def __init__(self, run: Run) -> None:
        failures = (failure.exchange for verdict in run.verdicts for failure in verdict.failures)
        every = [*run.exchanges, *(exchange for exchange in failures if exchange is not None)]
        unique = {_identity(exchange): exchange for exchange in every}
        self.exchanges = tuple(unique.values())
        self._numbers = {identity: number for number, identity in enumerate(unique, 1)}

    def number(self, exchange: Exchange) -> int:
        """The number under which reports show an exchange."""
        return self._numbers[_identity(exchange)]

    def __iter__(self) -> Iterator[tuple[int, Exchange]]:
        return enumerate(self.exchanges, 1)


def readable(body: bytes, limit: int) -> str:
    """A body for reading: JSON indented, other text unchanged, cut to about `limit` characters."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace")
    return visible(shortened(text, limit))


def to_json(value: Any, *, indent: bool = False) -> bytes:
    """A value as JSON in UTF-8; lone surrogates, which an answer may hold, are escaped."""
    option = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if indent else 0)
    try:
        return orjson.dumps(value, option=option, default=str)
    except TypeError:
        text = json.dumps(value, indent=2 if indent else None, ensure_ascii=False, default=str)
        return text.encode("utf-8", "backslashreplace") + b"\n"


def encoded(body: bytes) -> tuple[str, str]:
    """A body as text and how it is encoded: `utf-8`, or `base64` where it is no text."""
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), "base64"


def ranges(numbers: Iterable[int]) -> str:
    """Numbers in a short form: 1, 2, 3 and 7 are `1-3 7`."""
    left = sorted(set(numbers))
    parts: list[str] = []
    while left:
        run = [
            n
            for n, expected in takewhile(
                lambda pair: pair[0] == pair[1], zip(left, count(left[0]), strict=False)
            )
        ]
        parts.append(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]))
        left = left[len(run) :]
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Citation:
    """Some lines of a file, the first of which has number `line`; at most 30 of them."""

    file: str
    line: int
    text: str


def cite(pointer: str) -> Citation | None:
    """The lines of the contract at a JSON Pointer, references followed; None if it leads nowhere.

    >>> found = cite("#/components/schemas/Problem")  # doctest: +SKIP
    >>> found.file, found.line  # doctest: +SKIP
    ('openapi.yaml', 1204)
    """
    tree = _contract()
    node, place = tree.value, ""
    for token in tokens(pointer.removeprefix(API.name).removeprefix("#").rstrip("/")):
        while isinstance(node, dict) and "$ref" in node and token != "$ref":  # noqa: S105
            place = from_fragment(node["$ref"])
            node = find(tree.value, place)
        place = join(place, token)
        try:
            node = find(node, f"/{escape(token)}")
        except Missing:
            return None
    if not place:
        return None
    line, column = tree.position(place)
    first, *rest = tree.text.splitlines()[line - 1 :]
    below = takewhile(lambda text: not text.strip() or len(text) - len(text.lstrip()) >= column, rest)
    shown = "\n".join([first, *below][:_LINES]).rstrip()
    return Citation(API.name, line, dedent(shown))


@cache
def _contract() -> Tree:
    return read_document(API.read_text(encoding="utf-8"), API.name)


def _identity(exchange: Exchange) -> Identity:
    return exchange.number, exchange.started, exchange.method, exchange.url
