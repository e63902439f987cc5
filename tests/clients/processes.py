"""Processes: how a client that is a program of its own is run, and what is said when it is not here."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).parent.parent.parent

Call = Callable[[str, str, str], Any]
"""(operation, uuid of a credit, hyperlink of a customer) -> the parsed answer; None for an empty one."""


def run(*command: str | Path, cwd: Path | None = None, **environment: str) -> str:
    """What a command prints; a command that fails fails the test, with all that it printed."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def absent(reason: str) -> NoReturn:
    """Skip the tests of a client that is not installed; where `CI` is true they fail instead."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
