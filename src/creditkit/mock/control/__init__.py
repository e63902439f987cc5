"""The control API of a mock: `control.yaml`, served under /_mock/.

Two steps of the mock's app: `Guard` settles who may control it, and `Control` answers whoever may.
"""

from .guard import Guard as Guard
from .mount import Control as Control
