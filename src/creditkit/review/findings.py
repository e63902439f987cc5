"""Findings: what is wrong with a contract, and where it stands.

>>> place = Place("openapi.yaml", 12, 5, "/info/title")
>>> str(place)
'openapi.yaml:12:5'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
"""An error breaks somebody who relies on the contract; a warning misleads somebody who reads it."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: the file as the user named it, line and column from 1, and the JSON Pointer."""

    file: str
    line: int
    column: int
    pointer: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: which rule, how bad, where, what is wrong there, why it matters, and what to do about it."""

    rule: str
    severity: Severity
    place: Place
    message: str
    reason: str
    hint: str
