"""Kinds: every name that a change can have, and why it matters where it breaks somebody.

`kinds.csv` has what can happen to a schema, a parameter, a body or a header, once for requests and once for
responses; `operation_kinds.csv` has the rest. No reason means that the change alone breaks nobody.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from importlib.resources import files

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "request": (
        *("request-body", "request-property", "request-parameter"),
        *("event-answer-body", "event-answer-property"),
    ),
    "response": (
        *("response-body", "response-property", "response-header"),
        *("event-body", "event-property", "event-parameter"),
    ),
}
"""What a change can happen to, by the direction in which it travels."""


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader((files(__package__) / name).read_text(encoding="utf-8").splitlines())


def _read() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _rows("kinds.csv"):
        for direction, subjects in SUBJECTS.items():
            found |= {f"{subject}-{row['what']}": row[direction] for subject in subjects}
    return found | {row["kind"]: row["reason"] for row in _rows("operation_kinds.csv")}


KINDS: Mapping[str, str] = _read()
"""The reason of each kind."""
