"""The report kit of `check` and `review`: safe text, Markdown, CSV, HTML pages, files.

Knows no run and no review. Every page of creditkit begins with `stylesheet()` and `script()`; a page that
uses them has a button `#theme`, a `header.banner` that is `good`, `bad` or `open`, and JSON in `code.json`.
Import `reports.terminal` by itself: rich is slow to import, and the mock needs only the style.
"""

from .markdown import code_block as code_block
from .markdown import code_span as code_span
from .markdown import escaped as escaped
from .output import one_line as one_line
from .output import shortened as shortened
from .output import to_csv as to_csv
from .output import visible as visible
from .output import write_file as write_file
from .output import write_files as write_files
from .page import script as script
from .page import stylesheet as stylesheet
from .page import template as template
