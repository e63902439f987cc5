"""An advisory lock beside a file, which dies with the process that holds it."""

from __future__ import annotations

import os
from pathlib import Path

from creditkit.errors import DataFileError

try:
    import fcntl
except ImportError:  # Windows has no flock: two processes there are not kept apart
    fcntl = None  # type: ignore[assignment]


class FileLock:
    """The lock `PATH.lock` of `path`, taken at once and held until `release`.

    The lock file holds its holder's process id. It stays when the lock is released: to delete it would let
    a third process lock a new file while a second one still waits for the old. Raises `DataFileError` when
    the lock is held.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None if fcntl is None else self._take(path.with_name(path.name + ".lock"))

    def release(self) -> None:
        """Give the lock back; a second time does no harm."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _take(self, lock: Path) -> int:
        handle: int | None = None
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        except BlockingIOError as error:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() if handle is not None else ""
            self._abandon(handle)
            raise DataFileError(
                f"{self._path}: in use by process {holder or 'unknown'}",
                "stop that process, or name another data file",
            ) from error
        except OSError as error:
            self._abandon(handle)
            raise DataFileError(
                f"{self._path}: cannot be locked: {lock}: {error.strerror}",
                "look at the permissions of the lock file and its folder",
            ) from error
        return handle

    @staticmethod
    def _abandon(handle: int | None) -> None:
        if handle is not None:
            os.close(handle)
