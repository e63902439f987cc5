"""Writer processes that say how far they have come: `python -m store.crash.writer`.

The program reads one `Life` a line (JSON) and forks a process for it, so that a new writer costs
milliseconds. What it prints, a line each: `pid N` for a new writer, `open` when its database is open,
`ack WRITER STEP` after each step that the database has acknowledged, `steps N` when a life that counts its
file operations comes to its end, and `end STATUS` when it is gone.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal

from creditkit.errors import DataFileError
from creditkit.store.tinyjournal import Durability, JournalDB

from .load import INDEXES, carry_out, operation, share
from .steps import Steps

WRITERS = 4
"""How many threads write in a life with the plan `threads`."""

_write = os.write


@dataclass(frozen=True, slots=True)
class Life:
    """What one writer does.

    The plans: `one` thread does every kind of step; `threads` write at once, each its own documents;
    `counted` does a few steps, a compaction with a step at each of its file operations, and a few more,
    and dies at file operation `die_at` (with `torn`, a write stops half way); `full` may not let any file
    grow beyond `limit` bytes and goes on when it is refused.
    """

    path: str
    seed: int
    step: int
    durability: str = "process"
    plan: Literal["one", "threads", "counted", "full"] = "one"
    die_at: int = 0
    torn: bool = False
    limit: int = 0


def say(line: str) -> None:
    """Print a line in one write, which a pipe takes whole."""
    _write(1, f"{line}\n".encode())


def live(life: Life) -> None:
    """Open the database and write until the plan ends or somebody kills the process."""
    steps = Steps(Path(life.path).parent, life.die_at, torn=life.torn) if life.plan == "counted" else None
    durability = Durability[life.durability.upper()]
    db = JournalDB(Path(life.path), indexes=INDEXES, durability=durability, warn=lambda _: None)
    say("open")
    match life.plan:
        case "one":
            compact_all_the_time(db)
            for _ in write(db, life.seed, life.step):
                pass
        case "threads":
            compact_all_the_time(db)
            write_at_once(db, life)
        case "counted":
            assert steps is not None
            write_around_a_compaction(db, life, steps)
        case "full":
            write_into_a_full_disk(db, life)


def write(db: JournalDB, seed: int, start: int) -> Iterator[int]:
    """Step after step without an end; yields after each."""
    first = db.requests
    for step in count(start):
        carry_out(db, operation(seed, step), first)
        say(f"ack 0 {step}")
        yield step


def compact_all_the_time(db: JournalDB) -> None:
    """Compact again and again in a thread that dies with the process."""

    def work() -> None:
        while True:
            db.compact()
            time.sleep(0.001)

    threading.Thread(target=work, daemon=True).start()


def write_at_once(db: JournalDB, life: Life) -> None:
    """Several threads, each with its own documents and its own count of steps."""

    def work(writer: int) -> None:
        for step in count(life.step):
            carry_out(db, share(life.seed, step, writer))
            say(f"ack {writer} {step}")

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def write_around_a_compaction(db: JournalDB, life: Life, steps: Steps) -> None:
    """Eight steps, a compaction with a step at each of its file operations, three steps, the end."""
    writing = write(db, life.seed, life.step)
    for _ in range(8):
        next(writing)
    wanted, done = threading.Semaphore(0), threading.Semaphore(0)

    def pause() -> None:
        if threading.current_thread() is not threading.main_thread():
            wanted.release()
            done.acquire(timeout=0.01)

    steps.before = pause
    compaction = threading.Thread(target=db.compact)
    compaction.start()
    while compaction.is_alive():
        if wanted.acquire(timeout=0.002):
            next(writing)
            done.release()
    steps.before = None
    for _ in range(3):
        next(writing)
    db.close()
    say(f"steps {steps.count}")


def write_into_a_full_disk(db: JournalDB, life: Life) -> None:
    """Sixty steps under a limit of the file size; a step that is refused is not acknowledged."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (life.limit, resource.RLIM_INFINITY))
    for step in range(life.step, life.step + 60):
        try:
            carry_out(db, operation(life.seed, step, {"put": 4, "move": 2, "delete": 1}))
        except DataFileError:
            continue
        say(f"ack 0 {step}")


def give_birth(life: Life) -> None:
    """Fork a process for one life, and see it to its end."""
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        say(f"end {os.waitstatus_to_exitcode(status)}")
        return
    say(f"pid {os.getpid()}")
    try:
        live(life)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def main(lines: Iterator[str], birth: Callable[[Life], None] = give_birth) -> None:
    """One life for each line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for pytest, which closes the pipe
    for line in lines:
        birth(Life(**json.loads(line)))


if __name__ == "__main__":
    main(sys.stdin)
