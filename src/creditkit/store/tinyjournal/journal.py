r"""The journal: what has changed since the base was written, one record in each line of FILE.N.journal.

::

    crc32 number length payload\n
    5d3c8f1a 17 37 [["credits",17,{"value":"10.00"}]]

The checksum, eight hexadecimal digits, covers all that follows it. Records are numbered from 1 in each
journal, so that one that is missing, doubled or exchanged is noticed. A payload is a list of steps:

    ["credits", 17, {...}]            the document with that id is now this one
    ["credits", 17, null]             there is no document with that id any more
    ["credits", null, true]           the table is there and empty, as if new
    ["credits", null, false]          there is no such table any more
    ["credits", null, 18]             the next new document gets this id
    [null, "snapshot", "before"]      keep what holds now under a name; "restore" and "forget" likewise

The first record is the header, an object with the database and the number of the journal. The last record of
a journal that another follows is `{"next": N}`. Journals of earlier releases have no record numbers.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any
from zlib import crc32

import orjson

from creditkit.errors import DataFileError

from .document import dump
from .states import Row


class Keeping(StrEnum):
    """What a step does with a snapshot."""

    SNAPSHOT = "snapshot"
    RESTORE = "restore"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Whole:
    """A step about a whole table: emptied (True), dropped (False), or its next id, a number."""

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
    """A record that was read: where it begins and ends, its number (None in old journals), its payload."""

    offset: int
    end: int
    number: int | None
    payload: Any


@dataclass(frozen=True, slots=True)
class Flaw:
    """A place that is no record. `cut` tells a record cut short at the end from damage.

    `resume` is where the next line begins; None if there is none.
    """

    offset: int
    what: str
    cut: bool = False
    resume: int | None = None


_HEAD = re.compile(rb"([0-9a-f]{8}) (?:([1-9][0-9]{0,17}) )?(0|[1-9][0-9]{0,11}) (?=[\[{])")
_PART_OF_HEAD = re.compile(rb"[0-9a-f]{0,8}|[0-9a-f]{8} ([1-9][0-9]{0,17}( (0|[1-9][0-9]{0,11})? ?)?)?")


def frame(number: int, payload: bytes) -> bytes:
    """The line of a payload."""
    line = b"%d %d %b" % (number, len(payload), payload)
    return b"%08x %b\n" % (crc32(line), line)


def encode(steps: Sequence[Step]) -> bytes:
    """The payload of a change."""
    return b"[%b]" % b",".join(map(_encoded, steps))


def _encoded(step: Step) -> bytes:
    if isinstance(step, Row):
        row = b"null" if step.row is None else step.row
        return b"[%b,%d,%b]" % (orjson.dumps(step.table), step.doc_id, row)
    if isinstance(step, Whole):
        return orjson.dumps([step.table, None, step.change])
    return orjson.dumps([None, step.action, step.name])


def decode(payload: Any) -> list[Step]:
    """The steps of a payload. Raises ValueError for anything else."""
    if not isinstance(payload, list):
        raise ValueError("not a list of steps")
    return [_decoded(item) for item in payload]


def _decoded(item: Any) -> Step:
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


def scan(data: bytes, start: int = 0) -> Iterator[Record | Flaw]:
    """The records from `start` on, and a `Flaw` where reading stops before the end."""
    offset = start
    while offset < len(data):
        head = _HEAD.match(data, offset)
        end = head.end() + int(head[3]) if head else -1
        if head is None or data[end : end + 1] != b"\n":
            yield _flaw(data, offset, end)
            return
        if int(head[1], 16) != crc32(memoryview(data)[offset + 9 : end]):
            yield _damage(data, offset, "its checksum does not fit")
            return
        try:
            payload = orjson.loads(memoryview(data)[head.end() : end])
        except orjson.JSONDecodeError as error:
            yield _damage(data, offset, f"it is not JSON: {error.msg}")
            return
        yield Record(offset, end + 1, int(head[2]) if head[2] else None, payload)
        offset = end + 1


def _flaw(data: bytes, offset: int, end: int) -> Flaw:
    """What is wrong where no whole record begins; `end` is where its payload should end, -1 if unknown.

    A write that was cut short leaves less than a record and no line break; a loss of power may leave NULs
    behind it. Everything else is damage.
    """
    tail = data[offset:].rstrip(b"\0")
    if b"\n" not in tail and (
        len(tail) + offset <= end or (end < 0 and (_PART_OF_HEAD.fullmatch(tail) or not tail))
    ):
        return Flaw(offset, "it is cut short", cut=True)
    return _damage(data, offset, "it does not " + ("begin as a record" if end < 0 else "end where it says"))


def _damage(data: bytes, offset: int, what: str) -> Flaw:
    line = data.find(b"\n", offset)
    return Flaw(offset, what, resume=None if line < 0 or line + 1 >= len(data) else line + 1)


def is_header(payload: Any, database: str, journal: int) -> bool:
    """Whether a payload is the header of that journal of that database."""
    return isinstance(payload, dict) and payload == {"database": database, "journal": journal}


def is_part_of_end(tail: bytes, number: int, journal: int) -> bool:
    """Whether a tail is a part of the record, of that number, that says which journal follows."""
    end = frame(number, orjson.dumps({"next": journal + 1}))
    return end.startswith(tail.rstrip(b"\0"))


class Journal:
    """The journal that is written to: `number`, the place where it ends, and the number of its next record.

    `older` are the bytes of the journals before it. The caller keeps writers apart: `append` and `cut` are
    called by one thread at a time. `refusal` is why nothing is written any more, if that is so.
    """

    def __init__(self, path: Path, database: str, number: int) -> None:
        self.number, self.end, self.older, self.following = number, 0, 0, 1
        self.refusal: DataFileError | None = None
        self._path = path
        self._database = database
        self._handle: int | None = None
        self._retiring: list[tuple[int, bytes]] = []
        self._unnamed = False
        self._disk = Lock()

    @property
    def is_open(self) -> bool:
        """Whether there is a journal to append to."""
        return self._handle is not None

    @property
    def size(self) -> int:
        """How many bytes the journals take."""
        return self.older + self.end

    @property
    def has_changes(self) -> bool:
        """Whether there is a record besides a header."""
        return self.older > 0 or self.following > 2

    def append(self, payload: bytes) -> None:
        """Write one record with one write(2). Raises `DataFileError`; the caller then cuts back."""
        if self.refusal is not None:
            raise self.refusal
        assert self._handle is not None
        line = frame(self.following, payload)
        try:
            written = os.write(self._handle, line)
        except OSError as error:
            raise unwritable(self._path, error.strerror) from error
        if written != len(line):
            raise unwritable(self._path, "no space left for the whole record")
        self.end += written
        self.following += 1

    def cut(self, end: int, following: int) -> None:
        """Take back what was written behind a place; if even that fails, refuse all further writes."""
        self.end, self.following = end, following
        if self._handle is None:
            return
        try:
            os.ftruncate(self._handle, end)
        except OSError as error:
            self._refuse(f"a record that was not finished cannot be taken back: {error.strerror}")

    def begin(self, confirm: Callable[[], None] | None) -> None:
        """Begin the next journal, and write to it from now on.

        `confirm` is called when the disk has it, before anything is written to it. Raises `DataFileError`;
        the journal before then goes on.
        """
        path = journal_path(self._path, self.number + 1)
        about = {"database": self._database, "journal": self.number + 1}
        header = frame(1, orjson.dumps(about))
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
        handle: int | None = None
        try:
            handle = os.open(path, flags, 0o600)
            with contextlib.suppress(FileNotFoundError):
                os.fchmod(handle, self._path.stat().st_mode & 0o777)
            if os.write(handle, header) != len(header):
                raise OSError(None, "no space left for a new journal")
            if confirm is not None:
                datasync(handle)
                sync_folder(self._path.parent)
                confirm()
        except OSError as error:
            if handle is not None:
                os.close(handle)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise unwritable(self._path, error.strerror) from error
        if self._handle is not None:
            self._retiring.append(
                (self._handle, frame(self.following, orjson.dumps({"next": self.number + 1})))
            )
        self._handle = handle
        self.older += self.end
        self.number, self.end, self.following = self.number + 1, len(header), 2
        self._unnamed = True

    def go_on(self, end: int, following: int) -> None:
        """Go on at that place of the journal with the present number."""
        self._handle = os.open(
            journal_path(self._path, self.number), os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
        )
        self.end, self.following = end, following
        os.ftruncate(self._handle, end)

    def retire(self) -> None:
        """Note in each journal before the last which one follows, wait for the disk, and close it.

        Raises `DataFileError`.
        """
        with self._disk:
            try:
                self._sync_name()
                while self._retiring:
                    handle, last = self._retiring[0]
                    os.write(handle, last)
                    datasync(handle)
                    os.close(handle)
                    del self._retiring[0]
            except OSError as error:
                raise self._unsure(error) from error

    def flush(self) -> None:
        """Wait until everything written is on disk. Raises `DataFileError`, as do then all later writes."""
        with self._disk:
            if self.refusal is not None:
                raise self.refusal
            try:
                self._sync_name()
                for handle in [each for each, _ in self._retiring] + [self._handle]:
                    if handle is not None:
                        datasync(handle)
            except OSError as error:
                raise self._unsure(error) from error

    def close(self) -> None:
        """Write to no journal any more; all of them are then older ones."""
        with self._disk:
            for handle in [each for each, _ in self._retiring] + [self._handle]:
                if handle is not None:
                    os.close(handle)
            self._retiring, self._handle = [], None
        self.older, self.end = self.older + self.end, 0

    def _sync_name(self) -> None:
        """Wait until the name of a new journal is on disk: without it its records are not."""
        if self._unnamed:
            self._unnamed = False
            sync_folder(self._path.parent)

    def _unsure(self, error: OSError) -> DataFileError:
        return self._refuse(f"the disk did not confirm what was written: {error.strerror}")

    def _refuse(self, reason: str) -> DataFileError:
        """Refuse every write from now on, because what the disk holds is no longer known."""
        self.refusal = DataFileError(
            f"{self._path}: no more is written: {reason}",
            "stop, look at the disk, and open the file again: all that was acknowledged before is there",
        )
        return self.refusal


def journal_path(path: Path, number: int) -> Path:
    """The path of a journal of that base."""
    return path.with_name(f"{path.name}.{number}.journal")


def journals(path: Path) -> list[tuple[int, Path]]:
    """The journals of a base, in order."""
    pattern = re.compile(re.escape(path.name) + r"\.([1-9][0-9]*)\.journal")
    found = ((pattern.fullmatch(each.name), each) for each in path.parent.iterdir())
    return sorted((int(match[1]), each) for match, each in found if match)


def unwritable(path: Path, reason: str | None) -> DataFileError:
    """The error for a change of which nothing was kept."""
    return DataFileError(
        f"{path}: cannot be written: {reason}",
        "nothing of this change was kept; look at the free space and permissions of its folder",
    )


def datasync(handle: int) -> None:
    """Wait until what was written is on disk."""
    getattr(os, "fdatasync", os.fsync)(handle)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk, where the system allows it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
