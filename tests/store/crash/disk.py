"""What a disk may hold when the power goes: only what was synced is certain.

POSIX promises nothing of a write until its file is synced, and nothing of a new name, a rename or a removal
until its folder is synced. A `Disk` looks on while a program syncs and makes the folders that a loss of power
might leave: of each file what was last synced, and of what came later a part, zeros, or nothing; of each name
what it meant when the folder was last synced, or what it means now.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest


class Disk:
    """The disk under one folder, from now on. Programs must sync by `os.fsync` or `os.fdatasync`."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._names: dict[str, int] = {}
        self._synced: dict[int, bytes] = {}
        self._handles: list[int] = []
        self.syncs = 0
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, self._sync)

    def _sync(self, handle: int) -> None:
        """Take over what is synced. The real call is left out: this disk's power never really goes."""
        self.syncs += 1
        place = Path(f"/proc/self/fd/{handle}").readlink()
        if place == self._folder:
            self._names = self._names_now()
        elif place.parent == self._folder:
            self._synced[os.fstat(handle).st_ino] = _read(handle)

    def _names_now(self) -> dict[str, int]:
        names = {}
        for entry in self._folder.iterdir():
            handle = os.open(entry, os.O_RDONLY)
            number = os.fstat(handle).st_ino
            names[entry.name] = number
            if number in {os.fstat(held).st_ino for held in self._handles}:
                os.close(handle)
            else:
                self._handles.append(handle)  # so that the number is not given to another file
        return names

    def after_power_loss(self, target: Path, chance: random.Random) -> None:
        """Make in `target` one of the folders that may be there when the power comes back."""
        target.mkdir()
        now = self._names_now()
        for name in self._names.keys() | now.keys():
            number = chance.choice((self._names.get(name), now.get(name)))
            if number is not None:
                (target / name).write_bytes(self._content(number, chance))

    def _content(self, number: int, chance: random.Random) -> bytes:
        """What was synced of a file, and some of what came after."""
        (handle,) = (held for held in self._handles if os.fstat(held).st_ino == number)
        synced, now = self._synced.get(number, b""), _read(handle)
        if not now.startswith(synced):
            return chance.choice((synced, now))
        rest = now[len(synced) :]
        part = rest[: chance.randint(0, len(rest))]
        return synced + chance.choice((b"", part, part + bytes(len(rest) - len(part)), rest))

    def close(self) -> None:
        """Let go of the files."""
        for handle in self._handles:
            os.close(handle)


def _read(handle: int) -> bytes:
    """The whole content of an open file, wherever its handle stands and whichever way it is open."""
    return Path(f"/proc/self/fd/{handle}").read_bytes()
