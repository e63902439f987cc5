"""Contracts without a fault, and one fault at a time planted in them."""

from __future__ import annotations

import textwrap
from pathlib import Path

from creditkit.review import Source, parse_source

FAULTS = Path(__file__).parent / "faults"
BASES = {version: (FAULTS / f"base-{version}.yaml").read_text(encoding="utf-8") for version in ("3.0", "3.1")}


def plant(base: str, replace: str, put: str) -> str:
    """The base with one block of lines, at whatever depth it stands first, in place of another."""
    lines, wanted = base.splitlines(), replace.splitlines()
    for number, line in enumerate(lines):
        margin = line[: len(line) - len(line.lstrip())]
        if lines[number : number + len(wanted)] == [margin + one for one in wanted]:
            planted = textwrap.indent(put, margin).splitlines()
            return "\n".join([*lines[:number], *planted, *lines[number + len(wanted) :], ""])
    raise AssertionError(f"the base has no such text:\n{replace}")


def source_of(text: str) -> Source:
    """The contract in a text that has no other files."""

    def nothing(name: str) -> bytes:
        raise FileNotFoundError(2, "No such file", name)

    return parse_source("contract.yaml", text.encode(), nothing)
