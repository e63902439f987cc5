"""What a process and all its children have used: processor time and memory, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def processor_seconds(pid: int) -> float:
    """User and system time of the process tree, children that have ended included."""
    return sum(sum(map(int, _stat(member)[11:15])) for member in tree(pid)) / _TICK


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


def _stat(pid: int) -> list[str]:
    """The fields of stat after the name, which may itself hold blanks and brackets."""
    return (_PROC / str(pid) / "stat").read_text("utf-8").rpartition(")")[2].split()
