"""Lint: the faults of one contract, found by rules that are plain generator functions.

    def rule(contract: Contract) -> Iterator[Fault]: ...

What a rule is called, why it is there and what to do about it stands in `rules.yaml`.
"""

from .linting import lint as lint
from .rules import Rule as Rule
from .rules import rules as rules
