"""What was measured, as Markdown: one table of all cases, one of start-up and memory."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence

from .cases import CASES
from .load import Sample
from .measure import Measured

BASE = "Prism"
"""The server that the others are compared with: the other mock that checks requests and answers."""

FIGURES: tuple[tuple[str, Callable[[Sample], float], str, bool], ...] = (
    ("processor µs", lambda sample: sample.processor, "{:,.0f}", True),
    ("requests/s", lambda sample: sample.rate, "{:,.0f}", False),
    ("p50 ms", lambda sample: sample.p50 / 1000, "{:.2f}", True),
    ("p99 ms", lambda sample: sample.p99 / 1000, "{:.2f}", True),
)
"""Each figure: its title, how it is read, how it is written, and whether less is better."""


def tables(found: Sequence[Measured]) -> str:
    """All tables, a case each, and one of start-up and memory."""
    parts = ["\n".join(_case(found, case.name, case.title)) for case in CASES]
    return "\n\n".join([*parts, "\n".join(_starts(found))])


def ratio(found: Sequence[Measured], name: str, case: str, figure: Callable[[Sample], float]) -> float:
    """How often the figure of the server `name` fits into that of the base, medians of all rounds."""
    by_name = {measured.server.name: measured for measured in found}
    return by_name[BASE].median(case, figure) / by_name[name].median(case, figure)


def _case(found: Sequence[Measured], case: str, title: str) -> Iterator[str]:
    yield f"**{title[0].upper()}{title[1:]}**"
    yield ""
    names = [name for name, *_ in FIGURES]
    ratios = f"processor, ratio to {BASE} | rate, ratio to {BASE} | p99, share of {BASE}'s"
    yield f"| server | checks | {' | '.join(names)} | {ratios} |"
    yield f"|---|---|{'---:|' * (len(names) + 3)}"
    base = next((measured for measured in found if measured.server.name == BASE), None)
    for measured in found:
        cells = [form.format(measured.median(case, read)) for _, read, form, _ in FIGURES]
        for _, read, _, less_is_better in FIGURES[:2]:
            if base is None:
                cells.append("")
                continue
            theirs, own = base.median(case, read), measured.median(case, read)
            cells.append(f"{theirs / own if less_is_better else own / theirs:.2f}x")
        p99 = FIGURES[3][1]
        cells.append("" if base is None else f"{measured.median(case, p99) / base.median(case, p99):.2f}")
        server = measured.server
        yield f"| {server.name} {server.version} | {server.validates or 'nothing'} | {' | '.join(cells)} |"


def _starts(found: Sequence[Measured]) -> Iterator[str]:
    yield "**From start to first answer, and memory when idle**"
    yield ""
    shares = f"start, share of {BASE}'s | processor, share of {BASE}'s | memory, share of {BASE}'s"
    yield f"| server | start ms | processor ms | memory MB | {shares} |"
    yield f"|---|{'---:|' * 6}"
    base = next((measured for measured in found if measured.server.name == BASE), None)
    for measured in found:
        cells = [f"{statistics.median(read(measured)) * factor:,.0f}" for read, factor in STARTS]
        for read, _ in STARTS:
            share = base and statistics.median(read(measured)) / statistics.median(read(base))
            cells.append("" if share is None else f"{share:.2f}")
        yield f"| {measured.server.name} {measured.server.version} | {' | '.join(cells)} |"


STARTS: tuple[tuple[Callable[[Measured], Sequence[float]], float], ...] = (
    (lambda measured: measured.starts, 1e3),
    (lambda measured: measured.start_processor, 1e3),
    (lambda measured: measured.memory, 1e-6),
)
"""The figures of a start, each with what makes ms or MB of it."""
