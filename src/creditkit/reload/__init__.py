"""Reload: serve a contract of one's own, and apply files when they are saved.

::

    from creditkit.mock import Settings, serve
    from creditkit.reload import staging

    serve(Settings(contract=Path("openapi.yaml"), reload=True), staging=staging)

A mock that serves the packaged contract without --reload imports nothing of this package.
"""

from .contracts import Read as Read
from .contracts import read_contract as read_contract
from .serving import staging as staging
