"""Fixtures for all tests: mocks that run in their own processes, on free ports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest
import yaml
from hypothesis import HealthCheck, settings

from creditkit.store import default_seed_path

pytest_plugins = ("browsing",)

# A shell starts background jobs with SIGINT ignored, and children inherit that: `nohup make test &`.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is slow to make examples and to try them; what a test may take is asserted where it matters.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

HERE = (sys.executable, "-m", "creditkit.cli")

Serve = Callable[..., AbstractContextManager["Mock"]]


@dataclass(frozen=True, slots=True)
class Mock:
    """A running mock: base URL without a trailing slash, a token of staff, process id."""

    url: str
    token: str
    pid: int

    @property
    def memory(self) -> int:
        """Its resident memory in bytes."""
        lines = Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))

    def client(self) -> httpx.Client:
        """An HTTP client that is logged in as staff."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Token {self.token}"})


@contextmanager
def _serve(log: Path, program: Sequence[str | Path], options: Sequence[str]) -> Iterator[Mock]:
    """Serve until the block ends, then check the exit code, the output and the log."""
    command = [*program, "mock", "--port", "0", "--quiet", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDITKIT_")}
    if program != HERE:
        environment.pop("PYTHONPATH", None)
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True)
    assert process.stdout is not None
    with process, process.stdout as printed:
        try:
            url = printed.readline().strip()
            assert url.startswith("http://"), f"the mock did not start: {log.read_text()}"
            yield Mock(url, _staff_token(), process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=10)
            rest = printed.read()
    assert code in (0, 130), f"exit code {code} after SIGINT"
    assert rest == "", "with --quiet the base URL is all that is printed"
    assert "breaks the contract" not in log.read_text(), log.read_text()


def _staff_token() -> str:
    """The token of the first member of staff in the default world."""
    text = default_seed_path().read_text(encoding="utf-8")
    users = yaml.load(text, Loader=yaml.BaseLoader)[
        "users"
    ]  # scalars as they are written: no token is a number
    return next(str(user["token"]) for user in users if user.get("staff") == "true")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """Start another mock: `with serve("--now", "2027-01-31") as mock: …`.

    Without options it serves the default world. `program` is the command line of another installation.
    """
    folder = tmp_path_factory.mktemp("mocks")
    numbers = count(1)

    def start(*options: str, program: Sequence[str | Path] = HERE) -> AbstractContextManager[Mock]:
        return _serve(folder / f"mock-{next(numbers)}.log", program, options)

    return start


@pytest.fixture(scope="session")
def mock(serve: Serve) -> Iterator[Mock]:
    """One mock for the whole session, for tests that only read."""
    with serve() as running:
        yield running
