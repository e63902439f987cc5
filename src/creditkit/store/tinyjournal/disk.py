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

from .base import BLOCK, MOST_BLOCKS, Meta, last_line
from .state import State

BLOCKS_PER_SYNC = 128
"""After how many blocks the disk is waited for, so that the last wait is not for all of them."""


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


def write_base(handle: int, state: State, pieces: Iterable[bytes], meta: Meta) -> int:
    """Write the `lines` of a base and their last one, and wait for the disk; its size. Raises OSError."""
    size = 0
    blocks: list[tuple[int, int]] = []
    for piece in _blocks(pieces, max(BLOCK, state.size // MOST_BLOCKS)):
        blocks.append((len(piece), crc32(piece)))
        size += _write_all(handle, piece)
        if len(blocks) % BLOCKS_PER_SYNC == 0:
            datasync(handle)
    size += _write_all(handle, last_line(state, meta, blocks))
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


def overwrite(path: Path, offset: int, byte: bytes) -> None:
    """Write one byte into a file as it stands, and wait for the disk. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.pwrite(handle, byte, offset)
        os.fsync(handle)
    finally:
        os.close(handle)


def datasync(handle: int) -> None:
    """Wait until what was written is on disk."""
    getattr(os, "fdatasync", os.fsync)(handle)


def _blocks(pieces: Iterable[bytes], least: int) -> Iterator[bytes]:
    """The same, so many bytes at a time."""
    part: list[bytes] = []
    size = 0
    for piece in pieces:
        part.append(piece)
        size += len(piece)
        if size >= least:
            yield b"".join(part)
            part, size = [], 0
    if part:
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
