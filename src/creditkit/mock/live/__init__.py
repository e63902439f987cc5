"""The live page: the requests to a mock as they come, and the world behind them.

It is one document without a build step that loads nothing from other hosts. All that it shows and does goes
through the control API (`control.yaml`).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from creditkit import reports

_SCRIPTS = ("build.js", "api.js", "journal.js", "world.js", "tools.js", "start.js")
"""The scripts of the page; each may use those before it."""


@cache
def page() -> bytes:
    """The page in UTF-8, the same for every mock: its script asks the control API for what it shows."""
    style = reports.stylesheet() + _text("page.css")
    script = reports.script() + "".join(map(_text, _SCRIPTS))
    return _text("page.html").replace("{{ style }}", style).replace("{{ script }}", script).encode()


def _text(name: str) -> str:
    return (files("creditkit.mock.live") / name).read_text(encoding="utf-8")
