"""Compaction: a new base from what holds now, while requests go on.

Each step leaves files from which everything is read:

    1  a new journal; writes go there from now on      base N, journals N and N+1
    2  the base is written to a temporary file         the same, and a file that opening deletes
    3  it takes the place of the base                  base N+1, journals N (no longer read) and N+1
    4  the older journals are deleted                  base N+1, journal N+1
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from threading import Lock, Thread

from creditkit.errors import DataFileError

from .base import lines
from .draft import Snapshots
from .files import Files
from .state import State
from .storage import JournalStorage

FACTOR = 1.5
"""Base and journals may take this many times the live data ..."""
ALLOWANCE = 256 * 1024
"""... and this many bytes, before a compaction is due."""
HARD_FACTOR = 1.75
HARD_ALLOWANCE = 384 * 1024
"""Beyond this, each write gives a running compaction time to catch up ..."""
BREATH, BREATH_PER_BYTE, LONGEST_BREATH = 0.001, 0.25e-6, 0.04
"""... in seconds: so much, so much more for each byte beyond, and never more than that."""
_RETRY_AFTER = 4 * 1024 * 1024
_PAUSE_EVERY = 5


class Compactor:
    """Keeps the files of one storage near the size of their live data."""

    def __init__(self, storage: JournalStorage, files: Files) -> None:
        self._storage = storage
        self._files = files
        self._running = Lock()
        self._thread: Thread | None = None
        self._not_before = 0  # where the last attempt failed: how large the journals are for the next
        state, snapshots = storage.kept()
        self._snapshots = _beyond(files, state, snapshots)  # what they took in the last base, in bytes

    @property
    def live(self) -> int:
        """What a base would take now, about, in bytes."""
        return self._storage.kept()[0].size + self._snapshots

    def look(self) -> None:
        """Start a compaction, in a thread of its own, if one is due."""
        files = self._files
        journals = files.journal.size
        taken = files.base_size + journals
        live = self._storage.held.size + self._snapshots
        if taken <= FACTOR * live + ALLOWANCE or journals < self._not_before:
            return
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._try, name="tinyjournal-compaction", daemon=True)
            self._thread.start()
            return
        beyond = taken - HARD_FACTOR * live - HARD_ALLOWANCE
        if beyond > 0:
            time.sleep(min(BREATH + BREATH_PER_BYTE * beyond, LONGEST_BREATH))

    def snapshots_changed(self) -> None:
        """Reckon anew: a snapshot went, and with it what it kept."""
        self._snapshots = 0

    def run(self) -> None:
        """Compact now. Raises `DataFileError`; everything is then still in the files."""
        with self._running:
            storage, files = self._storage, self._files
            with storage.lock:
                if not files.journal.is_open:
                    return
                state, snapshots = storage.kept()
                files.open_journal()
                number = files.journal.number
            files.journal.retire()
            files.write_base(state, _gently(lines(state, snapshots)), number)
            files.drop_journals()
            self._not_before = 0
            self._snapshots = _beyond(files, state, snapshots)

    def fold(self) -> None:
        """Leave one file that holds everything, and no journal; for `close`. Raises `DataFileError`."""
        if self._thread is not None:
            self._thread.join()
        with self._running, self._storage.lock:
            files = self._files
            journal = files.journal
            if not journal.is_open:
                return
            written = journal.says_anything
            journal.close()
            if written:
                state, snapshots = self._storage.kept()
                files.write_base(state, lines(state, snapshots), journal.number + 1)
            else:
                files.mark_ended()
            files.drop_journals()

    def _try(self) -> None:
        try:
            self.run()
        except DataFileError as error:
            self._not_before = self._files.journal.size + _RETRY_AFTER
            self._files.warn(f"compaction failed and is tried again later; nothing is lost. {error.message}")


def _beyond(files: Files, state: State, snapshots: Snapshots) -> int:
    return max(files.base_size - state.size, 0) if snapshots else 0


def _gently(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, with pauses in which requests get the processor."""
    for count, piece in enumerate(pieces):
        if count % _PAUSE_EVERY == 0:
            time.sleep(0)
        yield piece
