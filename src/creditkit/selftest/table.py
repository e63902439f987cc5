"""Tables: what a selftest found, for a screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .ablation import Proof
from .judging import Result
from .rival import BASELINES, EXAMPLES, SEED


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


def beside(ours: Sequence[Result], theirs: Mapping[str, str]) -> Iterator[str]:
    """Two kill rates side by side, group by group; `theirs` tells by id what schemathesis has caught."""
    yield f"  {'group':<20}  {'creditkit':>10}  {'schemathesis':>12}  {'or perhaps':>10}"
    for group in (*dict.fromkeys(result.group for result in ours), "all"):
        own = [result for result in ours if group in (result.group, "all")]
        counts = (
            sum(result.is_caught for result in own),
            sum(theirs[result.id] == "certain" for result in own),
            sum(theirs[result.id] != "" for result in own),
        )
        left, middle, right = (f"{count}/{len(own)}" for count in counts)
        yield f"  {group:<20}  {left:>10}  {middle:>12}  {right:>10}"
    yield (
        f"  schemathesis: its command line and defaults, the token as a header, seed {SEED},"
        f" {EXAMPLES} examples"
    )
    yield f"  or perhaps: by checks that failed elsewhere in {BASELINES} runs on the honest mock, too"
