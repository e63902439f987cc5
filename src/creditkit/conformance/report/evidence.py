"""Evidence: the exchanges of a run as a report shows them, numbered and made readable."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count, takewhile
from typing import Any

import orjson

from creditkit.conformance.asking.exchanges import Exchange
from creditkit.conformance.judging.verdicts import Run
from creditkit.reports import shortened, visible

Identity = tuple[int, datetime, str, str]


class Evidence:
    """The exchanges of a run, those that only a fault names included.

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
    """A body for reading: JSON indented, anything else as it came, cut to about `limit` characters."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace")
    return visible(shortened(text, limit))


def to_json(value: Any, *, indent: bool = False) -> bytes:
    """A value as JSON in UTF-8; half characters, which an answer may hold as escapes, stay escapes."""
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


def _identity(exchange: Exchange) -> Identity:
    return exchange.number, exchange.started, exchange.method, exchange.url
