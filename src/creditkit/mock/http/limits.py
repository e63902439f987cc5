"""How large a request may be, how long it may take to come, and the answer to one that goes beyond.

The limits stand before the contract, as those of the proxy before a real deployment do.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import orjson


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one mock, sizes in bytes; the defaults are those of nginx.

    `body` limits the body of a request, `target` path and query, `headers` names and values of all headers.
    `seconds` is how long the head, and then the body, may take to come.
    """

    body: int = 1_048_576
    target: int = 8_192
    headers: int = 32_768
    seconds: float = 30


def refused(status: HTTPStatus) -> bytes:
    """The answer, from the status line on, after which the connection is closed."""
    body = orjson.dumps({"detail": f"{status.phrase}. docs/mock.md tells the limits of this mock."})
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
