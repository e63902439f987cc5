"""Fresh: the handlers as their files say now, as modules of their own beside those that serve.

A copy is imported under a name that nobody else uses, from its source and past every cache: bytecode is told
apart by whole seconds and size, and two saves may have both in common. Until it is whole nothing of what
serves has changed, and requests that are being answered keep the modules that they began with.
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


class _FromSource(SourceFileLoader):
    """A loader that compiles the source, whatever bytecode there is."""

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the loader knows its file
        """The source, compiled now."""
        code = self.source_to_code(self.get_data(self.path), self.path)
        assert isinstance(code, CodeType)
        return code


class _Copies(MetaPathFinder):
    """Finds the modules of copies, each by the name of its package."""

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
            loader=_FromSource(fullname, str(file)),
            submodule_search_locations=None if module else [str(folder)],
        )


_COPIES = _Copies()


def fresh(folder: Path) -> ModuleType:
    """The package in `folder`, imported anew. Raises HandlerError, and nothing has changed then."""
    name = f"creditkit_handlers_{next(_numbers)}"
    if _COPIES not in sys.meta_path:
        sys.meta_path.insert(0, _COPIES)
    _COPIES.folders[name] = folder
    try:
        return import_module(name)
    except Exception as error:
        del _COPIES.folders[name]
        for module in [module for module in sys.modules if module.partition(".")[0] == name]:
            del sys.modules[module]
        raise HandlerError(_told(error, folder)) from error


def _told(error: Exception, folder: Path) -> str:
    """What is wrong, after the innermost line of the handlers that the error passed through."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).parent == folder]
    place = f"{ours[-1].filename}:{ours[-1].lineno}" if ours else str(folder)
    return f"{place}: {type(error).__name__}: {error}"
