"""When a write is on disk, and how many writers share one wait for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from threading import Lock


class Durability(Enum):
    """What an acknowledged write survives."""

    MEMORY = "memory"
    """Nothing: it ends with the process."""

    PROCESS = "process"
    """The end of the process, however sudden: the operating system has the record."""

    POWER = "power"
    """Loss of power: the disk has the record."""


class Flusher:
    """Group commit: one flush of the disk serves every write that was made before it began.

    `sync` waits for the disk and raises what the caller shall see; it is called by one thread at a time.
    """

    def __init__(self, sync: Callable[[], None]) -> None:
        self._sync = sync
        self._disk = Lock()
        self._queue = Lock()
        self._written = 0
        self._flushed = 0
        self._queued: Future[None] | None = None
        self._executor: ThreadPoolExecutor | None = None

    def wrote(self) -> None:
        """Count a write; called under the lock of writers."""
        self._written += 1

    def wait(self) -> None:
        """Return when everything written so far is on disk."""
        ticket = self._written
        with self._disk:  # whoever is first flushes for all that wait behind
            if self._flushed < ticket:
                self._flush()

    def future(self) -> Future[None] | None:
        """Resolves when everything written so far is on disk; None if it is."""
        with self._queue:
            if self._flushed == self._written:
                return None
            if self._queued is None:
                if self._executor is None:
                    self._executor = ThreadPoolExecutor(1, "tinyjournal-flush")
                self._queued = self._executor.submit(self._run)
            return self._queued

    def close(self) -> None:
        """Finish what is queued."""
        if self._executor is not None:
            self._executor.shutdown(wait=True)

    def _run(self) -> None:
        with self._disk:
            with self._queue:  # who asks from now on may have written what this flush does not see
                self._queued = None
            self._flush()

    def _flush(self) -> None:
        written = self._written
        self._sync()
        self._flushed = written
