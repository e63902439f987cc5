"""The mock of a test run never outlives the run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import httpx

SCRIPT = """
import sys
from creditkit.testing import MockProcess
print(MockProcess().start(), flush=True)
sys.stdin.read()
"""


def test_a_mock_ends_when_the_run_is_killed() -> None:
    started = [sys.executable, "-c", SCRIPT]
    with subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        assert httpx.get(f"{url}/openapi.json").status_code == 200
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 60
    while answers(url):
        assert time.monotonic() < deadline, "the mock is still there"


def answers(url: str) -> bool:
    try:
        httpx.get(f"{url}/openapi.json")
    except httpx.TransportError:
        return False
    return True
