"""Text made fit to be shown, CSV, and report files written to disk."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from creditkit.errors import DataFileError

# Characters that steer a terminal, cannot stand in XML or HTML, or reorder text; not tab and line feed.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    """The text with every control character written as an escape."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    """The text on one line, control characters escaped."""
    return " ".join(visible(text).split())


def shortened(text: str, limit: int) -> str:
    """The text, or its first `limit` characters and how many more there are."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def to_csv(header: Iterable[str], rows: Iterable[Iterable[str | int]]) -> str:
    """A table as CSV. Texts are on one line, and no spreadsheet takes one for a formula."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(header)
    table.writerows([_cell(value) if isinstance(value, str) else value for value in row] for row in rows)
    return stream.getvalue()


def _cell(text: str) -> str:
    text = one_line(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def write_file(path: Path, content: bytes | str) -> Path:
    """Write one report file; raises DataFileError. Half characters, which JSON may hold, become escapes."""
    try:
        path.write_bytes(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
    except OSError as error:
        raise DataFileError(f"cannot write {path}: {error.strerror}", "name another file") from error
    return path


def write_files(folder: Path, contents: Mapping[str, bytes | str]) -> tuple[Path, ...]:
    """Write report files by name into a folder, which is made if need be; raises DataFileError.

    Files of an earlier report with the same names are overwritten.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot write the report to {folder}: {error.strerror}"
        raise DataFileError(message, "name another folder with --report") from error
    return tuple(write_file(folder / name, content) for name, content in contents.items())
