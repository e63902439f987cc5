"""Hyperlinks: how one object is named to another in answers.

    >>> links = Links("http://127.0.0.1:8000")
    >>> links.customer(UUID("5a1c0de0-0000-4000-8000-000000000001"))
    'http://127.0.0.1:8000/api/customers/5a1c0de0-0000-4000-8000-000000000001/'

Hyperlinks are absolute and built from the request's own scheme and Host. A request made with
`?format=json` gets that suffix back in every hyperlink (observed D24).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the hyperlinks of one answer. `base` has no trailing slash; `suffix` is empty or a query."""

    base: str
    suffix: str = ""

    def credit(self, uuid: UUID | str) -> str:
        """The url of a credit."""
        return f"{self.base}/api/customer-credits/{uuid}/{self.suffix}"

    def customer(self, uuid: UUID | str) -> str:
        """The url of a customer."""
        return f"{self.base}/api/customers/{uuid}/{self.suffix}"

    def offering(self, uuid: UUID | str) -> str:
        """The url of a provider's offering."""
        return f"{self.base}/api/marketplace-provider-offerings/{uuid}/{self.suffix}"


@lru_cache(maxsize=64)
def links_of(base: str, form: str = "") -> Links:
    """The hyperlinks of a request to `base` with that `?format=`, empty for none: the same for the same."""
    return Links(base, f"?format={form}" if form else "")
