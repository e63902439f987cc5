"""Starving: for how long this process was ready to run, and the machine had no processor for it.

An answer that was there in time and not looked at is not slow. Where client and deployment share an
overloaded machine, all of them wait; this is what of it is the client's own.
"""

from __future__ import annotations

from pathlib import Path

_THREADS = Path("/proc/self/task")
_NANO = 1e9


def starved() -> float:
    """Seconds that the threads of this process have waited for a processor; 0 where no system tells.

    It counts the threads that there are, so it falls where one ends.
    """
    return sum(_waited(thread) for thread in _THREADS.glob("*/schedstat")) / _NANO


def _waited(thread: Path) -> int:
    try:
        return int(thread.read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0  # the thread has ended meanwhile
