"""Lint: the mistakes of one contract, found by rules that are plain generator functions.

    def rule(contract: Contract) -> Iterator[Diagnostic]: ...

The name, reason and hint of each rule are in `rules.yaml`; `rules.py` lists the functions.
"""

from .rules import Finding as Finding
from .rules import Rule as Rule
from .rules import Severity as Severity
from .rules import lint as lint
from .rules import rules as rules
