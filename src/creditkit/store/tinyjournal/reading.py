"""Reading base and journals strictly: whatever is not as it was written is an error that says where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from creditkit.errors import DataFileError

from .base import (
    SNAPSHOTS,
    Base,
    Content,
    Rows,
    damaged,
    find_last,
    how_to_save,
    is_sound,
    read_last,
    snapshots_of,
    take_lines,
    unsealed,
)
from .disk import journal_path, journals
from .plain import read_plain
from .record import Flaw, decode, frame, scan
from .replay import Replay

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What base and journals say together, and the last journal: its path, number and end.

    `older` is what the journals before it take, in bytes.
    """

    content: Content
    snapshots: dict[str, Content]
    last: Path | None
    number: int
    end: int
    older: int


def read_base(path: Path) -> Base:
    """The base of a path; an empty one where there is no file. Raises `DataFileError`."""
    try:
        return _read(path)
    except FileNotFoundError:
        return Base(None, Content(), {}, 0)
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}", "look at its permissions") from error


def _read(path: Path) -> Base:
    size = path.stat().st_size
    last = find_last(path, size)
    if last is None:
        return read_plain(path, size)
    line, begin = last
    meta, whole = read_last(path, line, begin)
    content = Content(next_ids=dict(meta.next_ids))
    rows: Rows = {}
    offset = 0
    with path.open("rb") as stream:
        for length, checksum in meta.blocks or [(begin, whole)]:
            block = stream.read(length)
            sealed = crc32(block) if meta.blocks else crc32(unsealed(line), crc32(block))
            if sealed != checksum:
                raise _in_block(path, offset, block)
            rows = take_lines(content, rows, block)
            offset += length
    if offset != begin:
        raise damaged(path, offset)
    kept = content.tables.pop(SNAPSHOTS, {})
    return Base(meta, content, snapshots_of(content, kept.values()), size)


def _in_block(path: Path, offset: int, block: bytes) -> DataFileError:
    """The error for a part of a base whose checksum does not fit, or for a line in it that is none."""
    at = offset
    for line in block.splitlines(keepends=True):
        if not is_sound(line):
            return damaged(path, at)
        at += len(line)
    return damaged(path, offset, f"the checksum of the {len(block):,} bytes from there does not fit")


def read_journals(path: Path, base: Base, warn: Warn) -> Found:
    """Read the journals that follow upon a base. Raises `DataFileError` for damage.

    What was cut short at the end of the last one is left out, and `warn` is told.
    """
    generation = base.meta.generation if base.meta else 1
    replay = Replay(base.content, base.snapshots)
    found = [each for each in journals(path) if each[0] >= generation]
    if base.meta and base.meta.journal and not found:
        raise _missing(path, generation)
    older = end = 0
    for at, (number, file) in enumerate(found):
        if base.meta is None or number != generation + at:
            raise _foreign(path, file)
        data = file.read_bytes()
        older += end
        last = at == len(found) - 1
        end, ended = take_journal(replay, file, data, (base.meta.database, number), last)
        if ended and last:
            raise _missing(path, number + 1)
        if last and end < len(data):
            warn(
                f"{file}: the last record, at byte {end}, was cut short; its {len(data) - end} bytes are "
                "dropped, all records before it are kept"
            )
    at_last = found[-1][1] if found else None
    return Found(replay.live, replay.snapshots, at_last, generation + len(found) - 1, end, older)


def take_journal(
    replay: Replay, path: Path, data: bytes, identity: tuple[str, int], last: bool
) -> tuple[int, bool]:
    """Take the records of one journal; where the whole ones end, and whether it says that another follows.

    Raises `DataFileError` for damage.
    """
    end, ended = 0, False
    for number, item in enumerate(scan(data), 1):
        if isinstance(item, Flaw):
            if item.cut and (last or is_part_of_end(data[item.offset :], identity[1])):
                return item.offset, ended
            raise damage(path, item.offset, number, item.what)
        try:
            if number == 1:
                if not header_matches(item.payload, identity):
                    raise ValueError("it belongs to another file")
            elif item.payload == goes_on(identity[1] + 1):
                ended = True
            else:
                replay.take(decode(item.payload))
        except (ValueError, KeyError, TypeError) as error:
            raise damage(path, item.offset, number, str(error)) from None
        end = item.offset + item.length
    if not end and not last:
        raise damage(path, 0, 1, "its header is missing")
    return end, ended


def header_matches(header: Any, identity: tuple[str, int]) -> bool:
    """Whether this is the header of that journal of that database."""
    return isinstance(header, dict) and (header.get("database"), header.get("journal")) == identity


def goes_on(number: int) -> dict[str, int]:
    """The payload at the end of a journal upon which that one follows."""
    return {"next": number}


def is_part_of_end(tail: bytes, number: int) -> bool:
    """Whether this, at the end of that journal, is a part of its last record, which says that it goes on."""
    return frame(orjson.dumps(goes_on(number + 1))).startswith(tail.rstrip(b"\0"))


def damage(path: Path, offset: int, number: int, what: str) -> DataFileError:
    """The error for a journal that is not as it was written."""
    file = path.name.rsplit(".", 2)[0]
    return DataFileError(
        f"{path}: damaged at byte {offset}, in record {number}: {what}",
        how_to_save(path.with_name(file)),
    )


def _missing(path: Path, number: int) -> DataFileError:
    return DataFileError(
        f"{path}: its journal {journal_path(path, number)} is missing, and in it what was written last",
        f"put it back beside the file, or go on without it: {how_to_save(path)}",
    )


def _foreign(path: Path, journal: Path) -> DataFileError:
    return DataFileError(
        f"{journal}: does not follow upon {path}: one of the two was replaced, or a journal is missing",
        f"put back the files that belong together, or {how_to_save(path)}",
    )
