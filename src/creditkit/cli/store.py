"""`creditkit store`: what looks after the data files of mocks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from .options import PATH, Function, options_of

_option = options_of("store")


@click.group()
def store() -> None:
    """Look after the data files of mocks."""


_DATA_FILE = click.argument("file", type=PATH)


def _to(text: str) -> Callable[[Function], Function]:
    return _option("--to", text, required=True, type=PATH)


@store.command("check")
@_DATA_FILE
def store_check(file: Path) -> None:
    """Say whether FILE is whole, and what it holds."""
    from creditkit.store.files import command

    command.check_file(file)


@store.command("repair")
@_DATA_FILE
@_to("File to write; it must not exist.")
def store_repair(file: Path, to: Path) -> None:
    """Write what can be saved of FILE to another file, and say what was lost."""
    from creditkit.store.files import command

    command.repair_file(file, to)


@store.command("export")
@_DATA_FILE
@_to("File, or folder for CSV, to write; it must not exist.")
@_option(
    "--format",
    "Plain TinyDB JSON, or a folder of spreadsheets.",
    "form",
    default="json",
    show_default=True,
    type=click.Choice(["json", "csv"]),
)
def store_export(file: Path, to: Path, form: str) -> None:
    """Write the world in FILE for other programs; a mock may hold the file."""
    from creditkit.store.files import command

    command.export_file(file, to, form)


@store.command("import")
@click.argument("path", type=PATH)
@_to("Data file to write; it must not exist.")
def store_import(path: Path, to: Path) -> None:
    """Make a data file of PATH: plain TinyDB JSON, or a folder of CSV files."""
    from creditkit.store.files import command

    command.import_file(path, to)
