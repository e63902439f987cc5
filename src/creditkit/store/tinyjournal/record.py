r"""One line of a journal: one change of the database, whole or not at all.

::

    crc32 length payload\n
    5d3c8f1a 37 [["credits",17,{"value":"10.00"}]]

The checksum, eight hexadecimal digits, covers length and payload; the length counts the payload's bytes.
The payload is a list of steps, JSON without line breaks:

    ["credits", 17, {...}]            the document with that id is now this one
    ["credits", 17, null]             there is no document with that id any more
    ["credits", null, true]           the table is there and empty, as if new
    ["credits", null, false]          there is no such table any more
    ["credits", null, 18]             the next new document gets this id
    [null, "snapshot", "before"]      keep what holds now under a name
    [null, "restore", "before"]       what was kept holds again
    [null, "forget", "before"]        keep it no longer

The first record of a journal is its header, an object: which database it belongs to, and its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zlib import crc32

import orjson
from msgspec import Struct

from .document import dump


class Keeping(StrEnum):
    """What a step does with a snapshot."""

    SNAPSHOT = "snapshot"
    RESTORE = "restore"
    FORGET = "forget"


class Row(Struct, frozen=True):
    """A step: what a document is now; `row` is None where there is none any more."""

    table: str
    doc_id: int
    row: bytes | None


@dataclass(frozen=True, slots=True)
class Whole:
    """A step about a whole table: emptied (True), dropped (False), or the next id, a number."""

    table: str
    change: bool | int


@dataclass(frozen=True, slots=True)
class Kept:
    """A step about a snapshot."""

    action: Keeping
    name: str


Step = Row | Whole | Kept


@dataclass(frozen=True, slots=True)
class Record:
    """A record that was read: where it begins, its bytes in the file, and its payload."""

    offset: int
    length: int
    payload: Any


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where reading a journal stops, and why. `cut` tells a record cut short from damage.

    `resume` is where the next line begins, None if there is none.
    """

    offset: int
    number: int
    what: str
    cut: bool
    length: int
    resume: int | None = None


_HEAD = re.compile(rb"([0-9a-f]{8}) (0|[1-9][0-9]{0,11}) ")
_PART_OF_HEAD = re.compile(rb"[0-9a-f]{0,8}|[0-9a-f]{8} (0|[1-9][0-9]{0,11})? ?")


def frame(payload: bytes) -> bytes:
    """The line of a payload."""
    line = b"%d %b" % (len(payload), payload)
    return b"%08x %b\n" % (crc32(line), line)


def encode(steps: Sequence[Step]) -> bytes:
    """The line of a change."""
    if len(steps) == 1 and type(step := steps[0]) is Row:
        return frame(b"[%b]" % _row(step))
    parts: list[bytes] = []
    for step in steps:
        if isinstance(step, Row):
            parts.append(_row(step))
        elif isinstance(step, Whole):
            parts.append(orjson.dumps([step.table, None, step.change]))
        else:
            parts.append(orjson.dumps([None, step.action, step.name]))
    return frame(b"[%b]" % b",".join(parts))


def _row(step: Row) -> bytes:
    row = step.row
    return b"[%b,%d,%b]" % (_name(step.table), step.doc_id, b"null" if row is None else row)


@lru_cache(256)
def _name(table: str) -> bytes:
    return orjson.dumps(table)


def decode(payload: Any) -> list[Step]:
    """The steps that a payload says. Raises ValueError for what is none."""
    if not isinstance(payload, list):
        raise ValueError("not a list of steps")
    return [_step(item) for item in payload]


def scan(data: bytes | memoryview, start: int = 0, number: int = 1) -> Iterator[Record | Flaw]:
    """The records of a journal from `start` on; at last a `Flaw`, if reading stops before the end."""
    data = bytes(data)
    offset = start
    while offset < len(data):
        head = _HEAD.match(data, offset)
        end = head.end() + int(head[2]) if head else -1
        if head is None or data[end : end + 1] != b"\n":
            yield _flaw(data, offset, number, end)
            return
        if int(head[1], 16) != crc32(memoryview(data)[offset + 9 : end]):
            yield _damage(data, offset, number, "its checksum does not fit")
            return
        try:
            payload = orjson.loads(memoryview(data)[head.end() : end])
        except orjson.JSONDecodeError as error:
            yield _damage(data, offset, number, f"it is not JSON: {error.msg}")
            return
        yield Record(offset, end + 1 - offset, payload)
        offset, number = end + 1, number + 1


def _flaw(data: bytes, offset: int, number: int, end: int) -> Flaw:
    """What is wrong where no whole record begins; `end` is where its payload should end, -1 if unknown.

    A write that was cut short leaves less than a record and no line break; a loss of power may leave NULs
    behind it. All else is damage.
    """
    tail = data[offset:].rstrip(b"\0")
    if b"\n" not in tail:
        part = tail[: len(tail) if end < 0 else 0]
        if len(tail) + offset <= end or (end < 0 and _PART_OF_HEAD.fullmatch(part)):
            return Flaw(offset, number, "it is cut short", True, len(data) - offset)
    if end < 0:
        return _damage(data, offset, number, "it does not begin as a record")
    return _damage(data, offset, number, "it does not end where it says")


def _damage(data: bytes, offset: int, number: int, what: str) -> Flaw:
    line = data.find(b"\n", offset)
    resume = None if line < 0 or line + 1 >= len(data) else line + 1
    return Flaw(offset, number, what, False, (resume or len(data)) - offset, resume)


def _step(item: Any) -> Step:
    match item:
        case [str(table), int(doc_id), dict(row)]:
            return Row(table, doc_id, dump(row))
        case [str(table), int(doc_id), None]:
            return Row(table, doc_id, None)
        case [str(table), None, bool() | int() as change]:
            return Whole(table, change)
        case [None, str(action), str(name)]:
            return Kept(Keeping(action), name)
    raise ValueError(f"not a step: {str(item)[:60]}")
