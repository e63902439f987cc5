"""How large a request may be, how long it may take to come, and the answer to one that goes beyond.

The limits stand before the contract, as those of the proxy before a real deployment do.
"""

from __future__ import annotations

from http import HTTPStatus

import orjson


def refused(status: HTTPStatus) -> bytes:
    """The answer, from the status line on, after which the connection is closed."""
    body = orjson.dumps({"detail": f"{status.phrase}. docs/mock.md tells the limits of this mock."})
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
