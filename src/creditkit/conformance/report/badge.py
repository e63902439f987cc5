"""The badge: a run in one small picture (SVG), for a README or a dashboard."""

from __future__ import annotations

from html import escape

from creditkit.conformance.judging import Outcome, Run

from .findings import findings, headline, owing

_COLOURS = {"good": "#1a7f37", "bad": "#c62828", "open": "#9a6700"}
_LABEL = "customer credits"
_CHARACTER = 6.4
_MARGIN = 12


def to_badge(run: Run) -> bytes:
    """A run as an SVG badge of 20 pixels' height."""
    told, tone = _told(run), headline(run).tone
    left, right = _width(_LABEL), _width(told)
    name = escape(f"{_LABEL}: {told}")
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{name}">
  <title>{name}</title>
  <clipPath id="shape"><rect width="{left + right}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#shape)">
    <rect width="{left}" height="20" fill="#30363d"/>
    <rect x="{left}" width="{right}" height="20" fill="{_COLOURS[tone]}"/>
  </g>
  <g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" text-anchor="middle">
    <text x="{left / 2:g}" y="14" textLength="{left - _MARGIN}">{escape(_LABEL)}</text>
    <text x="{left + right / 2:g}" y="14" textLength="{right - _MARGIN}">{escape(told)}</text>
  </g>
</svg>
""".encode()


def _told(run: Run) -> str:
    tone = headline(run).tone
    if tone == "bad":
        number = len(findings(run))
        return f"{number} finding{'s' * (number != 1)}"
    if tone == "open":
        return f"not proven, {len(owing(run)) + run.count(Outcome.ERROR)} open"
    return f"{run.count(Outcome.PASS)} of {len([v for v in run.verdicts if run.covers(v)])} pass"


def _width(text: str) -> int:
    return round(len(text) * _CHARACTER) + _MARGIN
