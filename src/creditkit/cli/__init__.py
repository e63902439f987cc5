"""The command line: each subcommand is one call of one public function.

Every option has a twin in the environment. Errors are one line on stderr, and end with the exit
code that `creditkit.errors` gives them; nothing ends in a traceback. A module holds one command or group of
commands; what it calls is imported when it is called, so that no command waits for the others' packages.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import click

from creditkit.errors import CreditkitError

from .check import check
from .export import export
from .mock import mock
from .review import review
from .store import store

_DEBUG = "CREDITKIT_DEBUG"
_BUG = 70


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    commands=[mock, export, check, review, store],
)
@click.version_option(package_name="creditkit", message="%(prog)s %(version)s")
def cli() -> None:
    """One contract for Waldur's Customer Credits API, and the tools that live off it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one subcommand and exit."""
    # Imports create many long-lived objects at the start: run the collector less often.
    gc.set_threshold(50_000, 20, 50)
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
    """Print one line on stderr: the message, and the hint in brackets."""
    advice = f" ({hint.rstrip('.')})" if hint else ""
    click.echo(f"creditkit: {message.rstrip('.')}{advice}", err=True)
