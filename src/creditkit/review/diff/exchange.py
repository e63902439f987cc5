"""Exchanges: one request, or one response to it, as a contract may document it or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from creditkit.review.wire import Credentials

from .styles import Pairs


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Any = _Absent.ABSENT
"""The body of what has none: null is a body."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, or with a `status` the response to it: then of the request only method and path count.

    Parameters are as they are written. `meant` has what they stand for by place (`query o`, `path 0`), since
    the same text can be read in more than one way. `credentials` are None where they do not matter.
    """

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    cookies: Pairs = ()
    meant: Mapping[str, Any] = field(default_factory=dict)
    credentials: Credentials | None = None
    content_type: str = ""
    body: Any = ABSENT
    status: str = ""

    def sketch(self) -> dict[str, Any]:
        """The exchange as plain JSON, without what it does not have."""
        found: dict[str, Any] = {"method": self.method, "path": self.path}
        if self.status:
            found["status"] = int(self.status)
        for name, pairs in (("query", self.query), ("headers", self.headers), ("cookies", self.cookies)):
            if pairs:
                found[name] = {key: [text for other, text in pairs if other == key] for key, _ in pairs}
                found[name] = {
                    key: texts[0] if len(texts) == 1 else texts for key, texts in found[name].items()
                }
        if self.credentials is not None:
            found["credentials"] = sorted(self.credentials)
        if self.content_type:
            found["content_type"] = self.content_type
        if self.body is not ABSENT:
            found["body"] = self.body
        return found
