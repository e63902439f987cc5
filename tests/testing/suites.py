"""Other people's suites: written into an empty folder and run by pytest as they would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

PLUGINS = ("-p", "creditkit.testing.plugin", "-p", "xdist", "-p", "no:cacheprovider")


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended: its exit code, what it printed, and how many tests had which outcome."""

    code: int
    said: str

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many passed, failed and so on, as the last line says."""
        last = self.said.strip().rsplit("\n", 1)[-1]
        return {what: int(number) for number, what in re.findall(r"(\d+) (\w+?)s?\b(?=,| in)", last)}


def run(folder: Path, suite: str, *options: str) -> Done:
    """Run a suite, given as the text of its one file."""
    (folder / "test_suite.py").write_text(dedent(suite), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDITKIT_")}
    # Other plugins that are installed would take longer to load than the suite to run.
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGINS, *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Done(done.returncode, done.stdout)
