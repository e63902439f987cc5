"""What the file system is asked for: names, writing, and waiting for the disk."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from zlib import crc32

from creditkit.errors import DataFileError

from .base import end

SLICE = 1 << 18
"""How many bytes of a base are written at a time."""
SLICES_PER_SYNC = 32
"""After how many slices the disk is waited for, so that the last wait is not for all of them."""


def journal_path(path: Path, number: int) -> Path:
    """The path of a journal of that base."""
    return path.with_name(f"{path.name}.{number}.journal")


def journals(path: Path) -> list[tuple[int, Path]]:
    """The journals of a base, in order."""
    pattern = re.compile(re.escape(path.name) + r"\.([1-9][0-9]*)\.journal")
    found = ((pattern.fullmatch(each.name), each) for each in path.parent.iterdir())
    return sorted((int(match[1]), each) for match, each in found if match)


def mode_of(path: Path, default: int) -> int:
    """The permission bits of a file; `default` where there is none."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return default


def write_lines(handle: int, lines: Iterable[bytes]) -> int:
    """Write a base, with its checksum, and wait for the disk; its size. Raises OSError."""
    size = crc = 0
    for count, piece in enumerate(_slices(lines), 1):
        crc = crc32(piece, crc)
        size += _write_all(handle, piece)
        if count % SLICES_PER_SYNC == 0:
            datasync(handle)
    size += _write_all(handle, end(crc))
    os.fsync(handle)
    return size


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk, where the system lets one."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def datasync(handle: int) -> None:
    """Wait until what was written is on disk."""
    getattr(os, "fdatasync", os.fsync)(handle)


def _slices(lines: Iterable[bytes]) -> Iterator[bytes]:
    part: list[bytes] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line)
        if size >= SLICE:
            yield b"".join(part)
            part, size = [], 0
    yield b"".join(part)


def _write_all(handle: int, piece: bytes) -> int:
    view = memoryview(piece)
    while view:
        view = view[os.write(handle, view) :]
    return len(piece)


def check_place(path: Path) -> None:
    """Refuse a path at which no file can be kept."""
    if not path.parent.is_dir():
        raise DataFileError(f"{path}: there is no folder {path.parent}", f"create it: mkdir -p {path.parent}")
    if path.exists() and not path.is_file():
        raise DataFileError(f"{path}: not a regular file", "name a file; it is created if it does not exist")
    if path.exists() and not os.access(path, os.W_OK):
        raise DataFileError(f"{path}: cannot be written", "make it writable, or name another file")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise DataFileError(
            f"{path}: the folder {path.parent} cannot be written",
            "journals stand beside the file, so the folder must be writable too",
        )
