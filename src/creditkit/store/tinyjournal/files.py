"""The files of one database: FILE, the base, and FILE.N.journal, what has changed since.

::

    opening      the base, then every journal from its generation on, in order
    writing      one write(2) of one record at the end of the last journal
    compaction   a new journal, then a new base, then the old journals go

A journal that goes missing is noticed: the base says that there must be one, and a journal that another
follows says so in its last record.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

from creditkit.errors import DataFileError

from .base import MARK, Content, Meta, write_base
from .journal import Journal, journals, sync_folder, unwritable
from .reading import Damage, Replay, read
from .states import State

try:
    import fcntl
except ImportError:  # Windows has no flock: two processes there are not kept apart
    fcntl = None  # type: ignore[assignment]

Warn = Callable[[str], None]


class FileLock:
    """The lock `PATH.lock` of `path`, taken at once and held until `release`; it dies with the process.

    The lock file holds its holder's process id. It stays when the lock is released: to delete it would let a
    third process lock a new file while a second one still waits for the old. Raises `DataFileError` when the
    lock is held.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None
        if fcntl is not None:
            self._take(path.with_name(path.name + ".lock"))

    def release(self) -> None:
        """Give the lock back; a second time does no harm."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _take(self, lock: Path) -> None:
        try:
            self._handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()}\n".encode("ascii"), 0)
        except BlockingIOError as error:
            holder = os.pread(self._handle or 0, 32, 0).decode("ascii", "replace").strip()
            self.release()
            raise DataFileError(
                f"{self._path}: in use by process {holder or 'unknown'}",
                "stop that process, or name another data file",
            ) from error
        except OSError as error:
            self.release()
            raise DataFileError(
                f"{self._path}: cannot be locked: {lock}: {error.strerror}",
                "look at the permissions of the lock file and its folder",
            ) from error


class Files:
    """The files of one database, held under a lock until `close`.

    `journal` is where changes are written. `replay` is what was read, until `forget`; `known` is whether
    there was a base. `warn` is told of a last record that was cut short.
    """

    def __init__(self, path: Path, warn: Warn) -> None:
        self.path = path.expanduser().resolve()  # of a link, the file that it leads to is used
        self.warn = warn
        _check_place(self.path)
        self._lock = FileLock(self.path)
        try:
            self._open()
        except OSError as error:
            self._lock.release()
            raise DataFileError(
                f"{self.path}: cannot be opened: {error.strerror}: {error.filename}",
                "look at the permissions of the file, its journals and their folder",
            ) from error
        except BaseException:
            self._lock.release()
            raise

    def _open(self) -> None:
        self._temporary.unlink(missing_ok=True)

        def refuse(damage: Damage) -> NoReturn:
            raise damage.error(self.path)

        survey = read(self.path, refuse)
        meta = survey.meta
        self.replay, self.base_size, self.known = survey.replay, survey.base_size, meta is not None
        self.database = meta.database if meta else uuid4().hex
        self.generation = meta.generation if meta else 1
        self._marked = meta is not None and meta.journal
        self._can_be_marked = meta is not None and bool(meta.blocks)
        if survey.cut is not None:
            self.warn(
                f"{survey.cut.file}: the last record, at byte {survey.cut.offset}, was cut short; its "
                f"{survey.cut_bytes} bytes are dropped, all records before it are kept"
            )
        self.journal = Journal(self.path, self.database, survey.number)
        self.journal.older = survey.older
        if survey.following:
            self.journal.go_on(survey.end, survey.following)
            if self._can_be_marked and not self._marked:
                sync_folder(self.path.parent)
                self._mark(journal=True)
        elif survey.number >= self.generation and survey.end:  # of an earlier release: never continued
            self.journal.older += survey.end
        elif survey.number >= self.generation:  # not even its header was finished: it is begun again
            self.journal.number -= 1
            self.open_journal()
        for number, each in journals(self.path):
            if number < self.generation:
                each.unlink()

    @property
    def _temporary(self) -> Path:
        return self.path.with_name(f".{self.path.name}.tmp")

    @property
    def is_plain(self) -> bool:
        """Whether FILE is not yet a base to which journals can belong."""
        return not self._can_be_marked

    def open_journal(self) -> None:
        """Begin the next journal. Raises `DataFileError`; the journal before then goes on."""
        self.journal.begin(None if self._marked else lambda: self._mark(journal=True))

    def write_base(self, state: State, snapshots: Mapping[str, State], generation: int) -> None:
        """Put a new base in the place of FILE, in one step. Raises `DataFileError`, and FILE is as it was."""
        meta = Meta(self.database, generation, self.journal.is_open)
        try:
            with self._temporary.open("wb", buffering=0) as stream:
                mode = 0o600
                with contextlib.suppress(FileNotFoundError):
                    mode = stat.S_IMODE(self.path.stat().st_mode)
                os.fchmod(stream.fileno(), mode)
                size = write_base(stream.fileno(), state, snapshots, meta)
            self._temporary.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)
            raise unwritable(self.path, error.strerror) from error
        sync_folder(self.path.parent)
        self.base_size, self.generation = size, generation
        self._marked, self._can_be_marked = meta.journal, True

    def drop_journals(self) -> None:
        """Delete the journals that the base has taken in, and one without changes that is not open."""
        journal = self.journal
        for number, path in journals(self.path):
            if number < self.generation or (number == journal.number and not journal.is_open):
                with contextlib.suppress(OSError):
                    path.unlink()
        journal.older = 0

    def mark_ended(self) -> None:
        """Note in the base that there is no journal any more. Raises `DataFileError`."""
        if self._marked:
            try:
                self._mark(journal=False)
            except OSError as error:
                raise unwritable(self.path, error.strerror) from error

    def forget(self) -> None:
        """Let go of what was read, once it is filed."""
        self.replay = Replay(Content(), {})

    def close(self) -> None:
        """Let another process open the files."""
        self.journal.close()
        self._lock.release()

    def _mark(self, *, journal: bool) -> None:
        """Write into the base, in place, whether there must be a journal."""
        handle = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(handle, b"01"[journal : journal + 1], self.base_size + MARK)
            os.fsync(handle)
        finally:
            os.close(handle)
        self._marked = journal


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
            "journals stand beside the file, so the folder must be writable too",
        )
