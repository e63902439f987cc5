"""`creditkit mock ctl`: control of a mock that runs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from .options import PATH, Function, options_of

_option = options_of("ctl")

_COMMON = (
    _option("--url", "Where the mock listens.", default="http://127.0.0.1:8000", show_default=True),
    _option(
        "--world", "World to act on. Default: the one of whoever names none.", default="", metavar="NAME"
    ),
    _option(
        "--control-token",
        "The mock's control token, if it has one.",
        "token",
        variable="CREDITKIT_CONTROL_TOKEN",
        default="",
        metavar="TOKEN",
    ),
    _option("--json", "Print the answer as JSON.", "as_json", is_flag=True),
)


def _run(called: str, url: str, world: str, token: str, as_json: bool, **arguments: Any) -> None:
    """Call one public function of `creditkit.control.command`."""
    from creditkit.control import Control, Printer, command

    with Control(url, world=world, token=token) as control:
        getattr(command, called)(control, Printer(as_json=as_json), **arguments)


def _command(group: click.Group, name: str, function: str, text: str, *options: Callable[..., Any]) -> None:
    """Add a command that is one call of `function`, with its own options and those of all."""

    def run(**arguments: Any) -> None:
        _run(function, **arguments)

    run.__doc__ = text
    group.command(name)(_with_options(run, *options, *_COMMON))


def _group(name: str, function: str, text: str, *options: Callable[..., Any]) -> click.Group:
    """Add a group that is one call of `function` where no command of it is named."""

    def run(**arguments: Any) -> None:
        if click.get_current_context().invoked_subcommand is None:
            _run(function, **arguments)

    run.__doc__ = text
    return ctl.group(name, invoke_without_command=True)(_with_options(run, *options, *_COMMON))


def _with_options(function: Function, *options: Callable[..., Any]) -> Function:
    return functools.reduce(lambda done, option: option(done), reversed(options), function)


@click.group()
def ctl() -> None:
    """Control a mock that runs: reset, snapshots, worlds, clock, faults, the journal."""


_NAME = click.argument("name")
_MANY = click.IntRange(1, 10_000)
_IDS = click.argument("ids", nargs=-1, required=True, metavar="ID...")

_command(
    ctl,
    "state",
    "state",
    "Show the world: users with tokens, credits.",
    _option(
        "--most", "How many credits to show.", default=20, show_default=True, type=click.IntRange(0, 10_000)
    ),
)
_command(ctl, "reset", "reset", "Go back to the beginning: data, clock, deviations, faults.")
_command(
    ctl,
    "seed",
    "seed",
    "Let the world be what FILE, or a world of the gallery, says.",
    click.argument("file", type=PATH, required=False),
    _option("--gallery", "World of the gallery to plant.", default="", metavar="NAME"),
)
_command(ctl, "gallery", "gallery", "Show the worlds that come with creditkit.")
_command(
    ctl,
    "rewind",
    "rewind",
    "Go back to ENTRY of the journal; 0 is before the first.",
    click.argument("entry", type=click.IntRange(min=0)),
)
_command(ctl, "snapshots", "snapshots", "Show the names of the snapshots.")
_command(ctl, "snapshot", "snapshot", "Keep the world as it is now under NAME.", _NAME)
_command(ctl, "restore", "restore", "Bring back the snapshot NAME.", _NAME)
_command(ctl, "drop-snapshot", "drop_snapshot", "Keep the snapshot NAME no longer.", _NAME)
_command(ctl, "worlds", "worlds", "Show all worlds.")
_command(ctl, "fork", "fork", "Make a world NAME that begins as this one is now.", _NAME)
_command(ctl, "drop-world", "drop_world", "End the world NAME.", _NAME)
_command(ctl, "events", "follow", "Show what happens, as it happens.")

_clock = _group("clock", "clock", "Show the clock, or move it.")
_command(_clock, "set", "set_clock", "Put the clock to WHEN, as 2027-01-31.", click.argument("when"))
_command(_clock, "freeze", "freeze", "Let the clock stand.")
_command(_clock, "run", "run", "Let the clock run on.")
_command(
    _clock,
    "advance",
    "advance",
    "Let time pass, month ends included.",
    _option("--days", "So many days.", type=click.IntRange(min=0)),
    _option("--months", "So many months.", type=click.IntRange(min=0)),
    _option("--to", "Until this date or instant.", metavar="WHEN"),
)

_deviations = _group("deviations", "deviations", "Show the catalogue of deviations, or choose from it.")
_command(_deviations, "show", "show_deviations", "Show these, too.", _IDS)
_command(_deviations, "hide", "hide_deviations", "Show these no longer.", _IDS)
_command(
    _deviations,
    "choose",
    "choose_deviations",
    "Show these and no others.",
    click.argument("ids", nargs=-1, metavar="[ID...]"),
    _option("--release", "Release whose deviations to show, such as waldur-8.0.9.", default=""),
)

_faults = _group("faults", "faults", "Show the faults in force, or change them.")
_FAULTS = "customer_credits_list:latency=200..800,rate=0.5"
_command(
    _faults,
    "add",
    "add_faults",
    f"Let faults be met, such as {_FAULTS}.",
    click.argument("faults", nargs=-1, required=True, metavar="FAULT..."),
)
_command(
    _faults,
    "choose",
    "choose_faults",
    "Let these faults be met and no others.",
    click.argument("faults", nargs=-1, metavar="[FAULT...]"),
    _option("--seed", "Seed of their dice.", default=0, show_default=True, type=int),
)
_command(
    _faults,
    "clear",
    "clear_faults",
    "Let faults be met no longer.",
    _option("--operation", "Only those of this operation. Default: all."),
)

_journal = _group(
    "journal",
    "journal",
    "Show the latest requests, or one of them.",
    _option("--after", "Only entries after this one.", type=click.IntRange(min=0), metavar="NUMBER"),
    _option("--limit", "How many to show.", default=20, show_default=True, type=_MANY),
    _option("--method", "Only requests with this method."),
    _option("--operation", "Only requests to this operation.", metavar="ID"),
    _option("--status", "Only requests answered so.", type=click.IntRange(0, 599)),
    _option("--username", "Only requests by this user."),
    _option("--verdict", "Only requests with this verdict."),
)
_command(
    _journal,
    "show",
    "entry",
    "Show entry NUMBER in full, with what it changed.",
    click.argument("number", type=click.IntRange(min=1)),
)
_command(_journal, "clear", "clear_journal", "Forget all entries.")
