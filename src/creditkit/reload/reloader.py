"""The reloader: applies saved files to a running mock, part by part, and reports on the screen.

It runs in its own thread and builds a new app while the old one answers. World, listener and connections
stay. A part that cannot be applied leaves everything unchanged and is tried again at the next save.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from watchfiles import watch

from creditkit import handlers
from creditkit.contract import API
from creditkit.errors import ContractError, CreditkitError
from creditkit.store import load_seed

from .contracts import files_of, read_contract
from .handlers_copy import HandlerError, import_copy
from .watched_files import Package, Part

if TYPE_CHECKING:
    from types import ModuleType

    from starlette.types import ASGIApp

    from creditkit.contract import Contract
    from creditkit.mock import Settings
    from creditkit.store import World

log = logging.getLogger("creditkit.reload")

STEP = 25
"""Milliseconds without a further change, after which a save counts as complete."""

PATIENCE = 6
"""Steps to wait before a missing, empty or partial file is reported: editors may still be writing it."""

SECOND = 1000
"""Milliseconds after which files are compared even without an event of the file system."""

FOUNDATIONS = frozenset(["call.py"])
"""Modules of the handlers that the mock itself imports; changes to them need a restart."""


class Reloader:
    """The watched parts of one running mock.

    `build` makes an app of a contract and handlers, `replace` puts it in the place of the present one.
    """

    def __init__(
        self,
        build: Callable[[Contract, ModuleType], ASGIApp],
        replace: Callable[[ASGIApp], None],
        world: World,
        settings: Settings,
        contract: Contract,
    ) -> None:
        self._build = build
        self._replace = replace
        self._world = world
        self._now = settings.now
        self._quiet = settings.quiet
        self._served = contract
        self._handlers: ModuleType = handlers
        self._path = settings.contract or Path(str(API))
        self._seed_path = settings.seed_path
        self._contract = Part("contract", files_of(self._path))
        self._seed = Part("seed", (self._seed_path,))
        self._package = Package("handlers", Path(str(handlers.__file__)).resolve().parent)
        self._stop = Event()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Reload until the block ends."""
        log.setLevel(logging.ERROR if self._quiet else logging.INFO)
        thread = Thread(target=self._watch, name="reload", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    @property
    def _parts(self) -> tuple[Part, ...]:
        return (self._seed, self._package, self._contract)

    def _folders(self) -> Set[Path]:
        return {folder for part in self._parts for folder in part.folders()}

    def _watch(self) -> None:
        while not self._stop.is_set():
            folders = self._folders()
            looked = 0.0
            for changes in watch(
                *folders,
                watch_filter=None,
                debounce=4 * STEP,
                step=STEP,
                rust_timeout=SECOND,
                yield_on_timeout=True,
                stop_event=self._stop,
                raise_interrupt=False,
                recursive=False,
            ):
                # Compare files once a second without events too: a save may fall between two watches, and
                # some file systems send no events.
                if self._concerned(changes) or time.monotonic() > looked + SECOND / 1000:
                    looked = time.monotonic()
                    self._look()
                    if self._folders() != folders:
                        break

    def _concerned(self, changes: Set[tuple[object, str]]) -> bool:
        return any(part.contains(Path(path)) for _, path in changes for part in self._parts)

    def _look(self) -> None:
        """Apply what has changed, once it can be applied or its files have stopped changing."""
        began = time.perf_counter()
        changed = self._changed()
        if not changed:
            return
        wanted = {part for part in self._parts if part in changed or part.error}
        while True:
            errors, notes = self._apply(wanted)
            more = self._changed_soon() if errors.keys() & changed.keys() else {}
            if not more:
                break
            changed |= more
            wanted |= more.keys()
        for part in wanted:
            self._report(part, part in changed, errors.get(part), notes.get(part, ""), began)
        foundations = FOUNDATIONS & {file.name for file in changed.get(self._package, ())}
        if foundations:
            log.error("%s: the mock itself uses it; restart the mock", ", ".join(sorted(foundations)))

    def _changed(self) -> dict[Part, Set[Path]]:
        return {part: files for part in self._parts if (files := part.changed())}

    def _changed_soon(self) -> dict[Part, Set[Path]]:
        """Changes within the next steps: many editors empty or remove a file before they write it."""
        for _ in range(PATIENCE):
            self._stop.wait(STEP / 1000)
            if changed := self._changed():
                return changed
        return {}

    def _apply(self, wanted: Set[Part]) -> tuple[dict[Part, CreditkitError], dict[Part, str]]:
        """Apply each part that can be applied; the errors of the others, and notes for the report."""
        errors: dict[Part, CreditkitError] = {}
        notes: dict[Part, str] = {}
        if self._seed in wanted:
            try:
                notes[self._seed] = self._apply_seed()
            except CreditkitError as error:
                errors[self._seed] = error
        parts = [part for part in (self._package, self._contract) if part in wanted]
        if len(parts) == 2:
            try:
                self._apply_to_app(parts)  # together: an operation may be renamed in both
            except CreditkitError:
                pass
            else:
                return errors, notes
        for part in parts:
            try:
                self._apply_to_app([part])
            except CreditkitError as error:
                errors[part] = error
        return errors, notes

    def _apply_seed(self) -> str:
        replanted = self._world.replant(load_seed(self._seed_path), now=self._now)
        return "the world starts from it" if replanted else "the world stays; a reset goes to the new seed"

    def _apply_to_app(self, parts: list[Part]) -> None:
        """Build an app with the saved files of these parts, and serve it. Raises ContractError."""
        module, contract = self._handlers, self._served
        if self._package in parts:
            module = import_copy(self._package.folder)
        if self._contract in parts:
            try:
                read = read_contract(self._path, module)
            except ContractError:
                # Watch the last good files and the new ones: the user may repair either.
                self._contract.files = tuple(dict.fromkeys((*self._contract.files, *files_of(self._path))))
                raise
            contract, self._contract.files = read.contract, read.files
        missing = [name for name in contract.operations if not callable(getattr(module, name, None))]
        if missing:
            raise HandlerError(
                f"{self._package.folder}: there is no function {missing[0]}, which the contract names"
            )
        self._replace(self._build(contract, module))
        self._handlers, self._served = module, contract

    def _report(
        self, part: Part, changed: bool, error: CreditkitError | None, note: str, began: float
    ) -> None:
        """Print one line about a part; an error that stays the same is printed once."""
        if error is None:
            again = "is good again, " if part.error else ""
            milliseconds = 1000 * (time.perf_counter() - began)
            log.info("%s %sreloaded in %.0f ms%s", part.name, again, milliseconds, note and f"; {note}")
            part.error = ""
        elif changed or str(error) != part.error:
            hint = f" ({error.hint.rstrip('.')})" if error.hint else ""
            log.error("%s not reloaded, the last good one stays: %s%s", part.name, error.message, hint)
            part.error = str(error)
