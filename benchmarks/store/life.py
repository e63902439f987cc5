"""The life of a process that holds one store.

A process of its own, because the garbage collector of one would walk through the documents of the others, and
because only so the memory that a store takes can be told.
"""

from __future__ import annotations

import os
import shutil
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from creditkit.store.tinyjournal import JournalDB

from .rows import INDEXES, TABLE, row_of
from .subjects import OURS, Ours, Stock


def resident() -> int:
    """The memory of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def _convert(file: Path, size: int) -> None:
    """Make a file of TinyDB's one of our own format, by a write."""
    with JournalDB(file, indexes=INDEXES) as db:
        db.table(TABLE).remove(doc_ids=[db.table(TABLE).insert(row_of(size))])


def serve(orders: Connection, name: str, source: Path, folder: Path, size: int) -> None:
    """The life of a process: a subject on a copy of `source`; then measurements as they are ordered.

    Sends the bytes of memory that the open store took, then for each (operation, repeats) its seconds, until
    it is sent None.
    """
    file = folder / f"{name}.json"
    shutil.copy(source, file)
    kind = Ours if name in OURS else Stock
    if name in OURS:
        # In a process of its own: memory that this one has had before would not count.
        convert = get_context("spawn").Process(target=_convert, args=(file, size))
        convert.start()
        convert.join()
    before = resident()
    subject = kind(name, file, size)
    len(subject.table)
    if name in OURS:
        subject.warm()
    orders.send(resident() - before)
    while (order := orders.recv()) is not None:
        orders.send(subject.measure(*order))
    subject.db.close()
