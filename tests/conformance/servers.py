"""Servers that are no good: they speak on plain sockets, so that they can do everything wrong."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Send = Callable[[bytes], object]
Behaviour = Callable[[Send], object]
"""What a server does once it has read a request; the connection is closed when it returns."""


@dataclass(frozen=True, slots=True)
class Canned:
    """A behaviour: the same bytes whatever was asked.

    An answer in HTTP also says that the connection ends with it, as it does: a client that took it for open
    could send its next request into the closing.
    """

    answer: bytes

    def __call__(self, send: Send) -> None:
        start, line, rest = self.answer.partition(b"\r\n")
        closing = b"Connection: close\r\n" if start.startswith(b"HTTP/") else b""
        send(start + line + closing + rest)


@dataclass(slots=True)
class Raw:
    """A running server: where it is, and what it has heard."""

    url: str
    connections: int = 0
    requests: list[str] = field(default_factory=list)

    @property
    def heard(self) -> str:
        return "".join(self.requests)


@contextmanager
def raw(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Raw]:
    """A server on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "https" if tls else "http"
        server = Raw(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                server.connections += 1
                with suppress(OSError), connection:
                    stream = tls.wrap_socket(connection, server_side=True) if tls else connection
                    with stream:
                        server.requests.append(stream.recv(65536).decode("latin-1"))
                        behave(stream.sendall)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(5)


def closed_port() -> str:
    """The URL of a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
