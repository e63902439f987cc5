"""Fuzzing: requests that nobody thought of, made by schemathesis and let through by a gate of ours.

    >>> verdicts, exchanges = fuzz(target, Mode.FULL, journal)  # doctest: +SKIP

schemathesis runs in a process of its own and speaks to the gate alone, which sends on what the guard allows.
It knows no token and no address of the deployment; when this process ends, so does all that it sends.
"""

from .adapter import Report as Report
from .adapter import installed as installed
from .fuzzing import FUZZ as FUZZ
from .fuzzing import explore as explore
from .fuzzing import fuzz as fuzz
from .fuzzing import verdicts_on as verdicts_on
from .gate import Finding as Finding

__all__ = ["FUZZ", "Finding", "Report", "explore", "fuzz", "installed", "verdicts_on"]
