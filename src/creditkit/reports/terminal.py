"""Paragraphs on a terminal or in a log. Every line makes sense without colours.

On a terminal, prose wraps under its own beginning. In a log no line wraps, so that it can be searched.
"""

from __future__ import annotations

import io
import textwrap
from typing import TextIO

from rich.console import Console
from rich.text import Text

from .output import one_line, visible

STYLES = {"good": "bold green", "bad": "bold red", "open": "bold yellow"}
"""The style of a headline by its tone."""

_NARROW = 30  # characters that a paragraph gets at least, however deep it is indented


def console(stream: TextIO) -> Console:
    """A console that prints text literally: no markup, no guessed highlights."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # a log in ASCII must not end a command
    return Console(file=stream, highlight=False, markup=False, emoji=False)


class Terminal:
    """Writes headings, paragraphs and unwrapped lines to a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._console = console(stream)

    def headline(self, tone: str, mark: str, text: str, sentence: str) -> None:
        """The verdict: a coloured mark and a line of text, then a sentence below it."""
        self.say(text, "bold", lead=f"{mark}  ", lead_style=STYLES[tone])
        self.say(sentence, indent=6)

    def say(
        self, text: str, style: str = "", *, lead: str = "", lead_style: str = "dim", indent: int = 0
    ) -> None:
        """One paragraph behind a lead-in such as a number or a name."""
        text = one_line(text)
        margin, hanging = " " * indent, " " * (indent + len(lead))
        lines = [text]
        if self._console.is_terminal:
            room = max(_NARROW, self._console.width - len(hanging))
            lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
        for number, line in enumerate(lines):
            front = (margin, lead) if number == 0 else (hanging, "")
            self._print(Text.assemble(front[0], (front[1], lead_style), (line, style)))

    def raw(self, text: str, *, lead: str = "", lead_style: str = "dim", indent: int = 0) -> None:
        """One line that is never wrapped nor cut, because it is there to be pasted or clicked."""
        self._print(Text.assemble(" " * indent, (lead, lead_style), visible(text)))

    def title(self, text: str) -> None:
        """A heading below an empty line."""
        self.gap()
        self._print(Text(text, "bold"))

    def gap(self) -> None:
        """An empty line."""
        self._print(Text())

    def _print(self, text: Text) -> None:
        if self._console.is_terminal:
            self._console.print(text, soft_wrap=True)
        else:  # rich is slow, and a large contract has thousands of lines
            self._console.file.write(f"{text.plain}\n")
