"""Limits on what reading a contract may cost, and the fetching of remote files within them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from creditkit.errors import ReviewInputError


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest contract that is read; each limit counts all files of the contract together.

    `nodes` counts values after YAML's aliases are expanded: a few lines of aliases can stand for billions.
    `depth` is the deepest nesting of values. `seconds` is the time that one remote file may take.
    """

    bytes: int = 16_000_000
    nodes: int = 500_000
    depth: int = 150
    files: int = 1_000
    seconds: float = 10.0

    def check_bytes(self, count: int, name: str) -> None:
        """Raise ReviewInputError for more bytes than allowed; `name` is the file that exceeds the limit."""
        if count > self.bytes:
            message = f"{name}: with this file the contract has more than {self.bytes:,} bytes"
            raise ReviewInputError(message, "if it is what it should be, take a larger --max-size")


def fetch_remote(url: str, limits: Limits) -> bytes:
    """The bytes at a URL; raises OSError for any answer but a 200 within the limits of size and time."""
    import httpx  # slow to import, and rarely needed

    deadline = time.monotonic() + limits.seconds
    data = bytearray()
    try:
        with httpx.stream("GET", url, timeout=limits.seconds, follow_redirects=True) as response:
            if response.status_code != 200:
                raise OSError(0, f"the host answered {response.status_code}")
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > limits.bytes:
                    raise OSError(0, f"it has more than {limits.bytes:,} bytes")
                if time.monotonic() > deadline:
                    raise OSError(0, f"it did not come within {limits.seconds:g} seconds")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(0, str(error) or type(error).__name__) from error
    return bytes(data)
