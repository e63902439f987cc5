"""A mock that ends with the process that started it, even if that is killed.

    python -m creditkit.testing.lifeline mock --port 0

Its standard input is a pipe. When the other end closes, the mock stops as by SIGTERM.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from threading import Thread


def _stop_at_end_of_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    Thread(target=_stop_at_end_of_input, name="lifeline", daemon=True).start()
    runpy.run_module("creditkit.cli", run_name="__main__", alter_sys=True)
