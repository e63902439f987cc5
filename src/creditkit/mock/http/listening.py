"""Listening: the socket of the mock, and the URL at which it is reached."""

from __future__ import annotations

import errno
import socket

from creditkit.errors import PortError

_HINTS = {
    errno.EADDRINUSE: "choose another port with --port, or --port 0 to let the system choose",
    errno.EACCES: "ports below 1024 need more rights: choose another with --port",
}


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that a busy port is known before anything is printed.

    Raises PortError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        code = error.errno or 0 if isinstance(error, OSError) else 0
        reason = error.strerror if isinstance(error, OSError) else str(error)
        hint = _HINTS.get(code, "name an address of this machine with --host")
        raise PortError(f"cannot listen on {host}:{port}: {reason}", hint) from error
    return listener


def base_url(host: str, port: int) -> str:
    """The URL to print: an address that listens everywhere is reached on this machine by its loopback."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
