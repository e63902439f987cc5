"""Hyperlinks: an answer's own, turned to the proxy, so that who follows one stays with it.

The API names objects by absolute URLs, and its pages in `Link`. Left as they are, a client would leave the
proxy with the second request, and take its token along. A request's are turned back, for deployments below a
path.
"""

from __future__ import annotations

import re

from .upstream import RawHeaders

_HEADERS = (b"link", b"location")


class Hyperlinks:
    """Turns the URLs of one deployment into those of a proxy, and back. Neither has a slash at its end."""

    def __init__(self, upstream: str, own: str) -> None:
        host = upstream.split("://", 1)[1]
        # A deployment behind a proxy that ends TLS may call itself http.
        there = rb"https?://" + re.escape(host.encode()) + rb"(?=[/\"?>]|$)"
        self._there = re.compile(there)
        self._quoted = re.compile(rb'(?<=")' + there)
        self._back = re.compile(rb'(?<=")' + re.escape(own.encode()) + rb"(?=[/\"?])")
        self._upstream = upstream.encode()
        self._own = own.encode()

    def in_body(self, body: bytes) -> bytes:
        """The JSON text of an answer, with each text that begins with the deployment's URL turned."""
        return self._quoted.sub(lambda _: self._own, body)

    def in_headers(self, headers: RawHeaders) -> RawHeaders:
        """The headers of an answer, with `Link` and `Location` turned."""
        return [
            (name, self._there.sub(lambda _: self._own, value) if name in _HEADERS else value)
            for name, value in headers
        ]

    def in_request(self, body: bytes) -> bytes:
        """The JSON text of a request, turned back."""
        return self._back.sub(lambda _: self._upstream, body)
