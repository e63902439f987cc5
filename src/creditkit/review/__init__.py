"""Review: a contract read for the people who must judge it.

    >>> from creditkit.review import lint, read_source
    >>> lint(read_source("openapi.yaml"))
    ()

Knows contracts and nothing else: no server, no deployment. `command` has one function for each command of
`creditkit review`.
"""

from creditkit.waivers import Waiver

from .diff import Change, Judgement, Side, Witness, compare
from .lint import Finding, Rule, Severity, lint, rules
from .review import Remark, Review, Unseen
from .source import Broken, Limits, Place, Source, parse_source, read_revision, read_source
from .trace import Trace, TraceRow, trace
from .waivers import apply_waivers, load_waivers

__all__ = [
    "Broken",
    "Change",
    "Finding",
    "Judgement",
    "Limits",
    "Place",
    "Remark",
    "Review",
    "Rule",
    "Severity",
    "Side",
    "Source",
    "Trace",
    "TraceRow",
    "Unseen",
    "Waiver",
    "Witness",
    "apply_waivers",
    "compare",
    "lint",
    "load_waivers",
    "parse_source",
    "read_revision",
    "read_source",
    "rules",
    "trace",
]
