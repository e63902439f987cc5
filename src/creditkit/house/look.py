"""What all pages share, as text to put into them: pages are single files that fetch nothing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def stylesheet() -> str:
    """Colours for light and dark, type, banner, navigation, tables and controls."""
    return _text("house.css")


@cache
def script() -> str:
    """The button for light and dark, and JSON in colour; it defines `house` for the page's own script."""
    return _text("house.js")


def _text(name: str) -> str:
    return (files("creditkit.house") / name).read_text(encoding="utf-8")
