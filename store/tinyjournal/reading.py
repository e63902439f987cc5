"""Reading base and journals strictly: whatever is not as it was written is an error that says where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from creditkit.errors import DataFileError

from .base import Base, Content, how_to_save, read
from .disk import journals
from .record import Flaw, decode, scan
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


def read_journals(path: Path, base: Base, warn: Warn) -> Found:
    """Read the journals that follow upon a base. Raises `DataFileError` for damage.

    What was cut short at the end of the last one is left out, and `warn` is told.
    """
    generation = base.meta.generation if base.meta else 1
    replay = Replay(base.content, base.snapshots)
    found = [each for each in journals(path) if each[0] >= generation]
    older = end = 0
    for at, (number, file) in enumerate(found):
        if base.meta is None or number != generation + at:
            raise _foreign(path, file)
        data = file.read_bytes()
        older += end
        end = take_journal(replay, file, data, (base.meta.database, number), at == len(found) - 1)
        if end < len(data):
            warn(
                f"{file}: the last record, at byte {end}, was cut short; its {len(data) - end} bytes are "
                "dropped, all records before it are kept"
            )
    last = found[-1][1] if found else None
    return Found(replay.live, replay.snapshots, last, generation + len(found) - 1, end, older)


def take_journal(replay: Replay, path: Path, data: bytes, identity: tuple[str, int], last: bool) -> int:
    """Take the records of one journal; where the whole ones end. Raises `DataFileError` for damage."""
    end = 0
    for number, item in enumerate(scan(data), 1):
        if isinstance(item, Flaw):
            if item.cut and last:
                return item.offset
            raise damage(path, item.offset, number, item.what)
        try:
            if number == 1:
                if not header_matches(item.payload, identity):
                    raise ValueError("it belongs to another file")
            else:
                replay.take(decode(item.payload))
        except (ValueError, KeyError, TypeError) as error:
            raise damage(path, item.offset, number, str(error)) from None
        end = item.offset + item.length
    if not end and not last:
        raise damage(path, 0, 1, "its header is missing")
    return end


def header_matches(header: Any, identity: tuple[str, int]) -> bool:
    """Whether this is the header of that journal of that database."""
    return isinstance(header, dict) and (header.get("database"), header.get("journal")) == identity


def damage(path: Path, offset: int, number: int, what: str) -> DataFileError:
    """The error for a journal that is not as it was written."""
    file = path.name.rsplit(".", 2)[0]
    return DataFileError(
        f"{path}: damaged at byte {offset}, in record {number}: {what}",
        how_to_save(path.with_name(file)),
    )


def _foreign(path: Path, journal: Path) -> DataFileError:
    return DataFileError(
        f"{journal}: does not follow upon {path}: one of the two was replaced, or a journal is missing",
        f"put back the files that belong together, or {how_to_save(path)}",
    )


def read_base(path: Path) -> Base:
    """The base of a path; an empty one where there is no file. Raises `DataFileError`."""
    try:
        return read(path)
    except FileNotFoundError:
        return Base(None, Content(), {}, 0)
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}", "look at its permissions") from error
