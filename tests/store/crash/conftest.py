"""Writers to kill, and what a database that was left behind is compared with."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from creditkit.store.tinyjournal import JournalDB

from .load import INDEXES, Model, Tables, content
from .writer import Life

TESTS = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Writer:
    """One life of a writer, as seen from outside. `acknowledged` counts steps for each of its threads."""

    pid: int
    lines: Iterator[str]
    acknowledged: dict[int, int] = field(default_factory=dict)
    steps: int = 0
    status: int | None = None

    def read(self, acknowledgements: int) -> None:
        """Listen until that many more steps are acknowledged, or to the end."""
        for line in self.lines:
            match line.split():
                case ["ack", thread, step]:
                    self.acknowledged[int(thread)] = int(step)
                    acknowledgements -= 1
                case ["steps", number]:
                    self.steps = int(number)
                case ["end", status]:
                    self.status = int(status)
                    return
            if acknowledgements <= 0:
                return

    def kill(self, after: float = 0) -> None:
        """SIGKILL, then listen to what was acknowledged until then."""
        time.sleep(after)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.finish()

    def finish(self) -> None:
        """Listen to the end."""
        while self.status is None:
            self.read(1_000_000)


class Nursery:
    """The process that forks writers. One writer lives at a time."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "store.crash.writer"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *_inherited()])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def live(self, life: Life) -> Writer:
        """A new writer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(life)) + "\n")
        self._process.stdin.flush()
        word, pid = self._process.stdout.readline().split()
        assert word == "pid"
        return Writer(int(pid), iter(self._process.stdout.readline, ""))

    def close(self) -> None:
        """No more writers."""
        self._process.communicate()
        assert self._process.returncode == 0


def _inherited() -> list[str]:
    """Where else this process was told to look for modules."""
    return [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]


@pytest.fixture
def without_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no disk in this process: what a killed process leaves is with the kernel."""
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda _: None)


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("nursery"))
    yield nursery
    nursery.close()


@dataclass(frozen=True, slots=True)
class Found:
    """What a database holds: its tables, what each snapshot holds, and what was said while it was opened."""

    tables: Tables
    snapshots: dict[str, Tables]
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, model: Model) -> Found:
        """What a model says must be found."""
        return cls(model.tables, model.snapshots)

    def __eq__(self, other: object) -> bool:
        """The same content; warnings aside."""
        assert isinstance(other, Found)
        return (self.tables, self.snapshots) == (other.tables, other.snapshots)

    __hash__ = None  # type: ignore[assignment]


def found_in(path: Path) -> Found:
    """Open the database at `path` and read everything in it, snapshots included."""
    warnings: list[str] = []
    with JournalDB(path, indexes=INDEXES, warn=warnings.append) as db:
        snapshots = {}
        for name in db.snapshots:
            fork = db.fork()
            fork.restore(name)
            snapshots[name] = content(fork)
        return Found(content(db), snapshots, tuple(warnings))


def left_behind(path: Path, copy: Path) -> Found:
    """What is found in a copy of the folder of `path`, so that the folder stays as it is."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(path.parent, copy)
    return found_in(copy / path.name)
