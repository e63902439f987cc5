"""What was measured, as a picture: processor time of a request, a block for each case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from .cases import CASES
from .measure import Measured

WIDTH, LEFT, RIGHT = 860, 210, 110
ROW, BLOCK, TOP = 22, 46, 64
OURS, OTHERS = "#0b7a75", "#a9b4bd"

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1d2733 }
.title { font-size: 17px; font-weight: 600 }
.case { font-weight: 600 }
.note { fill: #5b6773 }
rect.paper { fill: #fff }
@media (prefers-color-scheme: dark) {
  text { fill: #e6ebf0 } .note { fill: #9aa7b3 } rect.paper { fill: #14191f }
}
"""


def plot(found: Sequence[Measured]) -> str:
    """The picture, as SVG. Bars longer than a block is wide are cut and say so by their number."""
    height = TOP + len(CASES) * (BLOCK + len(found) * ROW) + 12
    parts = "\n".join(_parts(found))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Processor time of one request, by server and kind of request">\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>\n{parts}\n</svg>\n'
    )


def _parts(found: Sequence[Measured]) -> Iterator[str]:
    yield '<text class="title" x="20" y="28">Processor time of one request, in µs: shorter is quicker</text>'
    yield (
        '<text class="note" x="20" y="48">16 connections, medians; '
        "an empty circle marks a server that checks nothing</text>"
    )
    y = TOP
    for case in CASES:
        values = [measured.median(case.name, lambda sample: sample.processor) for measured in found]
        # Prism is the measure of all things here: what takes more than three times as long is cut.
        longest = min(max(values), 3 * sorted(values)[len(values) // 2])
        yield f'<text class="case" x="20" y="{y + 24}">{escape(case.title)}</text>'
        y += BLOCK - 10
        for measured, value in zip(found, values, strict=True):
            server = measured.server
            width = min(value / longest, 1) * (WIDTH - LEFT - RIGHT)
            colour = OURS if server.is_creditkit else OTHERS
            mark = "" if server.validates else " ○"
            yield f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(server.name)}{mark}</text>'
            size = f'width="{width:.1f}" height="{ROW - 6}"'
            yield f'<rect x="{LEFT}" y="{y + 3}" {size} rx="2" fill="{colour}"/>'
            more = " →" if value > longest else ""
            yield f'<text x="{LEFT + width + 8:.1f}" y="{y + 15}">{value:,.0f}{more}</text>'
            y += ROW
        y += 10
