"""A section of docs/performance.md that a benchmark writes, beside sections that others write."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"

HEAD = """\
# Performance

Each section is written by the command that it names, on the machine that it names. Times are processor time
and medians; what counts is the ratio of two figures in one table, not a figure by itself.
"""


def write_section(name: str, text: str, page: Path = PAGE) -> None:
    """Put `text` between the markers of section `name`; a section that is new goes to the end."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    section = f"{begin}\n{text.strip()}\n{end}"
    before = page.read_text("utf-8") if page.exists() else HEAD
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    after, replaced = pattern.subn(lambda _: section, before)
    page.write_text(after if replaced else f"{before.rstrip()}\n\n{section}\n", "utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: the first column is text, the others are figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine(packages: Sequence[str] = ()) -> str:
    """One sentence: processor, system, Python and the versions of some packages."""
    model = re.search(r"model name\s*:\s*(.+)", _text(Path("/proc/cpuinfo")))
    processor = model[1].strip() if model else platform.processor() or platform.machine()
    versions = "".join(f", {package} {version(package)}" for package in packages)
    return (
        f"{os.cpu_count()} cores ({processor}), {platform.system()} {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}{versions}."
    )


def microseconds(seconds: float) -> str:
    """A time in us: three digits, and no more than it is exact to."""
    value = seconds * 1e6
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}" if value >= 100 else f"{value:.0f}"


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""
