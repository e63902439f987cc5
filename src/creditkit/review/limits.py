"""Limits: how much a contract may ask of the machine that reads it."""

from __future__ import annotations

from dataclasses import dataclass

from creditkit.errors import ReviewInputError


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest contract that is read; each limit counts all files of the contract together.

    `nodes` counts values as they are after YAML's aliases have been put in, so that a few lines of aliases
    cannot stand for billions of values. `depth` counts how deep values stand within each other. `seconds` is
    the time that one remote file may take.
    """

    bytes: int = 16_000_000
    nodes: int = 500_000
    depth: int = 150
    files: int = 1_000
    seconds: float = 10.0

    def check_bytes(self, count: int, name: str) -> None:
        """Refuse more bytes than are read; `name` is the file that goes beyond."""
        if count > self.bytes:
            message = f"{name}: with this file the contract has more than {self.bytes:,} bytes"
            raise ReviewInputError(message, "if it is what it should be, take a larger --max-size")
