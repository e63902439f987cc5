"""The command line: each subcommand is one call of one public function.

Every option has a twin in the environment. Errors are one line on stderr, and end with the exit
code that `creditkit.errors` gives them; nothing ends in a traceback.
"""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from creditkit.errors import CreditkitError

_DEBUG = "CREDITKIT_DEBUG"
_BUG = 70


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
