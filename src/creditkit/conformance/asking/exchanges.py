"""Exchanges: requests and their answers, as evidence.

An exchange never holds a token: `$CREDITKIT_TOKEN` replaces it. Reports, HAR files and curl lines may be
shown to anybody, and work for a reader who sets that variable.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

TOKEN_PLACEHOLDER = "$CREDITKIT_TOKEN"  # noqa: S105 - stands where a token stood

_NO_JSON = object()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    `operation` is the operationId that the request is meant for, empty for requests outside the contract.
    `role` names whose token was sent, empty for none. Header names of the answer are in lower case. Of its
    `seconds`, this process had no processor for `processor_wait` many.
    """

    number: int
    operation: str
    role: str
    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes
    started: datetime
    seconds: float
    processor_wait: float = 0

    @property
    def media_type(self) -> str:
        """The answer's media type without parameters, in lower case; empty without one."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def json(self, default: Any = None) -> Any:
        """The answer's body parsed as JSON, `default` where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return default

    @property
    def is_json(self) -> bool:
        """Whether the answer's body is JSON."""
        return self.json(_NO_JSON) is not _NO_JSON

    def curl(self) -> str:
        """The request as a `curl` line that works as pasted, with the token in `$CREDITKIT_TOKEN`."""
        parts = ["curl", "-i"]
        if self.method == "HEAD":
            parts.append("-I")
        elif self.method != "GET":
            parts += ["-X", self.method]
        for name, value in self.request_headers:
            # Double quotes let the shell put the token in; nothing else in such a header needs them.
            quoted = f'"{name}: {value}"' if TOKEN_PLACEHOLDER in value else shlex.quote(f"{name}: {value}")
            parts += ["-H", quoted]
        if self.request_body:
            parts += ["--data-binary", shlex.quote(self.request_body.decode("utf-8", "replace"))]
        return " ".join([*parts, shlex.quote(self.url)])


def redacted(text: str, tokens: Iterable[str]) -> str:
    """The text with every token replaced; empty tokens do not count."""
    for token in tokens:
        if token:
            text = text.replace(token, TOKEN_PLACEHOLDER)
    return text
