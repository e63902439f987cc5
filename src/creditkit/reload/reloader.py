"""The reloader: takes up what is saved, part by part, and says on the screen what came of it.

It has a thread of its own. A new app is made there while the old one answers, and takes its place when it is
whole; the world, the listener and the connections belong to neither. What cannot be taken up leaves
everything as it was, and is tried again at the next save.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Set
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
from .fresh import HandlerError, fresh
from .parts import Package, Part
from .ready import ready

if TYPE_CHECKING:
    from types import ModuleType

    from creditkit.contract import Contract
    from creditkit.mock import MakeApp, Settings
    from creditkit.store import World

    from .staging import Swap

log = logging.getLogger("creditkit.reload")

STEP = 25
"""Milliseconds without a further change, after which a save counts as done."""

PATIENCE = 6
"""Steps for which a file may be gone, empty or in pieces before that is worth a word."""

SECOND = 1000
"""Milliseconds after which files are looked at although nothing was heard of them."""

FOUNDATIONS = frozenset(["call.py", "links.py"])
"""The modules of the handlers that the mock itself is built on: they need a new start."""


class Reloader:
    """The parts of one running mock, and what is made of them."""

    def __init__(
        self,
        make: MakeApp,
        world: World,
        settings: Settings,
        swap: Swap,
        contract: Contract,
        path: Path | None,
    ) -> None:
        self._make = make
        self._world = world
        self._now = settings.now
        self._quiet = settings.quiet
        self._swap = swap
        self._served = contract
        self._handlers: ModuleType = handlers
        self._path = path or Path(str(API))
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
                # Now and then also when nothing was heard of: what was saved between two watches, and where
                # a file system tells nothing.
                if self._concern(changes) or time.monotonic() > looked + SECOND / 1000:
                    looked = time.monotonic()
                    self._look()
                    if self._folders() != folders:
                        break

    def _concern(self, changes: Set[tuple[object, str]]) -> bool:
        return any(part.concerns(Path(path)) for _, path in changes for part in self._parts)

    def _look(self) -> None:
        """Take up what has changed, once it can be taken up or nobody goes on saving it."""
        began = time.perf_counter()
        changed = self._changed()
        if not changed:
            return
        wanted = {part for part in self._parts if part in changed or part.fault}
        while True:
            faults, told = self._take(wanted)
            more = self._changed_soon() if faults.keys() & changed.keys() else {}
            if not more:
                break
            changed |= more
            wanted |= more.keys()
        for part in wanted:
            self._tell(part, part in changed, faults.get(part), told.get(part, ""), began)
        foundations = FOUNDATIONS & {file.name for file in changed.get(self._package, ())}
        if foundations:
            log.error("%s: the mock itself is built on it; start it anew", ", ".join(sorted(foundations)))

    def _changed(self) -> dict[Part, Set[Path]]:
        return {part: files for part in self._parts if (files := part.changed())}

    def _changed_soon(self) -> dict[Part, Set[Path]]:
        """What changes while one is patient: many editors empty or remove a file before they write it."""
        for _ in range(PATIENCE):
            self._stop.wait(STEP / 1000)
            if changed := self._changed():
                return changed
        return {}

    def _take(self, wanted: Set[Part]) -> tuple[dict[Part, CreditkitError], dict[Part, str]]:
        """Take up each part that can be; what is wrong with the others, and what is worth telling."""
        faults: dict[Part, CreditkitError] = {}
        told: dict[Part, str] = {}
        if self._seed in wanted:
            try:
                told[self._seed] = self._take_seed()
            except CreditkitError as error:
                faults[self._seed] = error
        app = [part for part in (self._package, self._contract) if part in wanted]
        if len(app) == 2:
            try:
                self._take_app(app)  # one may need the other, as where an operation gets another name
            except CreditkitError:
                pass
            else:
                return faults, told
        for part in app:
            try:
                self._take_app([part])
            except CreditkitError as error:
                faults[part] = error
        return faults, told

    def _take_seed(self) -> str:
        now = self._world.replant(load_seed(self._seed_path), now=self._now)
        return (
            "the world is what it says" if now else "a reset goes to it, the world stays as it is until then"
        )

    def _take_app(self, parts: list[Part]) -> None:
        """Make an app with these parts as they are saved, and let it answer. Raises ContractError."""
        module, contract = self._handlers, self._served
        if self._package in parts:
            module = fresh(self._package.folder)
        if self._contract in parts:
            try:
                read = read_contract(self._path, module)
            except ContractError:
                # The files of the last good one may be what has to be mended, and so may new ones.
                self._contract.files = tuple(dict.fromkeys((*self._contract.files, *files_of(self._path))))
                raise
            contract, self._contract.files = read.contract, read.files
        missing = [name for name in contract.operations if not callable(getattr(module, name, None))]
        if missing:
            raise HandlerError(
                f"{self._package.folder}: there is no function {missing[0]}, which the contract names"
            )
        self._swap.app = ready(self._make, contract, module, self._path)
        self._handlers, self._served = module, contract

    def _tell(self, part: Part, changed: bool, fault: CreditkitError | None, told: str, began: float) -> None:
        """One line on what came of a part."""
        if fault is None:
            again = "is good again, " if part.fault else ""
            milliseconds = 1000 * (time.perf_counter() - began)
            log.info("%s %staken up in %.0f ms%s", part.name, again, milliseconds, told and f"; {told}")
            part.fault = ""
        elif changed or str(fault) != part.fault:
            hint = f" ({fault.hint.rstrip('.')})" if fault.hint else ""
            log.error("%s not taken up, the last good one stays: %s%s", part.name, fault.message, hint)
            part.fault = str(fault)
