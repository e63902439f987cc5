"""Tables: what a selftest found, for a screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .ablation import Proof
from .comparison import Comparison, Row
from .judging import Result
from .rival import settings


def row_of(result: Result, width: int) -> str:
    """One deviation: what caught it, and how long that took."""
    if result.is_caught:
        what = ", ".join(result.caught_by)
    else:
        named = f" of {', '.join(result.named)}" if result.named else ""
        found = f"; only by {', '.join(result.others)}" if result.others else ""
        what = f"NOT CAUGHT{named}{found}{f' ({result.note})' if result.note else ''}"
    return f"  {result.id:<{width}}  {result.seconds:6.2f} s  {what}"


def missed(results: Iterable[Result]) -> Iterator[str]:
    """What deviations, of those that were caught, are missed by a requirement that their entries name."""
    for result in results:
        silent = [name for name in result.named if name not in result.caught_by]
        if result.is_caught and silent:
            yield f"  {result.id}: named, and silent: {', '.join(silent)}"


def rate(caught: int, total: int, noun: str) -> str:
    """The kill rate, never rounded up to what it is not."""
    share = int(10000 * caught / total) / 100 if total else 100
    return f"{caught} of {total} {noun} caught: {share:g} %"


def row_of_proof(proof: Proof, width: int) -> str:
    """One requirement: the deviation that only it finds."""
    if proof.is_needed:
        what = f"without it {proof.deviation} survives"
    elif not proof.is_caught:
        what = f"NOT PROVEN: it does not find {proof.deviation}"
    else:
        what = f"NOT PROVEN: {proof.deviation} is found by {', '.join(proof.others)} as well"
    return f"  {proof.requirement:<{width}}  {proof.seconds:6.2f} s  {what}"


def row_beside(row: Row, certain: Sequence[str]) -> str:
    """One deviation: what schemathesis finds of it."""
    rest = [finding for finding in row.schemathesis if finding not in certain]
    theirs = ", ".join(certain) or (f"perhaps {', '.join(rest)}" if rest else "not caught")
    ours = "" if row.creditkit else ", and not by creditkit"
    return f"{row.deviation}: {theirs}{ours} ({row.seconds:.0f} s)"


def beside(comparison: Comparison) -> Iterator[str]:
    """Two kill rates side by side, group by group."""
    yield f"  {'group':<20}  {'creditkit':>10}  {'schemathesis':>12}  {'or perhaps':>10}"
    for group, total, ours, certain, perhaps in comparison.beside():
        left, middle, right = (f"{count}/{total}" for count in (ours, certain, perhaps))
        yield f"  {group:<20}  {left:>10}  {middle:>12}  {right:>10}"
    yield f"  {settings()}; its command line and defaults, the token as a header"
    runs = len(comparison.honest)
    yield f"  or perhaps: by checks that failed elsewhere in {runs} runs on the honest mock, too"
