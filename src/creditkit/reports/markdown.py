"""Text as Markdown that shows it literally, whatever it holds."""

from __future__ import annotations

import re

from .output import one_line, shortened, visible


def escaped(text: str, limit: int) -> str:
    """Text on one line that Markdown shows literally, cut to `limit` characters."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@!$&])", r"\\\1", shortened(one_line(text), limit))


def code_span(text: str, limit: int) -> str:
    """Text as code on one line, in a fence that it cannot close, cut to `limit` characters."""
    text = shortened(one_line(text), limit)
    fence = "`" * (_longest_fence(text) + 1)
    space = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{fence}{space}{text}{space}{fence}"


def code_block(text: str, language: str) -> str:
    """Text as a block of code."""
    text = visible(text)
    fence = "`" * max(3, _longest_fence(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _longest_fence(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
