"""A copy of the handlers, imported from the saved files beside the modules that serve.

Each copy has a package name of its own, so running requests keep their modules and a failed import changes
nothing. It is compiled from source: bytecode is keyed by whole seconds and size, which two saves may share.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import count
from pathlib import Path
from types import CodeType, ModuleType

from creditkit.errors import ContractError

_numbers = count(1)


class HandlerError(ContractError):
    """The handlers cannot be imported; the message has file and line."""


class _SourceLoader(SourceFileLoader):
    """A loader that never uses bytecode files."""

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the loader knows its file
        """The code of the source."""
        code = self.source_to_code(self.get_data(self.path), self.path)
        assert isinstance(code, CodeType)
        return code


class _CopyFinder(MetaPathFinder):
    """Finds the modules of the copies. `folders` maps the name of a copy's package to its folder."""

    def __init__(self) -> None:
        self.folders: dict[str, Path] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        package, _, module = fullname.partition(".")
        folder = self.folders.get(package)
        if folder is None:
            return None
        file = folder / f"{module or '__init__'}.py"
        if not file.is_file():
            return None
        return spec_from_file_location(
            fullname,
            file,
            loader=_SourceLoader(fullname, str(file)),
            submodule_search_locations=None if module else [str(folder)],
        )


_FINDER = _CopyFinder()


def import_copy(folder: Path) -> ModuleType:
    """Import the package in `folder` under a new name. Raises HandlerError and leaves no module then."""
    name = f"creditkit_handlers_{next(_numbers)}"
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)
    _FINDER.folders[name] = folder
    try:
        return import_module(name)
    except Exception as error:
        del _FINDER.folders[name]
        for module in [module for module in sys.modules if module.partition(".")[0] == name]:
            del sys.modules[module]
        raise HandlerError(_message(error, folder)) from error


def _message(error: Exception, folder: Path) -> str:
    """The error, after the innermost line of the handlers that raised it."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).parent == folder]
    place = f"{ours[-1].filename}:{ours[-1].lineno}" if ours else str(folder)
    return f"{place}: {type(error).__name__}: {error}"
