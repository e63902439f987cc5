"""The pool: worker processes, each with a bench of its own, that judge what they are given.

Results come in the order in which they are ready. A worker that dies ends the selftest with an error.
"""

from __future__ import annotations

import atexit
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing.context import BaseContext
from typing import TypeVar

from creditkit.errors import DeploymentError

from .bench import Bench

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_bench: Bench | None = None


def judged(judge: Callable[[Bench, Item], Outcome], items: Sequence[Item], workers: int) -> Iterator[Outcome]:
    """What `judge` makes of each item, on the bench of whichever worker is free."""
    if workers == 1:
        with Bench() as bench:
            yield from (judge(bench, item) for item in items)
        return
    with ProcessPoolExecutor(workers, mp_context=_context(), initializer=_open) as pool:
        waiting = [pool.submit(partial(_judge, judge), item) for item in items]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BrokenProcessPool:
            raise DeploymentError(
                "a worker of the selftest died", "run it with --workers 1 to see where"
            ) from None
        finally:
            # Not the futures one by one: one that is cancelled while the pool breaks makes a trace of it.
            pool.shutdown(wait=False, cancel_futures=True)


def _context() -> BaseContext:
    """How workers are made: from a process without threads, which a fork would copy by half."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"{__package__}.judging"])  # imported once for all workers
    return context


def _open() -> None:
    """Start the bench of this worker process.

    Ctrl-C reaches every process. A worker is then gone at once, which the pool sees; one that goes on with
    half of its state is what it would wait for.
    """
    global _bench
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _bench = Bench()
    _bench.__enter__()
    atexit.register(_bench.__exit__)


def _judge(judge: Callable[[Bench, Item], Outcome], item: Item) -> Outcome:
    assert _bench is not None, "every worker has a bench"
    return judge(_bench, item)
