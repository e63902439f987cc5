"""Exports worlds for other programs and imports them: plain TinyDB JSON, and CSV files.

::

    export_world(Path("world.json"), Path("sheets"), "csv")     # also while a mock holds the file
    import_world(Path("sheets"), Path("other.json"))

Only the present content is exported: no snapshots, no journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import orjson

from creditkit.errors import DataFileError, UsageError
from creditkit.store.tables.content import Content
from creditkit.store.tables.database import BEGINNING, Database
from creditkit.store.tables.rows import META, TABLES, Meta
from creditkit.store.tinyjournal import inspection

from .csv_folder import documents, sheets
from .repair import Documents, repaired

NAMES = frozenset(codec.table for codec in TABLES)
"""The tables of a world."""

FORMS = ("json", "csv")
"""The formats of an export."""

Counts = Mapping[str, int]
"""How many documents each table has."""


def export_world(path: Path, to: Path, form: str = "json") -> Counts:
    """Write the world in the data file `path` to the JSON file or the folder of CSV files `to`.

    `path` may be held by a running mock. Raises `DataFileError`, and `UsageError` if `to` exists already.
    """
    content = read_world(path)
    if form == "csv":
        _make_folder(to)
        tables = {codec.table: list(content.table(codec).rows().values()) for codec in TABLES}
        for name, text in sheets(tables):
            _write(to / name, text.encode())
    else:
        _write(to, _plain(content))
    return counts(content)


def import_world(source: Path, to: Path) -> Counts:
    """Write the world in `source`, TinyDB JSON or a folder of CSV files, to a new data file `to`.

    Raises `DataFileError` if `source` is not a whole world, and `UsageError` if `to` exists already.
    """
    _refuse_existing(to)
    found = _from_sheets(source) if source.is_dir() else _from_json(source)
    content = Database.of(found, str(source)).content
    _write(to, _plain(content))
    return counts(content)


def repair_world(path: Path, to: Path) -> tuple[Counts, Sequence[str]]:
    """Write what can be saved of the data file `path` to a new one `to`; `path` is not touched.

    Returns the counts, and in words what was lost or changed. Snapshots are saved only where nothing was
    lost. Raises `DataFileError` where no world is left, and `UsageError` if `to` exists already.
    """
    _refuse_existing(to)
    found, tables = inspection.read_documents(path)
    lost = [f"{flaw.file}: at byte {flaw.offset}: {flaw.what}" for flaw in (*found.damage, *_cut(found))]
    documents_, steps = repaired(_parsed(tables))
    if found.damage and not documents_.get(META.table):
        raise DataFileError(
            f"{path}: no world is left to save: {lost[0]}",
            "bring that file back from a copy, or move this one away to start again from the seed",
        )
    content = Database.of(documents_, str(path)).content
    if not found.damage and not steps:
        inspection.repair(path, to)
    else:
        _write(to, _plain(content))
        lost += [f"the snapshot {name}" for name in found.snapshots if name != BEGINNING]
    return counts(content), [*lost, *steps]


def read_world(path: Path) -> Content:
    """The content of a data file, which may be held by a running mock. Raises `DataFileError`."""
    found, tables = inspection.read_documents(path)
    if found.damage:
        flaw = found.damage[0]
        raise DataFileError(
            f"{flaw.file}: damaged at byte {flaw.offset}: {flaw.what}",
            f"save what can be saved: creditkit store repair {path} --to FILE",
        )
    return Database.of(_parsed(tables), str(path)).content


def counts(content: Content) -> Counts:
    """How many documents each table has."""
    return {codec.table: len(content.table(codec)) for codec in TABLES}


def _parsed(tables: Mapping[str, Mapping[int, bytes]]) -> Documents:
    """The documents of the tables of a world, out of JSON."""
    return {
        name: {doc_id: orjson.loads(row) for doc_id, row in rows.items()}
        for name, rows in tables.items()
        if name in NAMES
    }


def _cut(found: inspection.Inspection) -> tuple[inspection.Damage, ...]:
    return () if found.cut is None else (found.cut,)


def _plain(content: Content) -> bytes:
    """The tables as plain TinyDB writes them, one document in each line."""
    tables = []
    for codec in TABLES:
        lines = (
            b"%b: %b" % (orjson.dumps(str(doc_id)), orjson.dumps(row))
            for doc_id, row in content.table(codec).rows().items()
        )
        tables.append(b"%b: {\n%b\n}" % (orjson.dumps(codec.table), b",\n".join(lines)))
    return b"{%b}\n" % b",\n".join(tables)


def _from_sheets(folder: Path) -> Documents:
    tables = documents(folder)
    if not tables["users"]:
        raise DataFileError(f"{folder}: no users in users.csv", "a world needs somebody who can call")
    if not tables["meta"]:
        tables["meta"].append(META.write(Meta(timedelta())))
    return {table: dict(enumerate(found, start=1)) for table, found in tables.items()}


def _from_json(path: Path) -> Documents:
    """The documents of a TinyDB JSON file, without what the store keeps in it for itself."""
    if sorted(path.parent.glob(f"{path.name}.*.journal")):
        raise DataFileError(
            f"{path}: there are journals beside it, without which it is not whole",
            "export it, and import what that gives",
        )
    try:
        data = orjson.loads(path.read_bytes())
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}", "name a file or a folder") from error
    except orjson.JSONDecodeError as error:
        raise DataFileError(f"{path}:{error.lineno}: not JSON: {error.msg}", "correct the line") from error
    try:
        found = {
            str(table): {int(doc_id): dict(row) for doc_id, row in rows.items()}
            for table, rows in data.items()
            if rows and not table.startswith("_")
        }
    except (AttributeError, TypeError, ValueError):
        raise DataFileError(f"{path}: JSON, but not a TinyDB database", "name another file") from None
    for table in found.keys() - NAMES:
        raise DataFileError(f"{path}: a world has no table {table!r}", "take it out, or name another file")
    return found


def _refuse_existing(path: Path) -> None:
    if path.is_symlink() or path.exists():
        raise UsageError(f"{path}: exists already", "name another one, or move it away")


def _make_folder(path: Path) -> None:
    _refuse_existing(path)
    try:
        path.mkdir()
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(path: Path, content: bytes) -> None:
    """Make a file that was not there, whole or not at all."""
    _refuse_existing(path)
    try:
        with path.open("xb") as stream, _undone_on_error(path):
            stream.write(content)
            stream.flush()
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def _undone_on_error(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink()
        raise


def _unwritable(path: Path, error: OSError) -> DataFileError:
    return DataFileError(
        f"{path}: cannot be written: {error.strerror}", "look at the free space and permissions of its folder"
    )
