"""The command line: each subcommand is one call of one public function.

Every option has a twin in the environment. Errors are one line on stderr, and end with the exit
code that `creditkit.errors` gives them; nothing ends in a traceback.
"""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from creditkit.errors import CreditkitError

if TYPE_CHECKING:
    from creditkit.review.command import Options as ReviewOptions

_DEBUG = "CREDITKIT_DEBUG"
_BUG = 70
_PATH = click.Path(path_type=Path)
_Function = TypeVar("_Function", bound=Callable[..., Any])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="creditkit", message="%(prog)s %(version)s")
def cli() -> None:
    """One contract for Waldur's Customer Credits API, and the tools that live off it."""


@cli.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="CREDITKIT_HOST",
    show_envvar=True,
    help="Address to listen on. 0.0.0.0 lets other machines in.",
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="CREDITKIT_PORT",
    show_envvar=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 lets the system choose.",
)
@click.option(
    "--seed",
    envvar="CREDITKIT_SEED",
    show_envvar=True,
    type=click.Path(path_type=Path),
    help="Seed file of the world to serve. Default: the world that comes with creditkit.",
)
@click.option(
    "--data",
    envvar="CREDITKIT_DATA",
    show_envvar=True,
    type=click.Path(path_type=Path),
    help="File that keeps the world between runs. Default: in memory, gone at the end.",
)
@click.option(
    "--durable",
    is_flag=True,
    envvar="CREDITKIT_DURABLE",
    show_envvar=True,
    help="With --data: answer when the disk has what was written, so that it survives a loss of power.",
)
@click.option(
    "--now",
    envvar="CREDITKIT_NOW",
    show_envvar=True,
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="Date on which the world's clock starts, as 2027-01-31. Default: the seed's.",
)
@click.option(
    "--deviate",
    envvar="CREDITKIT_DEVIATE",
    show_envvar=True,
    default="",
    metavar="ID[,ID...]",
    help="Deviations to show, as docs/deviations.md names them. Default: none.",
)
@click.option(
    "--as",
    "release",
    envvar="CREDITKIT_AS",
    show_envvar=True,
    default="",
    metavar="RELEASE",
    help="Behave as a release does, such as waldur-8.0.9. Default: as the contract says.",
)
@click.option(
    "--engine",
    type=click.Choice(["plans", "stock"]),
    default="plans",
    show_default=True,
    envvar="CREDITKIT_ENGINE",
    show_envvar=True,
    help="How requests are answered: by plans made at the start, or by Connexion's own pipeline.",
)
@click.option(
    "--no-memo",
    is_flag=True,
    envvar="CREDITKIT_NO_MEMO",
    show_envvar=True,
    help="Check every answer anew, also one whose very bytes were found right before.",
)
@click.option(
    "--max-body",
    type=click.IntRange(min=1),
    default=1_048_576,
    show_default=True,
    envvar="CREDITKIT_MAX_BODY",
    show_envvar=True,
    metavar="BYTES",
    help="Largest request body; a larger one is answered 413.",
)
@click.option(
    "--max-url",
    type=click.IntRange(min=1),
    default=8_192,
    show_default=True,
    envvar="CREDITKIT_MAX_URL",
    show_envvar=True,
    metavar="BYTES",
    help="Longest path and query; longer ones are answered 414.",
)
@click.option(
    "--max-headers",
    type=click.IntRange(min=1),
    default=32_768,
    show_default=True,
    envvar="CREDITKIT_MAX_HEADERS",
    show_envvar=True,
    metavar="BYTES",
    help="Largest request headers; larger ones are answered 431.",
)
@click.option(
    "--request-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    envvar="CREDITKIT_REQUEST_TIMEOUT",
    show_envvar=True,
    metavar="SECONDS",
    help="How long headers, and then a body, may take to come; slower ones are answered 408.",
)
@click.option(
    "--quiet",
    is_flag=True,
    envvar="CREDITKIT_QUIET",
    show_envvar=True,
    help="Print the base URL and nothing else.",
)
def mock(
    host: str,
    port: int,
    seed: Path | None,
    data: Path | None,
    durable: bool,
    now: datetime.datetime | None,
    deviate: str,
    release: str,
    engine: str,
    no_memo: bool,
    max_body: int,
    max_url: int,
    max_headers: int,
    request_timeout: float,
    quiet: bool,
) -> None:
    """Serve the API from a world of example data, until Ctrl-C."""
    from creditkit.mock import Engine, Limits, Settings, serve  # the other subcommands need no web server

    deviations = tuple(filter(None, (name.strip() for name in deviate.split(","))))
    serve(
        Settings(
            host=host,
            port=port,
            seed=seed,
            data=data,
            durable=durable,
            now=now.date() if now else None,
            quiet=quiet,
            release=release,
            deviations=deviations,
            engine=Engine(engine),
            remember=not no_memo,
            limits=Limits(max_body, max_url, max_headers, request_timeout),
        )
    )


def _option(name: str, text: str, variable: str = "", **more: Any) -> Callable[[_Function], _Function]:
    """An option of `check`, with its twin in the environment."""
    twin = variable or f"CREDITKIT_CHECK_{name.removeprefix('--').upper()}"
    return click.option(name, help=text, envvar=twin, show_envvar=True, **more)


@cli.command()
@click.argument("target", envvar="CREDITKIT_CHECK_TARGET", required=False, default="", metavar="[URL|NAME]")
@_option(
    "--mode",
    "read sends nothing that could change anything; write works on records of its own; full also fuzzes."
    " Default: write on this machine, read anywhere else.",
    type=click.Choice(["read", "write", "full"]),
)
@_option("--token", "Token of a member of staff; better in the environment.", "CREDITKIT_TOKEN")
@_option("--token-owner", "Token of the owner of a customer.", "CREDITKIT_TOKEN_OWNER")
@_option("--token-support", "Token of global support.", "CREDITKIT_TOKEN_SUPPORT")
@_option("--token-nobody", "Token of a user without any role.", "CREDITKIT_TOKEN_NOBODY")
@_option("--insecure", "Do not verify the certificate.", is_flag=True, default=None)
@_option("--ca", "Certificates to trust, in PEM form.", type=_PATH, metavar="FILE")
@_option("--proxy", "Proxy to go through.", metavar="URL")
@_option("--rate", "Most requests a second. Default: no limit.", type=float, metavar="N")
@_option("--timeout", "Longest wait for an answer. Default: 10.", type=float, metavar="SECONDS")
@_option(
    "--customer", "A customer that may be given credits; may be repeated.", multiple=True, metavar="UUID"
)
@_option("--config", "File of named targets. Default: creditkit.toml.", type=_PATH, metavar="FILE")
@_option("--journal", "Ownership journal. Default: in the user's state folder.", type=_PATH, metavar="FILE")
@_option("--only", "A requirement or a group to judge; may be repeated.", multiple=True, metavar="ID|GROUP")
@_option("--report", "Folder to write the report to, or to replay from.", type=_PATH, metavar="DIR")
@_option("--waivers", "File of waivers.", type=_PATH, metavar="FILE")
@_option("--expect", "Release, or file of deviations, that is expected.", metavar="RELEASE|FILE")
@_option("--quiet", "Print the verdict and nothing else.", is_flag=True)
@_option("--list", "List the requirements, and stop.", is_flag=True)
@_option("--explain", "Tell all about one requirement, and stop.", metavar="ID")
@_option("--doctor", "Say whether a check could work, and what to do if not.", is_flag=True)
@_option("--cleanup", "Delete what a run left over that was killed.", is_flag=True)
@_option("--replay", "Judge one finding of the run in --report again.", metavar="FINDING")
@_option("--diff", "Say what changed between two reports.", type=_PATH, nargs=2, metavar="RUN1 RUN2")
@click.pass_context
def check(context: click.Context, /, **given: Any) -> int:
    """Judge a deployment by the contract.

    The deployment is given by its base URL, or by the name of a target in creditkit.toml.
    """
    from creditkit.conformance import command, settings  # the other subcommands need no client

    actions = [name for name in ("list", "explain", "doctor", "cleanup", "replay", "diff") if given[name]]
    if len(actions) > 1:
        raise click.UsageError(f"--{actions[0]} and --{actions[1]} are two things to do", context)
    action = actions[0] if actions else "check"
    if action == "list":
        return command.list_requirements(given["only"])
    if action == "explain":
        return command.explain_requirement(given["explain"])
    if action == "diff":
        return command.compare_runs(*given["diff"])
    if not given["target"] and action != "replay":
        raise click.UsageError("Missing the deployment: its base URL, or a name in creditkit.toml.", context)
    options = settings.Options(
        target=given["target"],
        mode=given["mode"],
        tokens={
            "staff": given["token"],
            "owner": given["token_owner"],
            "support": given["token_support"],
            "nobody": given["token_nobody"],
        },
        insecure=given["insecure"],
        ca=given["ca"],
        proxy=given["proxy"],
        rate=given["rate"],
        timeout=given["timeout"],
        customers=given["customer"],
        config=given["config"],
        journal=given["journal"],
        only=given["only"],
        report=given["report"],
        waivers=given["waivers"],
        expect=given["expect"],
        quiet=given["quiet"],
    )
    if action == "replay":
        return command.replay_finding(given["replay"], options)
    if action == "doctor":
        return command.examine_deployment(options)
    if action == "cleanup":
        return command.clean_up_deployment(options)
    return command.check_deployment(options)


class _ReviewGroup(click.Group):
    """`review SPEC` without the name of a command is `review all SPEC`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with the command that they leave out."""
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args = ["all", *args]
        return super().parse_args(ctx, args)


def _review_options(command: _Function) -> _Function:
    """The options that every command of `review` has, each with its twin in the environment."""
    formats = ["text", "markdown", "sarif", "github", "gitlab", "json", "csv", "html"]
    options: list[tuple[str, str, dict[str, Any]]] = [
        ("--format", "What to print. Default: text.", {"type": click.Choice(formats), "default": "text"}),
        ("--output", "File to write that into, instead of printing it.", {"type": _PATH, "metavar": "FILE"}),
        ("--report", "Folder to write all of the report's files into.", {"type": _PATH, "metavar": "DIR"}),
        ("--waivers", "File of waivers.", {"type": _PATH, "metavar": "FILE"}),
        ("--allow-remote", "Fetch references that lead to other hosts.", {"is_flag": True}),
        (
            "--max-size",
            "Largest contract to read, in millions of bytes. Default: 16.",
            {"type": click.FloatRange(0.001, 1000), "default": 16, "metavar": "N"},
        ),
    ]
    for name, text, more in reversed(options):
        command = _review_option(name, text, **more)(command)
    return command


def _review_option(name: str, text: str, **more: Any) -> Callable[[_Function], _Function]:
    twin = f"CREDITKIT_REVIEW_{name.removeprefix('--').upper().replace('-', '_')}"
    return click.option(name, help=text, envvar=twin, show_envvar=True, **more)


_facts = _review_option(
    "--facts", "Table of documented facts. Default: those of Customer Credits.", type=_PATH, metavar="FILE"
)
_strict = _review_option("--strict", "Fail on possibly breaking changes as well.", is_flag=True)


@cli.group(cls=_ReviewGroup, no_args_is_help=True)
def review() -> None:
    """Read a contract for its reviewers.

    `creditkit review SPEC --base REV` tells all of it: faults, changes since a git revision, trace.
    """


@review.command("all")
@click.argument("spec", type=_PATH)
@_review_option("--base", "What to compare with: a git revision, or a file.", default="", metavar="REV")
@_facts
@_strict
@_review_options
def review_all(spec: Path, base: str, **given: Any) -> int:
    """Tell everything about SPEC: its faults, its changes since the base, its trace."""
    from creditkit.review import command

    return command.review_contract(spec, base, _review_settings(given))


@review.command("lint")
@click.argument("spec", type=_PATH)
@_review_options
def review_lint(spec: Path, **given: Any) -> int:
    """Tell the faults of SPEC, each with its line."""
    from creditkit.review import command

    return command.lint_contract(spec, _review_settings(given))


@review.command("diff")
@click.argument("specs", type=_PATH, nargs=-1, required=True, metavar="OLD NEW | SPEC")
@_review_option("--against-git", "Compare SPEC with itself at a git revision.", default="", metavar="REV")
@_strict
@_review_options
def review_diff(specs: tuple[Path, ...], against_git: str, **given: Any) -> int:
    """Tell what changed between two contracts, whom it breaks, and the proof."""
    from creditkit.review import command

    return command.compare_contracts(specs, against_git, _review_settings(given))


@review.command("trace")
@click.argument("spec", type=_PATH)
@_facts
@_review_options
def review_trace(spec: Path, **given: Any) -> int:
    """Tell which documented fact stands where in SPEC, and what nothing explains."""
    from creditkit.review import command

    return command.trace_contract(spec, _review_settings(given))


def _review_settings(given: dict[str, Any]) -> ReviewOptions:
    from creditkit.review.command import Options

    return Options(form=given.pop("format"), **given)


@cli.group()
def store() -> None:
    """Look after the data files of mocks."""


_DATA_FILE = click.argument("file", type=_PATH)


def _to(text: str) -> Callable[[_Function], _Function]:
    return click.option(
        "--to", required=True, envvar="CREDITKIT_STORE_TO", show_envvar=True, type=_PATH, help=text
    )


@store.command("check")
@_DATA_FILE
def store_check(file: Path) -> None:
    """Say whether FILE is whole, and what it holds."""
    from creditkit.store import command

    command.check_file(file)


@store.command("repair")
@_DATA_FILE
@_to("File to write; it must not exist.")
def store_repair(file: Path, to: Path) -> None:
    """Write what can be saved of FILE to another file, and say what was lost."""
    from creditkit.store import command

    command.repair_file(file, to)


@store.command("export")
@_DATA_FILE
@_to("File, or folder for CSV, to write; it must not exist.")
@click.option(
    "--format",
    "form",
    default="json",
    show_default=True,
    envvar="CREDITKIT_STORE_FORMAT",
    show_envvar=True,
    type=click.Choice(["json", "csv"]),
    help="Plain TinyDB JSON, or a folder of spreadsheets.",
)
def store_export(file: Path, to: Path, form: str) -> None:
    """Write the world in FILE for other programs; a mock may hold the file."""
    from creditkit.store import command

    command.export_file(file, to, form)


@store.command("import")
@click.argument("path", type=_PATH)
@_to("Data file to write; it must not exist.")
def store_import(path: Path, to: Path) -> None:
    """Make a data file of PATH: plain TinyDB JSON, or a folder of CSV files."""
    from creditkit.store import command

    command.import_file(path, to)


def _selftest_option(name: str, text: str, **more: Any) -> Callable[[_Function], _Function]:
    twin = f"CREDITKIT_SELFTEST_{name.removeprefix('--').upper()}"
    return click.option(name, help=text, envvar=twin, show_envvar=True, **more)


@cli.command()
@click.argument("names", nargs=-1, metavar="[ID|GROUP]...")
@_selftest_option("--mutants", "Test the generated mutants; names are parts of their ids.", is_flag=True)
@_selftest_option("--sample", "Draw so many mutants, always the same ones.", type=int, default=0, metavar="N")
@_selftest_option("--quick", "Leave out what takes schemathesis to judge.", is_flag=True)
@_selftest_option("--ablate", "Show what survives without a requirement; all in turn.", metavar="ID|all")
@_selftest_option("--compare", "Let another tool try.", type=click.Choice(["schemathesis"]))
@_selftest_option(
    "--workers", "Processes to use. Default: one a core, two at most.", type=int, default=0, metavar="N"
)
@_selftest_option("--json", "File to write the results to.", type=_PATH, metavar="FILE")
@click.pass_context
def selftest(context: click.Context, /, names: tuple[str, ...], **given: Any) -> int:
    """Test the check itself, by every deviation of the catalogue.

    Each deviation is shown by a mock and judged over HTTP. Without names, all of them.
    """
    from creditkit import selftest as package  # no other subcommand needs both sides

    actions = [name for name in ("mutants", "ablate", "compare") if given[name]]
    if len(actions) > 1:
        raise click.UsageError(f"--{actions[0]} and --{actions[1]} are two things to do", context)
    options = package.Options(names, given["workers"], given["quick"], given["sample"], given["json"])
    if given["mutants"]:
        return package.catch_mutants(options)
    if given["ablate"]:
        return package.ablate(given["ablate"], options)
    if given["compare"]:
        return package.compare_with_schemathesis(options)
    return package.catch_deviations(options)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one subcommand and exit."""
    try:
        sys.exit(cli.main(arguments, prog_name="creditkit", standalone_mode=False))
    except CreditkitError as error:
        _complain(error.message, error.hint)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        if os.environ.get(_DEBUG):
            raise
        _complain(f"{type(error).__name__}: {error}", f"this is a bug; {_DEBUG}=1 shows where it happened")
        sys.exit(_BUG)


def _complain(message: str, hint: str) -> None:
    """One line on stderr: what and where, and in brackets what to do."""
    advice = f" ({hint.rstrip('.')})" if hint else ""
    click.echo(f"creditkit: {message.rstrip('.')}{advice}", err=True)


if __name__ == "__main__":
    main()
