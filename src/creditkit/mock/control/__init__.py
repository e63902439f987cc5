"""The control API of a mock: `control.yaml`, served under /_mock/.

Two steps of the mock's app: `ControlGuard` decides who may control the mock, `Control` answers.
"""

from .steps import Control as Control
from .steps import ControlGuard as ControlGuard
