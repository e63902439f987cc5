"""What `creditkit review` does: one function for each of its commands, each giving the exit code.

0    nothing fails the review
1    there are faults, breaking changes, gaps of the trace, or waivers that are no good
2    an option is wrong
5    a report cannot be written
7    a contract cannot be read; raised as an error with that exit code
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from creditkit.contract import Fact, load_facts
from creditkit.errors import UsageError

from .diff import KINDS, Change, compare, read_revision
from .findings import Finding
from .limits import Limits
from .lint import lint
from .lint import rules as lint_rules
from .review import MISSING, UNEXPLAINED, Part, Remark, Review, Unseen, of_change, of_finding, of_gap
from .source import Source, read_source
from .trace import Trace, trace
from .waivers import apply_waivers, load_waivers

_MILLION = 1_000_000
_NODES_PER_BYTE = 0.125


@dataclass(frozen=True, slots=True)
class Options:
    """What a command was asked for besides its contracts. `max_size` is in millions of bytes."""

    form: str = "text"
    output: Path | None = None
    report: Path | None = None
    waivers: Path | None = None
    facts: Path | None = None
    allow_remote: bool = False
    max_size: float = 16
    strict: bool = False


def lint_contract(contract: Path, options: Options) -> int:
    """Tell the faults of one contract."""
    source = _read(contract, options)
    remarks = _of_findings(lint(source))
    return _told(Review(source, None, remarks, None, (), frozenset[Part]({"lint"})), options)


def compare_contracts(contracts: Sequence[Path], revision: str, options: Options) -> int:
    """Tell the changes between two contracts, or between a git revision of one and its file."""
    if len(contracts) != (1 if revision else 2):
        hint = "OLD NEW, or SPEC --against-git REV"
        raise UsageError("a comparison is between two contracts, or one and its revision in git", hint)
    *_, contract = contracts
    source = _read(contract, options)
    base = _earlier(contract, revision, options) if revision else _read(contracts[0], options)
    remarks = _of_changes(compare(base, source), source, options)
    unseen = tuple(dict.fromkeys(_unread(base, source)))
    return _told(Review(source, base, remarks, None, unseen, frozenset[Part]({"diff"})), options)


def trace_contract(contract: Path, options: Options) -> int:
    """Tell which documented fact stands where in a contract, and what nothing explains."""
    source = _read(contract, options)
    found = trace(source, _facts(options))
    return _told(Review(source, None, _of_gaps(found), found, (), frozenset[Part]({"trace"})), options)


def review_contract(contract: Path, base: str, options: Options) -> int:
    """Tell all of it: faults, changes since the base, and the trace."""
    source = _read(contract, options)
    remarks = list(_of_findings(lint(source)))
    parts: set[Part] = {"lint"}
    unseen = []
    earlier = None
    if base:
        earlier = _read(Path(base), options) if Path(base).is_file() else _earlier(contract, base, options)
        remarks += _of_changes(compare(earlier, source), source, options)
        parts.add("diff")
        unseen += [*dict.fromkeys(_unread(earlier, source))]
    else:
        unseen.append(
            Unseen("changes", "no earlier contract was named; --base names a git revision or a file")
        )
    found = trace(source, _facts(options))
    # Facts of another API say nothing about this contract, and all of them would be missing.
    traced = found if options.facts or found.documented else None
    if traced is not None:
        remarks += _of_gaps(traced)
        parts.add("trace")
    else:
        why = "the contract says none of the documented facts of Customer Credits; --facts names others"
        unseen.append(Unseen("trace", why))
    return _told(Review(source, earlier, tuple(remarks), traced, tuple(unseen), frozenset(parts)), options)


def _unread(*sources: Source) -> Iterator[Unseen]:
    """What changes were not looked for in: what stands behind references that lead nowhere."""
    for source in sources:
        for one in source.broken:
            yield Unseen(f"{source.place(one.pointer)} {one.reference}", one.problem)


def _read(contract: Path, options: Options) -> Source:
    return read_source(contract, limits=_limits(options), remote=options.allow_remote)


def _earlier(contract: Path, revision: str, options: Options) -> Source:
    return read_revision(contract, revision, limits=_limits(options), remote=options.allow_remote)


def _limits(options: Options) -> Limits:
    size = int(options.max_size * _MILLION)
    return Limits(bytes=size, nodes=max(Limits().nodes, int(size * _NODES_PER_BYTE)))


def _facts(options: Options) -> tuple[Fact, ...]:
    return load_facts(options.facts) if options.facts else load_facts()


def _of_findings(findings: Iterable[Finding]) -> tuple[Remark, ...]:
    return tuple(of_finding(finding) for finding in findings)


def _of_changes(changes: Iterable[Change], source: Source, options: Options) -> tuple[Remark, ...]:
    return tuple(of_change(change, source, strict=options.strict) for change in changes)


def _of_gaps(found: Trace) -> tuple[Remark, ...]:
    return tuple(of_gap(row) for row in found.gaps)


@cache
def known_rules() -> Mapping[str, Part]:
    """Every rule that a remark can have, with the part that it belongs to."""
    known: dict[str, Part] = {rule.id: "lint" for rule in lint_rules()}
    known |= dict.fromkeys(KINDS, "diff")
    known |= dict.fromkeys((MISSING, UNEXPLAINED), "trace")
    return known


def _told(review: Review, options: Options) -> int:
    """The review with its waivers, told as was asked for."""
    from . import report  # the page's template engine and the console are not needed to judge

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
        # Who read it has read enough; what Python would still write at its end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
