"""The files of one database: FILE, the base, and FILE.N.journal, what has changed since.

::

    opening      the base, then every journal from its generation on, in order
    writing      one write(2) of one record at the end of the last journal
    compaction   a new journal, then a new base, then the old journals go (`compaction.py`)

A journal that goes missing is noticed: the base says that there must be one (`Meta.journal`), and a journal
upon which another follows says so in its last record.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from uuid import uuid4

import orjson

from creditkit.errors import DataFileError

from .base import MARK, Content, Meta
from .disk import (
    check_place,
    datasync,
    journal_path,
    journals,
    mode_of,
    overwrite,
    sync_folder,
    write_base,
)
from .lock import FileLock
from .reading import Warn, goes_on, read_base, read_journals
from .record import frame
from .state import State


class Files:
    """The files of one database, held under a lock until `close`.

    The caller keeps writers apart; `append` and `cut` are called by one thread at a time. `refusal` is why
    nothing is written any more, if so.
    """

    def __init__(self, path: Path, warn: Warn) -> None:
        self.path = path.expanduser().resolve()  # of a link, the file it leads to is used
        self.warn = warn
        check_place(self.path)
        self._lock = FileLock(self.path)
        self._handle: int | None = None
        self._retiring: list[tuple[int, int]] = []
        self._unnamed = False
        self._disk = Lock()
        self.refusal: DataFileError | None = None
        self.end = 0
        self.older = 0
        try:
            self._temporary.unlink(missing_ok=True)
            base = read_base(self.path)
            self.base_size = base.size
            self.database = base.meta.database if base.meta else uuid4().hex
            self.generation = base.meta.generation if base.meta else 1
            self._marked = base.meta is not None and base.meta.journal
            self._can_be_marked = base.meta is not None and bool(base.meta.blocks)
            self.known = base.meta is not None
            found = read_journals(self.path, base, warn)
            self.content, self.snapshots = found.content, found.snapshots
            self.number, self.end, self.older = found.number, found.end, found.older
            if found.last is not None:
                self._continue(found.last)
            for number, each in journals(self.path):
                if number < self.generation:
                    each.unlink()
        except OSError as error:
            self.close()
            raise DataFileError(
                f"{self.path}: cannot be opened: {error.strerror}: {error.filename}",
                "look at the permissions of the file, its journals and their folder",
            ) from error
        except BaseException:
            self.close()
            raise

    @property
    def _temporary(self) -> Path:
        return self.path.with_name(f".{self.path.name}.tmp")

    @property
    def journal_size(self) -> int:
        """How many bytes the journals take."""
        return self.older + self.end

    @property
    def journalling(self) -> bool:
        """Whether there is a journal to append to."""
        return self._handle is not None

    @property
    def written(self) -> bool:
        """Whether the journals say anything that the base does not."""
        return self.older > 0 or self.end > len(self._header(self.number))

    def append(self, line: bytes) -> None:
        """Write one record with one write(2). Raises `DataFileError`; the caller then cuts back."""
        if self.refusal is not None:
            raise self.refusal
        assert self._handle is not None
        try:
            written = os.write(self._handle, line)
        except OSError as error:
            raise self._unwritable(error.strerror) from error
        if written != len(line):
            raise self._unwritable("no space left for the whole record")
        self.end += written

    def cut(self, end: int) -> None:
        """Take back what was written behind `end`; if even that fails, refuse all further writes."""
        self.end = end
        if self._handle is None:
            return
        try:
            os.ftruncate(self._handle, end)
        except OSError as error:
            self.refuse(f"a record that was not finished cannot be taken back: {error.strerror}")

    def refuse(self, reason: str) -> DataFileError:
        """Refuse every write from now on: what the disk holds is no longer known."""
        self.refusal = DataFileError(
            f"{self.path}: no more is written: {reason}",
            "stop, look at the disk, and open the file again: all that was acknowledged before is there",
        )
        return self.refusal

    def open_journal(self) -> None:
        """Begin the next journal, and write to it from now on.

        Raises `DataFileError`; the journal before then goes on.
        """
        number = self.number + 1
        path = journal_path(self.path, number)
        header = self._header(number)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
        handle: int | None = None
        try:
            handle = os.open(path, flags, 0o666)
            os.fchmod(handle, mode_of(self.path, 0o600))
            if os.write(handle, header) != len(header):
                raise OSError(None, "no space left for a new journal")
            if not self._marked:
                datasync(handle)
                sync_folder(self.path.parent)
                self._mark(journal=True)
        except OSError as error:
            if handle is not None:
                os.close(handle)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise self._unwritable(error.strerror) from error
        if self._handle is not None:
            self._retiring.append((self._handle, number))
        self._handle = handle
        self.older += self.end
        self.number, self.end = number, len(header)
        self._unnamed = True

    def retire(self) -> None:
        """Have the journals before the last on disk, and close them. Raises `DataFileError`.

        At the end of each stands then which one follows, which by then is there.
        """
        with self._disk:
            try:
                self._sync_name()
                while self._retiring:
                    handle, following = self._retiring[0]
                    os.write(handle, frame(orjson.dumps(goes_on(following))))
                    datasync(handle)
                    os.close(handle)
                    del self._retiring[0]
            except OSError as error:
                raise self._unsure(error) from error

    def flush(self) -> None:
        """Wait until all that was written is on disk. Raises `DataFileError`, as do then all later writes."""
        with self._disk:
            if self.refusal is not None:
                raise self.refusal
            handle = self._handle
            try:
                self._sync_name()
                for each, _ in self._retiring:
                    datasync(each)
                if handle is not None:
                    datasync(handle)
            except OSError as error:
                raise self._unsure(error) from error

    def _sync_name(self) -> None:
        """Wait until the name of a new journal is on disk: without it its records are not."""
        if self._unnamed:
            self._unnamed = False
            sync_folder(self.path.parent)

    def _unsure(self, error: OSError) -> DataFileError:
        return self.refuse(f"the disk did not confirm what was written: {error.strerror}")

    @property
    def is_plain(self) -> bool:
        """Whether FILE is not yet a base to which journals could belong."""
        return not self._can_be_marked

    def write_base(self, state: State, lines: Iterable[bytes], generation: int) -> None:
        """Put a new base in the place of FILE, in one step. Raises `DataFileError`, and FILE is as it was."""
        meta = Meta(self.database, generation, self.journalling)
        try:
            with self._temporary.open("wb", buffering=0) as stream:
                os.fchmod(stream.fileno(), mode_of(self.path, mode_of(self._temporary, 0o600)))
                size = write_base(stream.fileno(), state, lines, meta)
            self._temporary.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)
            raise self._unwritable(error.strerror) from error
        sync_folder(self.path.parent)
        self.base_size, self.generation = size, generation
        self._marked, self._can_be_marked = meta.journal, True

    def drop_journals(self) -> None:
        """Delete the journals that the base has taken in, and one that says nothing and is no longer open."""
        for number, path in journals(self.path):
            if number < self.generation or (number == self.number and self._handle is None):
                with contextlib.suppress(OSError):
                    path.unlink()
        self.older = 0

    def end_journal(self) -> None:
        """Write to no journal any more."""
        with self._disk:
            for handle, _ in self._retiring:
                os.close(handle)
            if self._handle is not None:
                os.close(self._handle)
            self._retiring, self._handle = [], None
        self.older, self.end = self.older + self.end, 0

    def forget_content(self) -> None:
        """Let go of what was read, once it is filed."""
        self.content, self.snapshots = Content(), {}

    def close(self) -> None:
        """Let another process open the files."""
        self.end_journal()
        self._lock.release()

    def _continue(self, path: Path) -> None:
        """Go on in a journal that was found."""
        if self.end:
            self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            os.ftruncate(self._handle, self.end)
            if self._can_be_marked and not self._marked:
                sync_folder(self.path.parent)
                self._mark(journal=True)
        else:  # not even its header was finished: it is begun again
            self.number -= 1
            self.open_journal()

    def mark_ended(self) -> None:
        """Let there be no journal: the base alone is all. Raises `DataFileError`."""
        if self._marked:
            try:
                self._mark(journal=False)
            except OSError as error:
                raise self._unwritable(error.strerror) from error

    def _mark(self, *, journal: bool) -> None:
        """Write into the base whether there must be a journal."""
        overwrite(self.path, self.base_size + MARK, b"01"[journal : journal + 1])
        self._marked = journal

    def _header(self, number: int) -> bytes:
        return frame(b'{"database":"%b","journal":%d}' % (self.database.encode("ascii"), number))

    def _unwritable(self, reason: str | None) -> DataFileError:
        return DataFileError(
            f"{self.path}: cannot be written: {reason}",
            "nothing of this change was kept; look at the free space and permissions of its folder",
        )
