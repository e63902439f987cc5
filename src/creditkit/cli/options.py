"""Options, as every command declares them: each with its twin in the environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

PATH = click.Path(path_type=Path)

Function = TypeVar("Function", bound=Callable[..., Any])
Option = Callable[..., Callable[[Function], Function]]


def options_of(command: str = "") -> Option[Any]:
    """The maker of a command's options: `option("--max-size", "What it is for", type=float)`.

    The twin of `--max-size` is `CREDITKIT_MAX_SIZE`, and `CREDITKIT_REVIEW_MAX_SIZE` where the command is
    `review`; `variable` names another one.
    """
    prefix = "_".join(filter(None, ("CREDITKIT", command.upper())))

    def option(
        name: str, text: str, *more_names: str, variable: str = "", **more: Any
    ) -> Callable[[Function], Function]:
        twin = variable or f"{prefix}_{name.removeprefix('--').upper().replace('-', '_')}"
        return click.option(name, *more_names, help=text, envvar=twin, show_envvar=True, **more)

    return option
