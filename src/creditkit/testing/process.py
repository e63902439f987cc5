"""A mock as a process of its own, on a port that the system chooses."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from types import TracebackType

from creditkit.errors import ControlError

SECONDS = 10
"""How long the process may take to stop before it is killed."""


class MockProcess:
    """`creditkit mock` with further `options`, from `start` to `stop`. It never outlives this process."""

    def __init__(self, options: Sequence[str] = ()) -> None:
        self._options = options
        # A file, since a full pipe would block the mock.
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it, and return its URL once it listens. Raises ControlError with its error output."""
        program = (sys.executable, "-m", "creditkit.testing.lifeline")
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [*program, "mock", "--port", "0", *self._options, "--quiet"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        assert self._process.stdout is not None
        url = self._process.stdout.readline().strip()
        if not url.startswith("http"):
            self._process.wait()
            said = self._said()
            self.stop()
            raise ControlError(f"no mock could be started: {said or url}", "look at its options")
        return url

    def stop(self) -> None:
        """Stop it, if it runs."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        self._errors.close()

    def _said(self) -> str:
        """The error output of the process."""
        self._errors.seek(0)
        return self._errors.read().strip()

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
