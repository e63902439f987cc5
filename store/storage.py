"""A TinyDB storage that keeps its data in memory and replaces the file whole, so that a kill never tears it.

The file is ordinary TinyDB JSON: `tinydb.TinyDB(path)` opens it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Any

import orjson
from tinydb import Storage

from creditkit.errors import DataFileError

from .lock import FileLock

Data = dict[str, dict[str, Any]]


class FileStorage(Storage):
    """The data of one file, read once and held under a lock until `close`.

    A write goes to a temporary file beside the real one, is forced to disk, and takes the real one's place
    in one step; memory changes only after that. Raises `DataFileError` for whatever stands in the way.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path.expanduser().resolve()  # of a link, the file it leads to is replaced
        self._temporary = self.path.with_name(f".{self.path.name}.tmp")
        _check_place(self.path)
        self._lock = FileLock(self.path)
        try:
            self._data = _load(self.path)
        except BaseException:
            self._lock.release()
            raise

    def read(self) -> Data | None:
        """All tables, None while nothing has been written. Not a copy: it is changed by `write` only."""
        return self._data

    def write(self, data: Data) -> None:
        """Put all tables in the file, then in memory."""
        try:
            with self._temporary.open("wb") as stream:
                if self.path.exists():
                    self._temporary.chmod(stat.S_IMODE(self.path.stat().st_mode))
                stream.write(orjson.dumps(data))
                stream.flush()
                os.fsync(stream.fileno())
            self._temporary.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)
            raise DataFileError(
                f"{self.path}: cannot be written: {error.strerror}",
                "the file holds what was there before; look at the free space and permissions of its folder",
            ) from error
        _sync_folder(self.path.parent)
        self._data = data

    def close(self) -> None:
        """Let another process open the file."""
        self._lock.release()


def _check_place(path: Path) -> None:
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
            "every write replaces the file, so the folder must be writable too",
        )


def _load(path: Path) -> Data | None:
    """What the file holds; None if it is empty or does not exist."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}", "look at its permissions") from error
    if not content.strip():
        return None
    hint = "name another file, or move this one away to start again from the seed"
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise DataFileError(f"{path}:{error.lineno}: not JSON: {error.msg}", hint) from error
    if not isinstance(data, dict) or not all(isinstance(table, dict) for table in data.values()):
        raise DataFileError(f"{path}: JSON, but not a TinyDB database", hint)
    return data


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a loss of power, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
