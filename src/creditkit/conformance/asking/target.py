"""The target: one deployment, and how to reach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit

ROLES = ("staff", "support", "owner", "nobody")
"""The kinds of user whose tokens a target may have; every write needs `staff`. The one list of roles."""


class Mode(Enum):
    """What a check may do: only read; write records of its own; write and fuzz."""

    READ = "read"
    WRITE = "write"
    FULL = "full"

    @property
    def writes(self) -> bool:
        """Whether anything but GET, HEAD and OPTIONS may leave the process."""
        return self is not Mode.READ


@dataclass(frozen=True, slots=True)
class Target:
    """One deployment. `url` has no slash at the end; `tokens` are by role and never shown.

    `verify` is True, False, or the path of a CA bundle. `rate` is the most requests a second, 0 for no
    limit; `timeout` is in seconds. `customers` are the uuids of customers that a check may give credits to:
    empty lets it find free ones itself.
    """

    url: str
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    verify: bool | str = True
    proxy: str = ""
    rate: float = 0
    timeout: float = 10
    customers: tuple[str, ...] = ()

    @property
    def is_loopback(self) -> bool:
        """Whether the deployment is on this machine, where the default mode may write."""
        return (urlsplit(self.url).hostname or "") in ("localhost", "127.0.0.1", "::1")
