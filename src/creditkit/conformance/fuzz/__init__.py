"""Fuzzing: requests that schemathesis generates and that a gate of ours passes on.

    >>> verdicts, exchanges = fuzz(target, Mode.FULL, journal)  # doctest: +SKIP

schemathesis runs in its own process and knows only the gate, which forwards what the guard allows. It never
sees a token or the address of the deployment; when this process ends, nothing more is sent.
"""

from .adapter import Report as Report
from .adapter import installed as installed
from .fuzzing import FUZZ as FUZZ
from .fuzzing import explore as explore
from .fuzzing import fuzz as fuzz
from .fuzzing import verdicts_on as verdicts_on
from .gate import Finding as Finding

__all__ = ["FUZZ", "Finding", "Report", "explore", "fuzz", "installed", "verdicts_on"]
