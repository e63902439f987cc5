"""A mock that reloads: a kit of its own, so that its handlers may be edited, and a contract in two files."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

import creditkit
from creditkit.contract import API
from creditkit.store import default_seed_path

Seen = TypeVar("Seen")

SOON = 20
"""Seconds for which a busy machine is waited for."""

GRACE = """type: string
format: decimal
pattern: '^-?[0-9]{1,3}$'
description: Percentage that may stay unspent.
x-decimal: {digits: 3, places: 0}
x-lenient: coerced
"""


@dataclass(frozen=True, slots=True)
class Files:
    """What may be saved: a contract, a file that it refers to, a seed, and the folder of the handlers."""

    contract: Path
    grace: Path
    seed: Path
    handlers: Path

    @classmethod
    def laid_out(cls, folder: Path) -> Files:
        """The packaged contract with one schema in a file of its own, the default seed, copied handlers."""
        files = cls(
            folder / "openapi.yaml",
            folder / "schemas" / "grace.yaml",
            folder / "seed.yaml",
            folder / "kit" / "creditkit" / "handlers",
        )
        text = API.read_text(encoding="utf-8")
        cut, number = re.subn(
            r"(?m)^    GraceCoefficientInput:\n(      .*\n)+",
            "    GraceCoefficientInput: {$ref: 'schemas/grace.yaml'}\n",
            text,
        )
        assert number == 1
        files.contract.write_text(cut, encoding="utf-8")
        files.grace.parent.mkdir()
        files.grace.write_text(GRACE, encoding="utf-8")
        shutil.copy(default_seed_path(), files.seed)
        return files


@dataclass(frozen=True, slots=True)
class Reloading:
    """A running mock that reloads, its files, and what it has said on the screen."""

    url: str
    files: Files
    log: Path

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"Authorization": "Token c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"}
        return httpx.request(method, self.url + path, headers=headers, **more)  # type: ignore[arg-type]

    def said(self) -> list[str]:
        """Its lines so far, but for those of requests."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line[10:] for line in lines if '" ' not in line]

    def says(self, part: str, since: int) -> str:
        """The first line with `part` in it that it says after so many others."""
        return until(lambda: next((line for line in self.said()[since:] if part in line), ""))


def until(look: Callable[[], Seen]) -> Seen:
    """What `look` gives as soon as that is something."""
    end = time.monotonic() + SOON
    while not (seen := look()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)
    return seen


@pytest.fixture(scope="module")
def reloading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reloading]:
    folder = tmp_path_factory.mktemp("reloading")
    package = Path(str(creditkit.__file__)).parent
    shutil.copytree(package, folder / "kit" / "creditkit", ignore=shutil.ignore_patterns("__pycache__"))
    files = Files.laid_out(folder)
    log = folder / "screen.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDITKIT_")}
    environment["PYTHONPATH"] = str(folder / "kit")
    command = [sys.executable, "-m", "creditkit.cli", "mock", "--port", "0", "--reload"]
    command += ["--contract", str(files.contract), "--seed", str(files.seed)]
    with log.open("w") as screen:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=screen, env=environment, text=True)
    assert process.stdout is not None
    with process, process.stdout as printed:
        first = printed.readline()
        found = re.search(r"http://\S+", first)
        assert found, f"the mock did not start: {log.read_text()}"
        try:
            yield Reloading(found[0], files, log)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=SOON) == 0
    assert "Traceback" not in log.read_text()
    assert "breaks the contract" not in log.read_text()
