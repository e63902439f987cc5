"""What `creditkit mock ctl` does: one function for each of its commands, each printing what came of it.

Raises ControlError, and UsageError for a file that cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from creditkit.errors import UsageError

from . import printing
from .client import Control
from .printing import Printer


def state(control: Control, out: Printer, *, most: int) -> None:
    """Show the world and what it holds."""
    out(control.state(most), printing.state)


def reset(control: Control, out: Printer) -> None:
    """Go back to the beginning."""
    out(control.reset(), printing.world)


def seed(control: Control, out: Printer, *, file: Path | None, gallery: str) -> None:
    """Plant a seed file, or a world of the gallery."""
    if (file is None) is not bool(gallery):
        raise UsageError("no single seed to plant", "name a seed file, or a world with --gallery")
    if file is None:
        out(control.seed_from_gallery(gallery), printing.world)
        return
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UsageError(f"{file}: cannot be read: {reason}", "name a seed file") from error
    out(control.seed(text), printing.world)


def gallery(control: Control, out: Printer) -> None:
    """Show the worlds of the gallery."""
    out(control.gallery(), printing.exhibits)


def rewind(control: Control, out: Printer, *, entry: int) -> None:
    """Go back to an entry of the journal."""
    out(control.rewind(entry), printing.world)


def snapshots(control: Control, out: Printer) -> None:
    """Show the names of the snapshots."""
    out(control.snapshots(), printing.names)


def snapshot(control: Control, out: Printer, *, name: str) -> None:
    """Keep the world as it is."""
    out(control.snapshot(name), printing.world)


def restore(control: Control, out: Printer, *, name: str) -> None:
    """Bring back a snapshot."""
    out(control.restore(name), printing.world)


def drop_snapshot(control: Control, _out: Printer, *, name: str) -> None:
    """Keep a snapshot no longer."""
    control.drop_snapshot(name)


def worlds(control: Control, out: Printer) -> None:
    """Show all worlds."""
    out(control.worlds(), printing.worlds)


def fork(control: Control, out: Printer, *, name: str) -> None:
    """Make a world that begins as this one is."""
    out(control.fork(name), printing.world)


def drop_world(control: Control, _out: Printer, *, name: str) -> None:
    """End a world."""
    control.drop_world(name)


def clock(control: Control, out: Printer) -> None:
    """Show the clock."""
    out(control.clock(), printing.clock)


def set_clock(control: Control, out: Printer, *, when: str) -> None:
    """Put the clock to a date or an instant."""
    out(control.set_clock(when), printing.clock)


def freeze(control: Control, out: Printer) -> None:
    """Let the clock stand."""
    out(control.freeze(), printing.clock)


def run(control: Control, out: Printer) -> None:
    """Let the clock run on."""
    out(control.run(), printing.clock)


def advance(control: Control, out: Printer, *, days: int | None, months: int | None, to: str | None) -> None:
    """Let time pass."""
    if sum(given is not None for given in (days, months, to)) != 1:
        raise UsageError("no single time to advance by", "give one of --days, --months and --to")
    out(control.advance(days=days, months=months, to=to), printing.passed)


def deviations(control: Control, out: Printer) -> None:
    """Show the catalogue."""
    out(control.deviations(), printing.deviations)


def show_deviations(control: Control, out: Printer, *, ids: Sequence[str]) -> None:
    """Show more deviations."""
    for one in ids:
        shown = control.show_deviation(one)
    out(shown, printing.world)


def hide_deviations(control: Control, out: Printer, *, ids: Sequence[str]) -> None:
    """Show fewer deviations."""
    for one in ids:
        shown = control.hide_deviation(one)
    out(shown, printing.world)


def choose_deviations(control: Control, out: Printer, *, ids: Sequence[str], release: str) -> None:
    """Show these deviations and no others."""
    out(control.choose_deviations(*ids, release=release), printing.world)


def faults(control: Control, out: Printer) -> None:
    """Show the faults in force."""
    out(control.faults(), printing.faults)


def add_faults(control: Control, out: Printer, *, faults: Sequence[str]) -> None:
    """Let more faults be met."""
    for one in faults:
        met = control.add_fault(one)
    out(met, printing.faults)


def choose_faults(control: Control, out: Printer, *, faults: Sequence[str], seed: int) -> None:
    """Let these faults be met and no others."""
    out(control.choose_faults(*faults, seed=seed), printing.faults)


def clear_faults(control: Control, out: Printer, *, operation: str | None) -> None:
    """Let the faults of an operation, or all, be met no longer."""
    out(control.clear_faults(operation), printing.faults)


def journal(control: Control, out: Printer, **filters: str | int | None) -> None:
    """Show the latest entries that match."""
    given = {name: value for name, value in filters.items() if value is not None}
    out(control.journal(**given), printing.entries)


def entry(control: Control, out: Printer, *, number: int) -> None:
    """Show an entry in full."""
    out(control.entry(number), printing.in_full)


def clear_journal(control: Control, _out: Printer) -> None:
    """Forget all entries."""
    control.clear_journal()


def follow(control: Control, out: Printer) -> None:
    """Show what happens, until the world ends or the reader does."""
    for event in control.events():
        out(event, printing.event)
