"""Requirements, verdicts, and everything that turns answers into verdicts.

Sends no request: it judges exchanges that `asking` recorded.
"""

from .comparison import Comparison as Comparison
from .comparison import compare as compare
from .coverage import exercised as exercised
from .coverage import pairs as pairs
from .expectations import Expectations as Expectations
from .expectations import Explain as Explain
from .expectations import apply_expectations as apply_expectations
from .expectations import load_expectations as load_expectations
from .expectations import unexplained as unexplained
from .fields import shown as shown
from .requirements import GROUPS as GROUPS
from .requirements import Requirement as Requirement
from .requirements import load_requirements as load_requirements
from .structure import judge as judge
from .verdicts import Expected as Expected
from .verdicts import Failure as Failure
from .verdicts import Outcome as Outcome
from .verdicts import Run as Run
from .verdicts import Verdict as Verdict
from .verdicts import merged as merged
from .verdicts import with_causes as with_causes
from .waivers import RULE as RULE
from .waivers import apply_waivers as apply_waivers
from .waivers import load_waivers as load_waivers
