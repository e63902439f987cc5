"""The two servers, each in a process of its own on a free port, with the same default world."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

TESTS = Path(__file__).parents[1]
SEED = TESTS.parent / "src/creditkit/store/worlds/default.yaml"


def tokens() -> dict[str, str]:
    """The token of each user of the default world."""
    users = yaml.load(SEED.read_text("utf-8"), yaml.BaseLoader)["users"]
    return {user["username"]: user["token"] for user in users}


@contextmanager
def deployment(folder: Path, profile: str = "documented", *options: str) -> Iterator[str]:
    """The URL of a deployment whose database is in `folder`."""
    command = [
        "-m",
        "deployment",
        "serve",
        "--port",
        "0",
        "--seed",
        str(SEED),
        "--folder",
        str(folder / "database"),
    ]
    with _started([*command, *options], PROFILE=profile, PYTHONPATH=str(TESTS)) as first:
        yield first.split()[-1]


@contextmanager
def mock(*options: str) -> Iterator[str]:
    """The URL of a mock."""
    with _started(["-m", "creditkit.cli", "mock", "--port", "0", "--quiet", *options]) as first:
        yield first


@contextmanager
def _started(command: Sequence[str], **variables: str) -> Iterator[str]:
    """A process, by the first line that it prints; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", *command],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        try:
            first = process.stdout.readline().strip()
            assert "http://" in first, f"{command} did not start: {first}"
            yield first
        finally:
            process.send_signal(signal.SIGTERM)
