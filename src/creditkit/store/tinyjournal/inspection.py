"""What the files of a database hold, sound or not, and how to save what can be saved.

For `creditkit store`. Nothing here takes a lock or changes the files, so it works while a process has them
open.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from creditkit.errors import DataFileError, UsageError

from .base import Meta, write_base
from .journal import journals
from .reading import Damage as Damage
from .reading import Survey, build, read

_TRIES = 20
"""How often files that change while they are read are read again, a hundredth of a second apart."""


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


def check(path: Path) -> Inspection:
    """Look at the files of a database. Raises `DataFileError` if there are none, or they cannot be read."""
    return read_documents(path)[0]


def read_documents(path: Path) -> tuple[Inspection, Mapping[str, Mapping[int, bytes]]]:
    """What `check` finds, and each document that can be read, as JSON, by table and id. Raises as `check`."""
    survey = _survey(path.expanduser().resolve())
    live = survey.replay.live
    inspection = Inspection(
        path,
        survey.meta.generation if survey.meta else 0,
        {name: len(rows) for name, rows in live.tables.items()},
        tuple(survey.replay.snapshots),
        survey.base_size,
        survey.older + survey.end,
        tuple(survey.damage),
        survey.cut,
    )
    return inspection, live.tables


def repair(path: Path, to: Path) -> Repaired:
    """Write what can be saved to a new file, which opens. The original is not touched.

    Raises `UsageError` if `to` exists, `DataFileError` if nothing can be read or written.
    """
    survey = _survey(path.expanduser().resolve())
    state, kept = build(path, {}, survey.replay.live, survey.replay.snapshots, known=True)
    try:
        with to.open("xb", buffering=0) as stream:
            write_base(stream.fileno(), state, kept, Meta(os.urandom(16).hex(), 1, False))
    except FileExistsError:
        raise UsageError(f"{to}: exists already", "name a file that does not exist yet") from None
    except OSError as error:
        to.unlink(missing_ok=True)
        raise DataFileError(f"{to}: cannot be written: {error.strerror}", "name another file") from error
    lost = [*survey.damage, *([survey.cut] if survey.cut else [])]
    return Repaired(to, {name: len(table) for name, table in state.tables.items()}, tuple(kept), tuple(lost))


def _survey(path: Path) -> Survey:
    """Read base and journals; once more if a compaction or a write went on meanwhile."""
    if not path.is_file() and not (path.parent.is_dir() and journals(path)):
        raise DataFileError(f"{path}: there is no such file", "name the data file, not one of its journals")
    for attempt in range(_TRIES):
        before, damage = _identity(path), list[Damage]()
        try:
            survey = read(path, damage.append)
            survey.damage = damage
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
