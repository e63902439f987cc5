"""Every change that a process makes to files in one folder, counted, and its death at a chosen one."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

_write = os.write


class Steps:
    """A count of file operations in `folder`: open for writing, rename, remove, cut, write, sync.

    The process is killed just before operation `die_at`; with `torn` a write is done half before. `before` is
    called at each operation that is not its own doing. It cannot be undone: it is for a process that ends.
    """

    def __init__(self, folder: Path, die_at: int, *, torn: bool = False) -> None:
        self.count = 0
        self.before: Callable[[], None] | None = None
        self._folder = str(folder.resolve())
        self._die_at = die_at
        self._torn = torn
        self._busy = threading.local()
        sys.addaudithook(self._audit)
        os.write = self._write  # type: ignore[assignment]
        for name in ("fsync", "fdatasync"):
            setattr(os, name, self._counted(getattr(os, name)))

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        match event:
            case "open" if isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
                self._at(args[0])
            case "os.rename" | "os.remove" | "os.truncate":
                self._at(args[0])

    def _write(self, handle: int, data: bytes) -> int:
        if self._is_ours(handle):
            if self._torn and self.count + 1 == self._die_at:
                _write(handle, data[: len(data) // 2])
            self._step()
        return _write(handle, data)

    def _counted(self, function: Callable[[int], None]) -> Callable[[int], None]:
        def counted(handle: int) -> None:
            if self._is_ours(handle):
                self._step()  # and no more: what the kernel has survives a kill
            else:
                function(handle)

        return counted

    def _at(self, place: object) -> None:
        if isinstance(place, int):
            if self._is_ours(place):
                self._step()
        elif isinstance(place, str | os.PathLike) and os.path.realpath(place).startswith(self._folder):
            self._step()

    def _is_ours(self, handle: int) -> bool:
        return str(Path(f"/proc/self/fd/{handle}").readlink()).startswith(self._folder)

    def _step(self) -> None:
        self.count += 1
        if self.count == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.before is not None and not getattr(self._busy, "yes", False):
            self._busy.yes = True
            try:
                self.before()
            finally:
                self._busy.yes = False
