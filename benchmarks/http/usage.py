"""What a process and all its children have used: processor time and memory, from /proc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")


def processor_seconds(pid: int) -> float:
    """User and system time of the process tree, by the scheduler's own count, which knows nanoseconds."""
    threads = (thread for member in tree(pid) for thread in (_PROC / str(member) / "task").iterdir())
    return sum(int((thread / "schedstat").read_text("ascii").split()[0]) for thread in threads) / 1e9


def resident_bytes(pid: int) -> int:
    """The memory of the process tree, shared pages counted by share."""
    total = 0
    for member in tree(pid):
        for line in (_PROC / str(member) / "smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def tree(pid: int) -> Iterator[int]:
    """The process and everything that descends from it."""
    yield pid
    for task in (_PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield from tree(int(child))
