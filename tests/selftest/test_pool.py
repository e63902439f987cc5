"""The pool: Ctrl-C ends a selftest at once, whatever its workers do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys


def test_ctrl_c_ends_it() -> None:
    command = [sys.executable, "-m", "creditkit.cli", "selftest", "--workers", "2", "faults-access"]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert running.stdout is not None
    try:
        first = running.stdout.readline()
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to every process
        _, told = running.communicate(timeout=60)
    finally:
        running.kill()
    assert " s  " in first
    assert running.returncode == 130
    assert "Traceback" not in told
