"""A mock that ends when whoever started it does, however that was.

    python -m creditkit.testing.lifeline mock --port 0

Its input is a pipe that nothing is written to. When the other end is gone, it stops as by Ctrl-C.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from threading import Thread


def _hold() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    Thread(target=_hold, name="lifeline", daemon=True).start()
    runpy.run_module("creditkit.cli", run_name="__main__", alter_sys=True)
