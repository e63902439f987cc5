"""`creditkit selftest`: the check, held to every deviation."""

from __future__ import annotations

from typing import Any

import click

from .options import PATH, options_of

_option = options_of("selftest")
_COUNT = click.IntRange(min=0)


@click.command()
@click.argument("names", nargs=-1, metavar="[ID|GROUP]...")
@_option("--mutants", "Test the generated mutants; names are parts of their ids.", is_flag=True)
@_option("--sample", "Draw so many mutants, always the same ones.", type=_COUNT, default=0, metavar="N")
@_option("--quick", "Leave out what takes schemathesis to judge.", is_flag=True)
@_option("--ablate", "Show what survives without a requirement; all in turn.", metavar="ID|all")
@_option("--compare", "Let another tool try.", type=click.Choice(["schemathesis"]))
@_option("--keep", "File of a comparison, which goes on where it ended.", type=PATH, metavar="FILE")
@_option(
    "--workers", "Processes to use. Default: one a core, two at most.", type=_COUNT, default=0, metavar="N"
)
@_option("--json", "File to write the results to.", type=PATH, metavar="FILE")
@click.pass_context
def selftest(context: click.Context, /, names: tuple[str, ...], **given: Any) -> int:
    """Test the check itself, by every deviation of the catalogue.

    Each deviation is shown by a mock and judged over HTTP. Without names, all of them.
    """
    from creditkit import selftest as package  # no other subcommand needs both sides

    actions = [name for name in ("mutants", "ablate", "compare") if given[name]]
    if len(actions) > 1:
        raise click.UsageError(f"--{actions[0]} and --{actions[1]} are two things to do", context)
    options = package.Options(
        names, given["workers"], given["quick"], given["sample"], given["json"], given["keep"]
    )
    if given["mutants"]:
        return package.catch_mutants(options)
    if given["ablate"]:
        return package.ablate(given["ablate"], options)
    if given["compare"]:
        return package.compare_with_schemathesis(options)
    return package.catch_deviations(options)
