"""What was measured, as Markdown: costs by number of documents, how they grow, memory, and threads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.section import microseconds, table
from creditkit.store.tinyjournal import Durability

from .measure import IN_A_LOOP, LOOP, LOOPS, Measured
from .subjects import OPERATIONS, OURS, STOCK
from .threads import WRITERS

BASE = "ours, process"
"""What the others are compared with: the store as it is with `--data FILE`."""

FROM, TO = 1_000, 100_000
"""Between which numbers of documents growth is told."""

Found = Mapping[tuple[str, int], Measured]


def text(
    measured: Sequence[Measured],
    loops: Mapping[tuple[str, int], float],
    rates: Mapping[tuple[Durability, int], float],
    where: str,
) -> str:
    """The whole section."""
    found = {(each.store, each.size): each for each in measured}
    sizes = sorted({each.size for each in measured})
    return "\n\n".join(
        [
            "## The store beside TinyDB's own storages",
            f"Written by `make bench-store` on {where}",
            EXPLANATION,
            *_by_size(found, sizes),
            *_growth(found, sizes),
            *_loops(loops, sizes),
            *_memory(found, sizes),
            *_threads(rates),
        ]
    )


EXPLANATION = """\
Microseconds of processor time for one operation, medians; in brackets how often ours with `--data FILE`
fits into it. Credits of about 930 bytes; ours with one unique index, two others and four orders. Each
store runs in a process of its own; they take turns, operation by operation. Reads and writes are
TinyDB's own calls with the same arguments. Pages begin anywhere; ours are read as the bytes that leave,
those of TinyDB as documents, sorted in Python where they are ordered. TinyDB has no snapshot, restore or
fork: there it is a copy of all that is in it. What is in memory is "opened" by reading the same JSON
file. Ours puts some work off until it is needed: "open, each read once" is the price with it. "update, page
by" changes a value and then reads a page in that order. What compaction took while a write ran is part of
the write."""


def _by_size(found: Found, sizes: Sequence[int]) -> Iterator[str]:
    for size in sizes:
        yield f"### {size:,} documents"
        rows = []
        for operation in OPERATIONS:
            base = found[BASE, size].median(operation)
            cells = [microseconds(found[store, size].median(operation)) for store in OURS]
            for store in STOCK:
                seconds = found[store, size].median(operation)
                cells.append(f"{microseconds(seconds)} ({ratio(seconds / base)})")
            rows.append([operation, *cells])
        yield table(["operation", *OURS, *STOCK], rows)


def _growth(found: Found, sizes: Sequence[int]) -> Iterator[str]:
    if not {FROM, TO} <= set(sizes):
        return
    yield f"### How costs grow from {FROM:,} to {TO:,} documents"
    yield (
        "How often the cost at the smaller size fits into that at the larger one; in brackets the exponent e "
        "in cost = c · nᵉ: 0 is constant, 1 grows with the number of documents."
    )
    rows = []
    for operation in OPERATIONS:
        cells = []
        for store in (*OURS, *STOCK):
            factor = found[store, TO].median(operation) / found[store, FROM].median(operation)
            exponent = math.log(factor) / math.log(TO / FROM)
            cells.append(f"{ratio(factor)} ({exponent:.2f})")
        rows.append([operation, *cells])
    yield table(["operation", *OURS, *STOCK], rows)


def _loops(loops: Mapping[tuple[str, int], float], sizes: Sequence[int]) -> Iterator[str]:
    yield "### The same in a loop"
    yield (
        f"Ours with `--data FILE`, µs, medians of {LOOPS} times {LOOP:,} in a row, no other store beside it: "
        "above, each operation begins with memory that the processor has forgotten meanwhile."
    )
    rows = [[operation, *(microseconds(loops[operation, size]) for size in sizes)] for operation in IN_A_LOOP]
    yield table(["operation", *(f"{size:,} documents" for size in sizes)], rows)


def _memory(found: Found, sizes: Sequence[int]) -> Iterator[str]:
    yield "### Memory of an open store, MB"
    stores = (*OURS, *STOCK)
    rows = [[f"{size:,}", *(f"{found[store, size].memory / 1e6:,.1f}" for store in stores)] for size in sizes]
    yield table(["documents", *stores], rows)
    yield "JSONStorage holds nothing and reads the file for each operation."


def _threads(rates: Mapping[tuple[Durability, int], float]) -> Iterator[str]:
    yield "### Acknowledged inserts a second, by the clock"
    rows = [
        [durability.name.lower(), *(f"{rates[durability, writers]:,.0f}" for writers in (1, WRITERS))]
        for durability in dict.fromkeys(durability for durability, _ in rates)
    ]
    yield table(["durability", "one writer", f"{WRITERS} writers"], rows)
    yield "`power` answers when the write is on the disk; writers that wait at the same time share one sync."


def ratio(value: float) -> str:
    """A factor, with two digits where it is small."""
    return f"{value:,.0f}x" if value >= 10 else f"{value:.2g}x"
