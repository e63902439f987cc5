"""The journals of one database as they are written: FILE.N.journal, each record at the end of the last one.

A journal upon which another follows is retired: it says so in its last record, and is closed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import orjson

from creditkit.errors import DataFileError

from .disk import datasync, journal_path, mode_of, sync_folder
from .reading import goes_on
from .record import frame


class Journal:
    """Where records go: the last journal, of `number` and up to `end`; the others are `older` bytes.

    The caller keeps writers apart; `append` and `cut` are called by one thread at a time. `refusal` is why
    nothing is written any more, if so.
    """

    def __init__(self, path: Path, database: str, number: int, end: int, older: int) -> None:
        self.number, self.end, self.older = number, end, older
        self.refusal: DataFileError | None = None
        self._path = path
        self._database = database.encode("ascii")
        self._handle: int | None = None
        self._retiring: list[tuple[int, int]] = []
        self._unnamed = False
        self._disk = Lock()

    @property
    def is_open(self) -> bool:
        """Whether there is a journal to append to."""
        return self._handle is not None

    @property
    def size(self) -> int:
        """How many bytes the journals take."""
        return self.older + self.end

    @property
    def says_anything(self) -> bool:
        """Whether there is a record in them."""
        return self.older > 0 or self.end > len(self._header(self.number))

    def append(self, line: bytes) -> None:
        """Write one record with one write(2). Raises `DataFileError`; the caller then cuts back."""
        if self.refusal is not None:
            raise self.refusal
        assert self._handle is not None
        try:
            written = os.write(self._handle, line)
        except OSError as error:
            raise unwritable(self._path, error.strerror) from error
        if written != len(line):
            raise unwritable(self._path, "no space left for the whole record")
        self.end += written

    def cut(self, end: int) -> None:
        """Take back what was written behind `end`; if even that fails, refuse all further writes."""
        self.end = end
        if self._handle is None:
            return
        try:
            os.ftruncate(self._handle, end)
        except OSError as error:
            self._refuse(f"a record that was not finished cannot be taken back: {error.strerror}")

    def begin(self, confirm: Callable[[], None] | None) -> None:
        """Begin the next journal, and write to it from now on.

        `confirm` is called when the disk has it, before anything is written to it. Raises `DataFileError`;
        the journal before then goes on.
        """
        number = self.number + 1
        path = journal_path(self._path, number)
        header = self._header(number)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
        handle: int | None = None
        try:
            handle = os.open(path, flags, 0o666)
            os.fchmod(handle, mode_of(self._path, 0o600))
            if os.write(handle, header) != len(header):
                raise OSError(None, "no space left for a new journal")
            if confirm is not None:
                datasync(handle)
                sync_folder(self._path.parent)
                confirm()
        except OSError as error:
            if handle is not None:
                os.close(handle)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise unwritable(self._path, error.strerror) from error
        if self._handle is not None:
            self._retiring.append((self._handle, number))
        self._handle = handle
        self.older += self.end
        self.number, self.end = number, len(header)
        self._unnamed = True

    def go_on(self, path: Path) -> None:
        """Go on at the end of a journal that was found."""
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        os.ftruncate(self._handle, self.end)

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

    def close(self) -> None:
        """Write to no journal any more; all of them are then older ones."""
        with self._disk:
            for handle, _ in self._retiring:
                os.close(handle)
            if self._handle is not None:
                os.close(self._handle)
            self._retiring, self._handle = [], None
        self.older, self.end = self.older + self.end, 0

    def _sync_name(self) -> None:
        """Wait until the name of a new journal is on disk: without it its records are not."""
        if self._unnamed:
            self._unnamed = False
            sync_folder(self._path.parent)

    def _header(self, number: int) -> bytes:
        return frame(b'{"database":"%b","journal":%d}' % (self._database, number))

    def _unsure(self, error: OSError) -> DataFileError:
        return self._refuse(f"the disk did not confirm what was written: {error.strerror}")

    def _refuse(self, reason: str) -> DataFileError:
        """Refuse every write from now on: what the disk holds is no longer known."""
        self.refusal = DataFileError(
            f"{self._path}: no more is written: {reason}",
            "stop, look at the disk, and open the file again: all that was acknowledged before is there",
        )
        return self.refusal


def unwritable(path: Path, reason: str | None) -> DataFileError:
    """What is raised for a change of which nothing was kept."""
    return DataFileError(
        f"{path}: cannot be written: {reason}",
        "nothing of this change was kept; look at the free space and permissions of its folder",
    )
