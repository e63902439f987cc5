"""The diff: what changed between two contracts on the wire, whom it breaks, and the exchange that proves it.

>>> for change in compare(read_source("old.yaml"), read_source("new.yaml")):
...     print(change.judgement, change.operation, change.where, change.message)
"""

from .changes import JUDGEMENTS as JUDGEMENTS
from .changes import KINDS as KINDS
from .changes import Change as Change
from .changes import Judgement as Judgement
from .changes import Side as Side
from .changes import Witness as Witness
from .comparison import compare as compare
