"""Reports of one review, for people and for programs.

    >>> print(to_markdown(review))  # doctest: +SKIP
    >>> write_all(review, Path("report"))  # doctest: +SKIP

Reports judge nothing: they show the remarks of the review.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from creditkit.reports import write_file, write_files
from creditkit.review.review import Review

from .code_hosts import to_github as to_github
from .code_hosts import to_gitlab as to_gitlab
from .document import FORM as FORM
from .document import document as document
from .document import to_csv as to_csv
from .document import to_json as to_json
from .headline import Headline as Headline
from .headline import headline as headline
from .markdown import LIMIT as LIMIT
from .markdown import MARK as MARK
from .markdown import to_markdown as to_markdown
from .page import to_html as to_html
from .sarif import to_sarif as to_sarif
from .text import show as show
from .text import to_text as to_text

FORMATS: Mapping[str, Callable[[Review], str]] = {
    "text": to_text,
    "markdown": to_markdown,
    "sarif": to_sarif,
    "github": to_github,
    "gitlab": to_gitlab,
    "json": to_json,
    "csv": to_csv,
    "html": to_html,
}
"""The writer of each format, by its name."""

_FILES = {
    "review.html": "html",
    "review.json": "json",
    "review.sarif": "sarif",
    "code-quality.json": "gitlab",
    "comment.md": "markdown",
    "trace.csv": "csv",
}


def write(review: Review, form: str, file: Path) -> Path:
    """Write a review in one format into a file; raises DataFileError."""
    return write_file(file, FORMATS[form](review))


def write_all(review: Review, folder: Path) -> tuple[Path, ...]:
    """Write every report file of a review into a folder; raises DataFileError."""
    return write_files(folder, {name: FORMATS[form](review) for name, form in _FILES.items()})
