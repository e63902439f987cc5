"""What stands in the files of a database, sound or not, and how to save what can be saved.

Nothing here takes a lock or changes the files, so it works while a process has them open.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from creditkit.errors import DataFileError, UsageError

from .base import Base, Meta, lines
from .disk import journal_path, journals, write_base
from .reading import goes_on, header_matches, is_part_of_end, read_base
from .record import Flaw, decode, scan
from .replay import Replay, build
from .salvage import Damage as Damage
from .salvage import salvage

_TRIES = 20
_MISSING = "this journal is missing, and in it what was written last"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the files of a database say. `documents` counts them by table; sizes are in bytes.

    `cut` is a last record that was cut short: opening drops it, and nothing that was acknowledged is lost.
    """

    path: Path
    generation: int
    documents: Mapping[str, int]
    snapshots: tuple[str, ...]
    base_size: int
    journal_size: int
    damage: tuple[Damage, ...]
    cut: Damage | None

    @property
    def sound(self) -> bool:
        """Whether the files open."""
        return not self.damage


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair saved in which file, and what it could not."""

    path: Path
    documents: Mapping[str, int]
    snapshots: tuple[str, ...]
    lost: tuple[Damage, ...]


@dataclass(slots=True)
class _Survey:
    """Everything that can be read."""

    base: Base
    replay: Replay
    journal_size: int = 0
    damage: list[Damage] = field(default_factory=list)
    cut: Damage | None = None


def check(path: Path) -> Inspection:
    """Look at the files of a database. Raises `DataFileError` if there are none, or they cannot be read."""
    return read_documents(path)[0]


def read_documents(path: Path) -> tuple[Inspection, Mapping[str, Mapping[int, bytes]]]:
    """What `check` finds, and each document that can be read, as JSON, by table and id. Raises as `check`."""
    survey = _survey(path.expanduser().resolve())
    live = survey.replay.live
    inspection = Inspection(
        path,
        survey.base.meta.generation if survey.base.meta else 0,
        {name: len(rows) for name, rows in live.tables.items()},
        tuple(survey.replay.snapshots),
        survey.base.size,
        survey.journal_size,
        tuple(survey.damage),
        survey.cut,
    )
    return inspection, live.tables


def repair(path: Path, to: Path) -> Repaired:
    """Write what can be saved to a new file, which opens. The original is not touched.

    Raises `UsageError` if `to` exists, `DataFileError` if nothing can be read or written.
    """
    survey = _survey(path.expanduser().resolve())
    live = survey.replay.live
    state, kept = build(path, {}, live, survey.replay.snapshots, known=True)
    try:
        with to.open("xb", buffering=0) as stream:
            write_base(stream.fileno(), state, lines(state, kept), Meta(os.urandom(16).hex(), 1, False))
    except FileExistsError:
        raise UsageError(f"{to}: exists already", "name a file that does not exist yet") from None
    except OSError as error:
        to.unlink(missing_ok=True)
        raise DataFileError(f"{to}: cannot be written: {error.strerror}", "name another file") from error
    lost = [*survey.damage, *([survey.cut] if survey.cut else [])]
    return Repaired(to, {name: len(table) for name, table in state.tables.items()}, tuple(kept), tuple(lost))


def _survey(path: Path) -> _Survey:
    """Read base and journals; once more if a compaction or a write went on meanwhile."""
    if not path.is_file() and not (path.parent.is_dir() and journals(path)):
        raise DataFileError(f"{path}: there is no such file", "name the data file, not one of its journals")
    for attempt in range(_TRIES):
        before = _identity(path)
        try:
            survey = _read(path)
        except FileNotFoundError:
            survey = None
        except OSError as error:
            raise DataFileError(
                f"{path}: cannot be read: {error.strerror}: {error.filename}",
                "look at the permissions of the file, its journals and their folder",
            ) from error
        if survey is not None and before == _identity(path) and not (survey.cut and attempt < 2):
            return survey
        time.sleep(0.01)
    raise DataFileError(f"{path}: changes faster than it can be read", "try again")


def _identity(path: Path) -> tuple[int, ...]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return ()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _read(path: Path) -> _Survey:
    damage: list[Damage] = []
    try:
        base = read_base(path)
    except DataFileError:
        base = salvage(path, damage)
    found = journals(path)
    generation = base.meta.generation if base.meta else found[0][0] if found else 1
    found = [each for each in found if each[0] >= generation]
    survey = _Survey(base, Replay(base.content, base.snapshots), damage=damage)
    if base.meta and base.meta.journal and not found:
        damage.append(Damage(journal_path(path, generation), 0, _MISSING))
    for at, (number, file) in enumerate(found):
        if number != (found[at - 1][0] + 1 if at else generation):
            damage.append(Damage(file, 0, "a journal before this one is missing"))
        data = file.read_bytes()
        survey.journal_size += len(data)
        ended = _take(survey, file, data, number, last=at == len(found) - 1)
        if ended and at == len(found) - 1:
            damage.append(Damage(journal_path(path, number + 1), 0, _MISSING))
    return survey


def _take(survey: _Survey, file: Path, data: bytes, number: int, *, last: bool) -> bool:
    """Take what is whole in one journal, and note what is not; whether it says that another follows."""
    ended = False
    offset: int | None = 0
    count = 1
    while offset is not None:
        start, offset = offset, None
        for item in scan(data, start, count):
            count += 1
            if isinstance(item, Flaw):
                found = Damage(file, item.offset, f"record {item.number}: {item.what}")
                if item.cut and last:
                    survey.cut = found
                elif not (item.cut and is_part_of_end(data[item.offset :], number)):
                    survey.damage.append(found)
                offset = item.resume
                break
            try:
                if item.payload == goes_on(number + 1):
                    ended = True
                elif isinstance(item.payload, dict):
                    _check_header(survey.base.meta, item.payload, number)
                else:
                    survey.replay.take(decode(item.payload))
            except (ValueError, KeyError) as error:
                survey.damage.append(Damage(file, item.offset, f"record {count - 1}: {error}"))
    return ended


def _check_header(meta: Meta | None, header: Mapping[str, Any], number: int) -> None:
    if meta is not None and not header_matches(header, (meta.database, number)):
        raise ValueError("this journal belongs to another file")
