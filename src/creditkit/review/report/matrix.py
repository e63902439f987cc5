"""The matrix: every fact and every element of a contract with its place, as a table for spreadsheets."""

from __future__ import annotations

import csv
import io

from creditkit.review.review import Review
from creditkit.review.trace import Trace

from .words import one_line

COLUMNS = ("state", "fact", "element", "file", "line", "column", "pointer", "text")


def to_csv(review: Review) -> str:
    """The trace of a review as CSV with a line of names; that line alone if nothing was traced."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in (review.trace or Trace((), ())).rows:
        place = row.place
        fact = row.fact.id if row.fact else ""
        where = (place.file, place.line, place.column, place.pointer)
        cells = (row.state, fact, row.element, *where, row.text)
        writer.writerow([one_line(cell) if isinstance(cell, str) else cell for cell in cells])
    return stream.getvalue()
