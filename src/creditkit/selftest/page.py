"""The page on the selftest: its section on the comparison with schemathesis, made from a kept comparison.

    creditkit selftest --compare schemathesis --keep docs/selftest-comparison.csv
    python -m creditkit.selftest.page docs/selftest-comparison.csv docs/selftest.md

writes it anew; a test holds the section that is there to the file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from .command import Options, selected
from .comparison import Comparison
from .rival import settings

BEGIN, END = "<!-- comparison: begin -->", "<!-- comparison: end -->"

_FAIR = """\
What is fair about it, and what is not:

- Both get the same contract and the same mock over HTTP, and are judged by what they report.
- schemathesis is run as its documentation says: its command line, its default checks and phases, nothing of
  ours. The contract has links, examples and all statuses, which help it. It makes up fewer requests for each
  operation and phase than the 100 of its default, so that all deviations can be tried in an hour.
- It gets the token of staff alone, because that is all it can be told; the check has one for each role.
- It knows the contract and nothing else. What a description says in words, such as what a filter finds or
  what an action does to the value, it cannot know, and most of the catalogue is of that kind. The catalogue
  was written by the authors of the check, and names for each entry a requirement that finds it.
- The check itself uses schemathesis, in the mode `full`, for what nobody thought of. The two are no rivals
  there: the group `faults-fuzz` is judged by it.
- A check of schemathesis that also fails on the honest mock proves nothing where it fails on a deviation.
  What such checks find at other operations than there is counted in its favour, in the last column.
"""


def section(comparison: Comparison) -> str:
    """The section as Markdown."""
    return "\n".join(_lines(comparison))


def write(comparison: Comparison, page: Path) -> None:
    """Put the section between its markers; everything else of the page stays."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{section(comparison)}\n{END}{after}", encoding="utf-8")


def _lines(comparison: Comparison) -> Iterator[str]:
    rows = list(comparison.beside())
    _, total, ours, certain, perhaps = rows[-1]
    known = len(selected(Options()))
    yield (
        f"Of {total} deviations `creditkit check` catches **{ours}** ({_share(ours, total)}), and\n"
        f"schemathesis **{certain}** ({_share(certain, total)}), or perhaps {perhaps}"
        f" ({_share(perhaps, total)}). This was\n{settings()}."
    )
    if total < known:
        yield f"The catalogue has {known}; the others are not tried yet."
    yield ""
    yield "| group | deviations | creditkit | schemathesis | or perhaps |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for group, *figures in rows:
        yield f"| {group} | {' | '.join(map(str, figures))} |"
    yield ""
    noisy = sorted({finding for findings in comparison.honest for finding in findings})
    yield f"On the honest mock, in {len(comparison.honest)} runs, schemathesis complains of"
    yield ""
    yield from (f"- `{finding}`" for finding in noisy)
    yield ""
    yield _FAIR.rstrip()


def _share(part: int, total: int) -> str:
    return f"{int(1000 * part / total) / 10:g} %" if total else "none"


if __name__ == "__main__":
    write(Comparison(Path(sys.argv[1])), Path(sys.argv[2]))
