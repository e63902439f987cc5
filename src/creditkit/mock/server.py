"""The server: the mock on a socket, from its first line on the screen to its clean end."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

import uvicorn

from creditkit.errors import PortError
from creditkit.store import World, default_seed_path, load_seed

from .app import create_app
from .banner import banner

_HINTS = {
    errno.EADDRINUSE: "choose another port with --port, or --port 0 to let the system choose",
    errno.EACCES: "ports below 1024 need more rights: choose another with --port",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How one mock is run. `seed` None is the default world; `data` None keeps everything in memory.

    `now` is the date on which the world's clock starts; None leaves that to the seed. Port 0 lets the
    system choose. `quiet` prints the base URL and nothing else.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    seed: Path | None = None
    data: Path | None = None
    now: date | None = None
    quiet: bool = False


def serve(settings: Settings, out: TextIO = sys.stdout) -> None:
    """Serve until SIGINT or SIGTERM; raises ContractError, SeedError, DataFileError and PortError."""
    _log_to(sys.stderr, quiet=settings.quiet)
    seed = load_seed(settings.seed or default_seed_path())
    with closing(_listen(settings.host, settings.port)) as listener:
        base = _base_url(settings.host, listener.getsockname()[1])
        with closing(World.open(seed, now=settings.now, data=settings.data)) as world:
            server = uvicorn.Server(_configuration(create_app(lambda: world), settings))
            _stop_on_signals(server)
            kept_in = str(settings.data) if settings.data else "in memory"
            print(base if settings.quiet else banner(world, base, kept_in), file=out, flush=True)
            server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that a busy port is known before anything is printed."""
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


def _base_url(host: str, port: int) -> str:
    """The URL to print: an address that listens everywhere is reached on this machine by its loopback."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _configuration(app: object, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_config=None,
        access_log=not settings.quiet,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
    )


def _stop_on_signals(server: uvicorn.Server) -> None:
    """Let SIGINT and SIGTERM end the run, also in the moment before uvicorn listens for them itself.

    uvicorn repeats the signal that stopped it when it is done; by then this changes nothing any more.
    """
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: setattr(server, "should_exit", True))


def _log_to(stream: TextIO, *, quiet: bool) -> None:
    """Requests and errors on `stream`, a line each; with `quiet` errors only."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").setLevel(logging.ERROR if quiet else logging.INFO)
