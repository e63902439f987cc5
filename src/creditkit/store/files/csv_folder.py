"""The documents of a world as spreadsheets: a folder with a CSV file for each table.

The lines of invoices have a file of their own. A list of uuids is one cell, with spaces between; an empty
cell is "none" where a document may have none. Nothing is lost either way but TinyDB's document ids.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from creditkit.errors import DataFileError
from creditkit.store.tables.csv_fields import COLUMNS, LATER_FIELDS, LINE_COLUMNS, LINES, Columns
from creditkit.store.tables.rows import Row

LARGEST_CELL = 2**31 - 1
"""The csv module stops at 131,072 characters, which the customers of one owner may well need."""

Tables = Mapping[str, Sequence[Row]]


def sheets(tables: Tables) -> Iterator[tuple[str, str]]:
    """The name and the text of each file that shows the documents of `tables`."""
    for table, columns in COLUMNS.items():
        yield f"{table}.csv", _text(columns, tables[table])
    lines = (
        {"invoice": invoice["uuid"]} | item for invoice in tables["invoices"] for item in invoice["items"]
    )
    yield f"{LINES}.csv", _text(LINE_COLUMNS, lines)


def documents(folder: Path) -> dict[str, list[Row]]:
    """The documents that the files in `folder` show, by table; a file that is not there has none.

    Raises `DataFileError` for the first cell that cannot be read, and for a file that belongs to no table.
    """
    known = {f"{table}.csv" for table in (*COLUMNS, LINES)}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            near = get_close_matches(path.name, known, 1)
            raise DataFileError(
                f"{path}: no table of a world",
                f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}",
            )
    tables = {table: list(_rows(folder / f"{table}.csv", columns)) for table, columns in COLUMNS.items()}
    invoices = {invoice["uuid"]: invoice for invoice in tables["invoices"]}
    for invoice in tables["invoices"]:
        invoice["items"] = []
    path = folder / f"{LINES}.csv"
    for number, line in enumerate(_rows(path, LINE_COLUMNS), start=1):
        uuid = line.pop("invoice")
        if uuid not in invoices:
            raise DataFileError(
                f"{path}: line {number} belongs to invoice {uuid!r}, which is not there",
                "add the invoice to invoices.csv, or take the line out",
            )
        invoices[uuid]["items"].append(line)
    return tables


def _text(columns: Columns, rows: Iterable[Row]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(cell.write(row.get(name)) for name, cell in columns.items())
    return out.getvalue()


def _rows(path: Path, columns: Columns) -> Iterator[Row]:
    csv.field_size_limit(LARGEST_CELL)
    try:
        # With the mark that Excel puts in front of UTF-8 or without.
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = next(reader, [])
            _check_header(path, header, columns)
            for cells in reader:
                if cells:
                    yield _row(f"{path}:{reader.line_num}", header, cells, columns)
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(f"{path}: cannot be read: {error}", "save it as CSV in UTF-8") from error


def _check_header(path: Path, header: Sequence[str], columns: Columns) -> None:
    wanted = [name for name in columns if name not in LATER_FIELDS]
    for name in header:
        if name not in columns or header.count(name) > 1:
            raise DataFileError(
                f"{path}:1: {'unknown column' if name not in columns else 'twice the column'} {name!r}",
                f"known are {', '.join(columns)}",
            )
    for name in wanted:
        if name not in header:
            raise DataFileError(f"{path}:1: the column {name!r} is missing", "add it")


def _row(where: str, header: Sequence[str], cells: Sequence[str], columns: Columns) -> Row:
    if len(cells) != len(header):
        raise DataFileError(
            f"{where}: {len(cells)} cells under {len(header)} columns", "look for a comma too many"
        )
    row: Row = {}
    for name, text in zip(header, cells, strict=True):
        try:
            row[name] = columns[name].read(text)
        except ValueError:
            raise DataFileError(
                f"{where}: {name} is {text!r}, which is not {columns[name].words}", "correct the cell"
            ) from None
    return row
