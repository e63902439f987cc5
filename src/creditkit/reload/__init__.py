"""Reload: a mock that takes up what is saved while it runs, and serves a contract of one's own.

::

    from creditkit.mock import Settings, serve
    from creditkit.reload import staging

    serve(Settings(port=8000), staging=staging(contract=Path("openapi.yaml"), reload=True))

Nothing of it is imported by a mock that serves the packaged contract as it started.
"""

from .contracts import Read as Read
from .contracts import read_contract as read_contract
from .staging import staging as staging
