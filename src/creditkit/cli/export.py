"""`creditkit export`: a world's answers as files for tools that answer without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import PATH, Function, options_of

_option = options_of("export")


@click.group()
def export() -> None:
    """Write a world's answers for tools that answer without a server."""


_contract = _option("--contract", "Contract to hold the answers to. Default: the packaged one.", type=PATH)


def _of_a_world(command: Function) -> Function:
    for option in (
        _contract,
        _option(
            "--limit",
            "Of how many credits, customers and offerings the answers to them alone are written.",
            type=click.IntRange(min=0),
            default=25,
            show_default=True,
            metavar="NUMBER",
        ),
        _option("--user", "Who asks. Default: the first member of staff.", default="", metavar="USERNAME"),
        _option("--data", "Data file with the world; a mock may hold it.", type=PATH),
        _option("--seed", "Seed file of the world, or what a proxy has recorded.", type=PATH),
        _option("--world", "World of the gallery. Default: the default one.", default="", metavar="NAME"),
        _option(
            "--to", "File to write: TypeScript if it ends in .ts, else JavaScript.", type=PATH, required=True
        ),
    ):
        command = option(command)
    return command


@export.command("msw")
@_of_a_world
def export_msw(to: Path, **given: Any) -> int:
    """Write request handlers for MSW 2 or newer."""
    from creditkit.export import Form, Options, export

    return export(Form.MSW, to, Options(**given))


@export.command("playwright")
@_of_a_world
def export_playwright(to: Path, **given: Any) -> int:
    """Write a function that routes a page's requests in Playwright."""
    from creditkit.export import Form, Options, export

    return export(Form.PLAYWRIGHT, to, Options(**given))


@export.command("verify")
@click.argument("file", type=PATH)
@_contract
def export_verify(file: Path, contract: Path | None) -> int:
    """Say whether FILE is of the contract in use, and which answers break it if not."""
    from creditkit.export import verify

    return verify(file, contract)
