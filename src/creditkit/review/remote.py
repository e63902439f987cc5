"""What stands on another host, fetched within limits; only when somebody asked for it."""

from __future__ import annotations

import time

import httpx

from .limits import Limits


def fetch_remote(url: str, limits: Limits) -> bytes:
    """The bytes at a URL; raises OSError for all but an answer of 200 within the limits of size and time."""
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
