"""Watched files: what may be saved while a mock runs, in parts: contract, seed, handlers.

Changes are found by content; events of the file system only say when to look. So editors that rename or
truncate a file, and saves that change nothing, need no special case.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

Contents = Mapping[Path, bytes | None]
"""The bytes of each file, None for a missing one."""


class Part:
    """The files of one part, its name on the screen, and the error of its last save, if any."""

    def __init__(self, name: str, files: tuple[Path, ...]) -> None:
        self.name = name
        self.files = files
        self.error = ""
        self._seen = self.contents()

    def contents(self) -> Contents:
        """What the files hold now."""
        return {file: _bytes(file) for file in self._all()}

    def changed(self) -> frozenset[Path]:
        """The files whose content differs from the previous call's."""
        seen, self._seen = self._seen, self.contents()
        return frozenset(file for file in {*seen, *self._seen} if seen.get(file) != self._seen.get(file))

    def folders(self) -> frozenset[Path]:
        """The folders to watch: those of the files and of the targets of symbolic links."""
        found = {parent for file in self.files for parent in (file.absolute().parent, file.resolve().parent)}
        return frozenset(folder for folder in found if folder.is_dir())

    def contains(self, path: Path) -> bool:
        """Whether an event at a path may concern this part."""
        return any(path in (file.absolute(), file.resolve()) for file in self.files)

    def _all(self) -> tuple[Path, ...]:
        return self.files


class Package(Part):
    """The Python modules in one folder, including those added later."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        super().__init__(name, (folder / "__init__.py",))

    def contains(self, path: Path) -> bool:
        """Whether a path is a module in the folder."""
        return path.suffix == ".py" and path.parent == self.folder

    def _all(self) -> tuple[Path, ...]:
        return tuple(sorted(self.folder.glob("*.py")))


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
