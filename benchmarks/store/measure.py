"""The measurement: every operation at every store, in turns, so that what else the machine does meets all."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from .life import serve
from .rows import TABLE, row_of
from .subjects import OPERATIONS

BATCH = 0.02
"""About how many seconds the repetitions of an operation take together, where it is quick enough."""

LONG = 0.3
"""From how many seconds on an operation is not repeated any more than needed."""


@dataclass(slots=True)
class Measured:
    """One store with so many documents: the seconds of processor for each operation; the bytes it holds."""

    store: str
    size: int
    memory: int
    samples: dict[str, list[float]] = field(default_factory=dict)

    def median(self, operation: str) -> float:
        """Seconds of processor."""
        return statistics.median(self.samples[operation])


def measure(
    stores: Sequence[str], sizes: Sequence[int], folder: Path, rounds: int, say: Callable[[str], None]
) -> list[Measured]:
    """Every store with every number of documents."""
    return [each for size in sizes for each in _one_size(stores, size, folder, rounds, say)]


def _one_size(
    stores: Sequence[str], size: int, folder: Path, rounds: int, say: Callable[[str], None]
) -> Iterator[Measured]:
    folder = folder / str(size)
    folder.mkdir()
    source = folder / "source.json"
    documents = {str(number + 1): row_of(number) for number in range(size)}
    source.write_text(json.dumps({TABLE: documents}, separators=(",", ":")), "utf-8")
    with ExitStack() as running:
        orders, found = {}, {}
        for store in stores:
            orders[store] = running.enter_context(_subject(store, source, folder, size))
            found[store] = Measured(store, size, memory=orders[store].recv())
            say(f"{size:>7,}  {store}: open")
        for number in range(1, rounds + 1):
            for operation in OPERATIONS:
                for store in stores:
                    _order(orders[store], found[store].samples.setdefault(operation, []), operation)
            say(f"{size:>7,}  round {number} of {rounds}")
    yield from found.values()


def _order(orders: Connection, samples: list[float], operation: str) -> None:
    """One batch, the first one of a single repetition; what takes long is done once."""
    if samples and statistics.median(samples) > LONG:
        return
    repeats = int(BATCH / max(statistics.median(samples), 1e-6)) if samples else 1
    orders.send((operation, max(1, min(2_000, repeats))))
    samples.append(orders.recv())


@contextmanager
def _subject(store: str, source: Path, folder: Path, size: int) -> Iterator[Connection]:
    """A process that holds one store and takes orders."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, store, source, folder, size))
    process.start()
    theirs.close()
    try:
        yield ours
        ours.send(None)
    finally:
        ours.close()
        process.join()
