"""The files of one database: FILE, the base, and FILE.N.journal, what has changed since.

::

    opening      the base, then every journal from its generation on, in order
    writing      one write(2) of one record at the end of the last journal (`journal.py`)
    compaction   a new journal, then a new base, then the old journals go (`compaction.py`)

A journal that goes missing is noticed: the base says that there must be one (`Meta.journal`), and a journal
upon which another follows says so in its last record.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from creditkit.errors import DataFileError

from .base import MARK, Content, Meta
from .disk import check_place, journals, mode_of, overwrite, sync_folder, write_base
from .journal import Journal, unwritable
from .lock import FileLock
from .reading import Warn, read_base, read_journals
from .state import State


class Files:
    """The files of one database, held under a lock until `close`.

    `journal` is where changes are written. `content` and `snapshots` are what was read, until they are
    filed; `known` is whether there was a base.
    """

    def __init__(self, path: Path, warn: Warn) -> None:
        self.path = path.expanduser().resolve()  # of a link, the file it leads to is used
        self.warn = warn
        check_place(self.path)
        self._lock = FileLock(self.path)
        with contextlib.ExitStack() as undo:
            undo.callback(self._lock.release)
            try:
                self._read(undo)
            except OSError as error:
                raise DataFileError(
                    f"{self.path}: cannot be opened: {error.strerror}: {error.filename}",
                    "look at the permissions of the file, its journals and their folder",
                ) from error
            undo.pop_all()

    def _read(self, undo: contextlib.ExitStack) -> None:
        self._temporary.unlink(missing_ok=True)
        base = read_base(self.path)
        self.base_size = base.size
        self.database = base.meta.database if base.meta else uuid4().hex
        self.generation = base.meta.generation if base.meta else 1
        self._marked = base.meta is not None and base.meta.journal
        self._can_be_marked = base.meta is not None and bool(base.meta.blocks)
        self.known = base.meta is not None
        found = read_journals(self.path, base, self.warn)
        self.content, self.snapshots = found.content, found.snapshots
        self.journal = Journal(self.path, self.database, found.number, found.end, found.older)
        undo.callback(self.journal.close)
        if found.last is not None:
            self._continue(found.last)
        for number, each in journals(self.path):
            if number < self.generation:
                each.unlink()

    @property
    def _temporary(self) -> Path:
        return self.path.with_name(f".{self.path.name}.tmp")

    @property
    def is_plain(self) -> bool:
        """Whether FILE is not yet a base to which journals could belong."""
        return not self._can_be_marked

    def open_journal(self) -> None:
        """Begin the next journal. Raises `DataFileError`; the journal before then goes on."""
        self.journal.begin(None if self._marked else lambda: self._mark(journal=True))

    def write_base(self, state: State, lines: Iterable[bytes], generation: int) -> None:
        """Put a new base in the place of FILE, in one step. Raises `DataFileError`, and FILE is as it was."""
        meta = Meta(self.database, generation, self.journal.is_open)
        try:
            with self._temporary.open("wb", buffering=0) as stream:
                os.fchmod(stream.fileno(), mode_of(self.path, mode_of(self._temporary, 0o600)))
                size = write_base(stream.fileno(), state, lines, meta)
            self._temporary.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)
            raise unwritable(self.path, error.strerror) from error
        sync_folder(self.path.parent)
        self.base_size, self.generation = size, generation
        self._marked, self._can_be_marked = meta.journal, True

    def drop_journals(self) -> None:
        """Delete the journals that the base has taken in, and one that says nothing and is no longer open."""
        journal = self.journal
        for number, path in journals(self.path):
            if number < self.generation or (number == journal.number and not journal.is_open):
                with contextlib.suppress(OSError):
                    path.unlink()
        journal.older = 0

    def mark_ended(self) -> None:
        """Let there be no journal: the base alone is all. Raises `DataFileError`."""
        if self._marked:
            try:
                self._mark(journal=False)
            except OSError as error:
                raise unwritable(self.path, error.strerror) from error

    def forget_content(self) -> None:
        """Let go of what was read, once it is filed."""
        self.content, self.snapshots = Content(), {}

    def close(self) -> None:
        """Let another process open the files."""
        self.journal.close()
        self._lock.release()

    def _continue(self, path: Path) -> None:
        """Go on in a journal that was found."""
        if self.journal.end:
            self.journal.go_on(path)
            if self._can_be_marked and not self._marked:
                sync_folder(self.path.parent)
                self._mark(journal=True)
        else:  # not even its header was finished: it is begun again
            self.journal.number -= 1
            self.open_journal()

    def _mark(self, *, journal: bool) -> None:
        """Write into the base whether there must be a journal."""
        overwrite(self.path, self.base_size + MARK, b"01"[journal : journal + 1])
        self._marked = journal
