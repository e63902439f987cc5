"""The document of the live page: its parts, put into one."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from creditkit import reports

_SCRIPTS = ("build.js", "api.js", "journal.js", "world.js", "tools.js", "start.js")
"""The page's script in the order in which its parts need each other."""


@cache
def page() -> bytes:
    """The page, in UTF-8. It is the same for every mock: what it shows it asks for."""
    style = reports.stylesheet() + _text("page.css")
    script = reports.script() + "".join(map(_text, _SCRIPTS))
    return _text("page.html").replace("{{ style }}", style).replace("{{ script }}", script).encode()


def _text(name: str) -> str:
    return (files("creditkit.mock.live") / name).read_text(encoding="utf-8")
