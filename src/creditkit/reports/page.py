"""HTML pages that are one file and fetch nothing: shared style and script, and the template engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from .output import visible


@cache
def stylesheet() -> str:
    """Colours for light and dark, type, banner, navigation, tables and controls."""
    return _text("creditkit.reports", "page.css")


@cache
def script() -> str:
    """The button for light and dark, and JSON in colour; defines `pageKit` for the page's own script."""
    return _text("creditkit.reports", "page.js")


@cache
def template(package: str, **filters: Callable[..., Any]) -> Any:
    """The Jinja template `page.html` of a package, with its filters.

    It sees `style` and `script`: the shared ones, followed by `page.css` and `page.js` of the package.
    """
    # Slow to import, and most reports need no page.
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(lambda name: _text(package, name)),
        undefined=StrictUndefined,
        finalize=_without_control_characters,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        style=Markup(stylesheet() + _text(package, "page.css")),  # noqa: S704 - our own files
        script=Markup(script() + _text(package, "page.js")),  # noqa: S704 - our own files
    )
    environment.filters.update(filters)
    return environment.get_template("page.html")


def _without_control_characters(value: Any) -> Any:
    return visible(value) if type(value) is str else value


def _text(package: str, name: str) -> str:
    return (files(package) / name).read_text(encoding="utf-8")
