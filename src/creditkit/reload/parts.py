"""Parts: what a mock is made of that may be saved while it runs, each in its files.

A part is looked at by its content. What the system says of files only wakes the look: an editor that renames,
one that empties a file before it writes, and a save that changes nothing all come out right.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

Contents = Mapping[Path, bytes | None]
"""What files hold; None for one that is not there."""


class Part:
    """One part: its name on the screen, its files, and what they held when it was last taken up."""

    def __init__(self, name: str, files: tuple[Path, ...]) -> None:
        self.name = name
        self.files = files
        self.fault = ""
        self._held = self.contents()

    def contents(self) -> Contents:
        """What the files hold now."""
        return {file: _bytes(file) for file in self._all()}

    def changed(self) -> frozenset[Path]:
        """The files that hold something else than when this was last asked; remembers what they hold."""
        held, self._held = self._held, self.contents()
        return frozenset(file for file in {*held, *self._held} if held.get(file) != self._held.get(file))

    def folders(self) -> frozenset[Path]:
        """The folders to watch: those of the files, and of what symbolic links lead to."""
        found = {parent for file in self.files for parent in (file.absolute().parent, file.resolve().parent)}
        return frozenset(folder for folder in found if folder.is_dir())

    def concerns(self, path: Path) -> bool:
        """Whether a path that something happened to may be of this part."""
        return any(path in (file.absolute(), file.resolve()) for file in self.files)

    def _all(self) -> tuple[Path, ...]:
        return self.files


class Package(Part):
    """A part that is a folder of Python modules, whichever there are."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        super().__init__(name, (folder / "__init__.py",))

    def concerns(self, path: Path) -> bool:
        """Whether a path is that of a module in the folder."""
        return path.suffix == ".py" and path.parent == self.folder

    def _all(self) -> tuple[Path, ...]:
        return tuple(sorted(self.folder.glob("*.py")))


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
