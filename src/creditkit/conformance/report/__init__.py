"""Reports of one run, for people and for programs.

    >>> write_all(run, Path("report"))  # doctest: +SKIP
    (PosixPath('report/report.html'), PosixPath('report/run.json'), ...)

`console` writes to a terminal, `write_all` the files. Reports judge nothing: they show the verdicts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from creditkit.conformance.judging import Run
from creditkit.reports import write_files

from . import console as console
from .badge import to_badge as to_badge
from .document import document as document
from .document import read_document as read_document
from .document import to_csv as to_csv
from .document import to_json as to_json
from .findings import Finding as Finding
from .findings import Gap as Gap
from .findings import Headline as Headline
from .findings import findings as findings
from .findings import gaps as gaps
from .findings import headline as headline
from .har import to_har as to_har
from .junit import to_junit as to_junit
from .page import to_html as to_html
from .summary import to_markdown as to_markdown

_FILES: dict[str, Callable[[Run], bytes | str]] = {
    "report.html": to_html,
    "run.json": to_json,
    "junit.xml": to_junit,
    "evidence.har": to_har,
    "trace.csv": to_csv,
    "summary.md": to_markdown,
    "badge.svg": to_badge,
}


def write_all(run: Run, folder: Path) -> tuple[Path, ...]:
    """Write every report file of a run into a folder; raises DataFileError."""
    return write_files(folder, {name: make(run) for name, make in _FILES.items()})
