"""The measurement: every operation at every store and size, in turns, so that whatever disturbs meets all."""

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

BATCH = 0.06
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
    """Every store with every number of documents, in turns, so that costs at two sizes compare."""
    found: list[Measured] = []
    with ExitStack() as running:
        orders: list[Connection] = []
        for size in sizes:
            source = _source(folder / str(size), size)
            for store in stores:
                order = running.enter_context(_subject(store, source, source.parent, size))
                orders.append(order)
                found.append(Measured(store, size, memory=order.recv()))
                say(f"{size:>7,}  {store}: open")
        for number in range(1, rounds + 1):
            for operation in OPERATIONS:
                for order, each in zip(orders, found, strict=True):
                    _order(order, each.samples.setdefault(operation, []), operation)
            say(f"round {number} of {rounds}")
    return found


IN_A_LOOP = ("get by id", "get by uuid", "page of ten", "update", "insert", "delete")
LOOP, LOOPS = 2_000, 7
"""How often each of them is repeated, and how many times over."""


def in_a_loop(store: str, sizes: Sequence[int], folder: Path) -> dict[tuple[str, int], float]:
    """Seconds of processor for some operations at one store that does nothing else, by operation and size."""
    found = {}
    for size in sizes:
        source = _source(folder / f"loop-{size}", size)
        with _subject(store, source, source.parent, size) as orders:
            orders.recv()
            samples: dict[str, list[float]] = {operation: [] for operation in IN_A_LOOP}
            for _ in range(LOOPS):
                for operation in IN_A_LOOP:
                    orders.send((operation, LOOP))
                    samples[operation].append(orders.recv())
        found.update({(operation, size): statistics.median(times) for operation, times in samples.items()})
    return found


def _source(folder: Path, size: int) -> Path:
    """A file of TinyDB's own with so many documents."""
    folder.mkdir()
    source = folder / "source.json"
    documents = {str(number + 1): row_of(number) for number in range(size)}
    source.write_text(json.dumps({TABLE: documents}, separators=(",", ":")), "utf-8")
    return source


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
