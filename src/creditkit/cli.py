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
from typing import Any, TypeVar

import click

from creditkit.errors import CreditkitError

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
    "--now",
    envvar="CREDITKIT_NOW",
    show_envvar=True,
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="Date on which the world's clock starts, as 2027-01-31. Default: the seed's.",
)
@click.option(
    "--quiet",
    is_flag=True,
    envvar="CREDITKIT_QUIET",
    show_envvar=True,
    help="Print the base URL and nothing else.",
)
def mock(
    host: str, port: int, seed: Path | None, data: Path | None, now: datetime.datetime | None, quiet: bool
) -> None:
    """Serve the API from a world of example data, until Ctrl-C."""
    from creditkit.mock import Settings, serve  # the other subcommands need no web server

    serve(Settings(host, port, seed, data, now.date() if now else None, quiet))


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
        quiet=given["quiet"],
    )
    if action == "replay":
        return command.replay_finding(given["replay"], options)
    if action == "doctor":
        return command.examine_deployment(options)
    if action == "cleanup":
        return command.clean_up_deployment(options)
    return command.check_deployment(options)


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
