"""The actions of `creditkit store`, one function each; each prints its result.

Raises what `interchange` and `tinyjournal.inspection` raise, and `DataFileError` where a check finds fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from creditkit.errors import DataFileError
from creditkit.store.tables.database import BEGINNING
from creditkit.store.tables.rows import TABLES
from creditkit.store.tinyjournal import inspection

from .interchange import export_world, import_world, read_world, repair_world

KNOWN = tuple(codec.table for codec in TABLES if codec.table != "meta")


def check_file(path: Path) -> None:
    """Print that a data file is whole and what it holds, or how it is damaged."""
    found = inspection.check(path)
    if found.damage:
        for flaw in found.damage:
            print(f"{flaw.file}: at byte {flaw.offset}: {flaw.what}")
        raise DataFileError(
            f"{path}: damaged in {_number(len(found.damage), 'place')}",
            f"save what can be saved: creditkit store repair {path} --to FILE",
        )
    read_world(path)
    print(f"{path}: a whole world")
    for line in _about(found):
        print(f"  {line}")


def repair_file(path: Path, to: Path) -> None:
    """Write what can be saved of a data file to another one, and print what was lost."""
    saved, lost = repair_world(path, to)
    for each in lost:
        print(f"lost: {each}" if not each.startswith(("left out", "changed")) else each)
    print(f"{to}: {_counted(saved)}")
    if not lost:
        print(f"  nothing was lost: {path} is whole")


def export_file(path: Path, to: Path, form: str) -> None:
    """Write the world in a data file for other programs."""
    print(f"{to}: {_counted(export_world(path, to, form))}")


def import_file(source: Path, to: Path) -> None:
    """Make a data file from the export of another program."""
    print(f"{to}: {_counted(import_world(source, to))}")


def _about(found: inspection.Inspection) -> Iterator[str]:
    yield _counted(found.documents)
    yield f"{found.base_size:,} bytes, and {found.journal_size:,} in journals"
    names = [name for name in found.snapshots if name != BEGINNING]
    yield f"snapshots: {', '.join(names)}" if names else "no snapshots"
    if found.cut is not None:
        yield f"{found.cut.file}: the last write, at byte {found.cut.offset}, is cut short: it is dropped"


def _counted(documents: Mapping[str, int]) -> str:
    """The counts in words: `7 users, 22 customers, …`."""
    return ", ".join(f"{documents.get(table, 0)} {table}" for table in KNOWN)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
