"""`creditkit review`: a contract, read for its reviewers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import PATH, Function, options_of

if TYPE_CHECKING:
    from creditkit.review.command import Options

_option = options_of("review")


class _ReviewGroup(click.Group):
    """`review SPEC` without the name of a command is `review all SPEC`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with the command that they leave out."""
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args = ["all", *args]
        return super().parse_args(ctx, args)


def _review_options(command: Function) -> Function:
    """The options that every command of `review` has, each with its twin in the environment."""
    formats = ["text", "markdown", "sarif", "github", "gitlab", "json", "csv", "html"]
    options: list[tuple[str, str, dict[str, Any]]] = [
        ("--format", "What to print. Default: text.", {"type": click.Choice(formats), "default": "text"}),
        ("--output", "File to write that into, instead of printing it.", {"type": PATH, "metavar": "FILE"}),
        ("--report", "Folder to write all of the report's files into.", {"type": PATH, "metavar": "DIR"}),
        ("--waivers", "File of waivers.", {"type": PATH, "metavar": "FILE"}),
        ("--allow-remote", "Fetch references that lead to other hosts.", {"is_flag": True}),
        (
            "--max-size",
            "Largest contract to read, in millions of bytes. Default: 16.",
            {"type": click.FloatRange(0.001, 1000), "default": 16, "metavar": "N"},
        ),
    ]
    for name, text, more in reversed(options):
        command = _option(name, text, **more)(command)
    return command


_facts = _option(
    "--facts", "Table of documented facts. Default: those of Customer Credits.", type=PATH, metavar="FILE"
)
_strict = _option("--strict", "Fail on possibly breaking changes as well.", is_flag=True)


@click.group(cls=_ReviewGroup, no_args_is_help=True)
def review() -> None:
    """Read a contract for its reviewers.

    `creditkit review SPEC --base REV` tells all of it: faults, changes since a git revision, trace.
    """


@review.command("all")
@click.argument("spec", type=PATH)
@_option("--base", "What to compare with: a git revision, or a file.", default="", metavar="REV")
@_facts
@_strict
@_review_options
def review_all(spec: Path, base: str, **given: Any) -> int:
    """Tell everything about SPEC: its faults, its changes since the base, its trace."""
    from creditkit.review import command

    return command.review_contract(spec, base, _review_settings(given))


@review.command("lint")
@click.argument("spec", type=PATH)
@_review_options
def review_lint(spec: Path, **given: Any) -> int:
    """Tell the faults of SPEC, each with its line."""
    from creditkit.review import command

    return command.lint_contract(spec, _review_settings(given))


@review.command("diff")
@click.argument("specs", type=PATH, nargs=-1, required=True, metavar="OLD NEW | SPEC")
@_option("--against-git", "Compare SPEC with itself at a git revision.", default="", metavar="REV")
@_strict
@_review_options
def review_diff(specs: tuple[Path, ...], against_git: str, **given: Any) -> int:
    """Tell what changed between two contracts, whom it breaks, and the proof."""
    from creditkit.review import command

    return command.compare_contracts(specs, against_git, _review_settings(given))


@review.command("trace")
@click.argument("spec", type=PATH)
@_facts
@_review_options
def review_trace(spec: Path, **given: Any) -> int:
    """Tell which documented fact stands where in SPEC, and what nothing explains."""
    from creditkit.review import command

    return command.trace_contract(spec, _review_settings(given))


def _review_settings(given: dict[str, Any]) -> Options:
    from creditkit.review.command import Options

    return Options(form=given.pop("format"), **given)
