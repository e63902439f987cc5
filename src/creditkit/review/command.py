"""The commands of `creditkit review`: one function each, which returns the exit code.

0    nothing fails the review
1    there are lint findings, breaking changes, gaps of the trace, or bad waivers
2    an option is wrong
5    a report cannot be written
7    a contract cannot be read; raised as an error with that exit code
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from creditkit.contract import Fact, load_facts
from creditkit.errors import UsageError

from .diff import KINDS, compare
from .lint import lint
from .lint import rules as lint_rules
from .review import MISSING, UNEXPLAINED, Part, Remark, Review, Unseen, of_change, of_finding, of_gap
from .source import Limits, Source, read_revision, read_source
from .trace import trace
from .waivers import apply_waivers, load_waivers

_MILLION = 1_000_000
_NODES_PER_BYTE = 0.125
"""A larger file may also hold more values: dense JSON has one for eight bytes."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a command beside its contracts. `max_size` is in millions of bytes."""

    form: str = "text"
    output: Path | None = None
    report: Path | None = None
    waivers: Path | None = None
    facts: Path | None = None
    allow_remote: bool = False
    max_size: float = 16
    strict: bool = False


def lint_contract(contract: Path, options: Options) -> int:
    """Report the lint findings of one contract."""
    return _review(_read(contract, options), None, {"lint"}, options)


def compare_contracts(contracts: Sequence[Path], revision: str, options: Options) -> int:
    """Report the changes between two contracts, or between a git revision of one and its file."""
    if len(contracts) != (1 if revision else 2):
        hint = "OLD NEW, or SPEC --against-git REV"
        raise UsageError("a comparison is between two contracts, or one and its revision in git", hint)
    source = _read(contracts[-1], options)
    base = _read(contracts[-1], options, revision) if revision else _read(contracts[0], options)
    return _review(source, base, {"diff"}, options)


def trace_contract(contract: Path, options: Options) -> int:
    """Report where each documented fact is in a contract, and the elements without a source."""
    return _review(_read(contract, options), None, {"trace"}, options)


def review_contract(contract: Path, base: str, options: Options) -> int:
    """Report all three: lint findings, changes since the base, and the trace."""
    source = _read(contract, options)
    earlier = None
    if base:
        is_file = Path(base).is_file()
        earlier = _read(Path(base), options) if is_file else _read(contract, options, base)
    return _review(source, earlier, {"lint", "diff", "trace"}, options)


def _review(source: Source, base: Source | None, parts: set[Part], options: Options) -> int:
    """Run some parts of a review and report them."""
    remarks: list[Remark] = []
    unseen: list[Unseen] = []
    found = None
    if "lint" in parts:
        remarks += [of_finding(finding) for finding in lint(source)]
    if "diff" in parts and base is not None:
        remarks += [of_change(one, source, strict=options.strict) for one in compare(base, source)]
        unseen += _unread(base, source)
    elif "diff" in parts:
        parts = parts - {"diff"}
        why = "no earlier contract was named; --base names a git revision or a file"
        unseen.append(Unseen("changes", why))
    if "trace" in parts:
        found = trace(source, _facts(options))
        # Facts of another API say nothing about this contract: all of them would be missing.
        if len(parts) > 1 and not (options.facts or found.documented):
            found, parts = None, parts - {"trace"}
            why = "the contract says none of the documented facts of Customer Credits; --facts names others"
            unseen.append(Unseen("trace", why))
        else:
            remarks += [of_gap(row) for row in found.gaps]
    return _finish(Review(source, base, tuple(remarks), found, tuple(unseen), frozenset(parts)), options)


def _unread(*sources: Source) -> tuple[Unseen, ...]:
    """The references that lead nowhere: changes behind them are not found."""
    found = (
        Unseen(f"{source.place(one.pointer)} {one.reference}", one.problem)
        for source in sources
        for one in source.broken
    )
    return tuple(dict.fromkeys(found))


def _read(contract: Path, options: Options, revision: str = "") -> Source:
    """The contract in a file, or as it was at a git revision."""
    limits, remote = _limits(options), options.allow_remote
    if revision:
        return read_revision(contract, revision, limits=limits, remote=remote)
    return read_source(contract, limits=limits, remote=remote)


def _limits(options: Options) -> Limits:
    size = int(options.max_size * _MILLION)
    return Limits(bytes=size, nodes=max(Limits().nodes, int(size * _NODES_PER_BYTE)))


def _facts(options: Options) -> tuple[Fact, ...]:
    return load_facts(options.facts) if options.facts else load_facts()


@cache
def known_rules() -> Mapping[str, Part]:
    """Every rule that a remark can have, with the part that it belongs to."""
    known: dict[str, Part] = {rule.id: "lint" for rule in lint_rules()}
    known |= dict.fromkeys(KINDS, "diff")
    known |= dict.fromkeys((MISSING, UNEXPLAINED), "trace")
    return known


def _finish(review: Review, options: Options) -> int:
    """Apply the waivers, write or print the reports that were asked for, and return the exit code."""
    from . import report  # the page's template engine and the console are slow to import

    if options.waivers:
        waivers = load_waivers(options.waivers, known_rules())
        today = datetime.now(UTC).astimezone().date()
        review = apply_waivers(review, waivers, today, known_rules(), options.waivers)
    if options.report:
        report.write_all(review, options.report)
    if options.output:
        report.write(review, options.form, options.output)
    else:
        _print(review, options.form)
    return review.exit_code


def _print(review: Review, form: str) -> None:
    from . import report

    try:
        if form == "text":
            report.show(review, sys.stdout)
        else:
            sys.stdout.write(report.FORMATS[form](review))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the pipe has closed it; the interpreter's last flush must not fail on it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
