"""The server: the mock on a socket, from the first line that it prints to its clean end.

`creditkit mock` calls `serve`, and the proxy calls `host`. uvicorn runs the event loop; the protocol is ours.
"""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, TextIO

import uvicorn

from creditkit.errors import PortError
from creditkit.settings import Settings
from creditkit.store import World, gallery_list, load_seed

from .app import Mock, create_app
from .banner import banner, deviation_lines, fault_lines
from .control import Control, ControlGuard
from .deviate import deviations_to_show
from .faults import Dice, Faults, fault_of, faults_in
from .http.fast_path import FastPath
from .http.protocol import protocol
from .worlds.client_worlds import DEFAULT, ClientWorld, ClientWorlds
from .worlds.world_selection import Select

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LIST = "list"
"""As the name of a world: print the names of all worlds instead of serving."""

MakeApp = Callable[..., "ASGIApp"]
"""`create_app` with everything but `contract` and `handlers` given."""

Staging = Callable[[MakeApp, World, Settings], AbstractContextManager["ASGIApp"]]
"""Makes the app that is served, and runs what works beside it, such as the watch on a contract file."""

_HINTS = {
    errno.EADDRINUSE: "choose another port with --port, or --port 0 to let the system choose",
    errno.EACCES: "ports below 1024 need more rights: choose another with --port",
}


@contextmanager
def as_started(make: MakeApp, _world: World, _settings: Settings) -> Iterator[ASGIApp]:
    """The staging of a mock that serves one app from start to end."""
    yield make()


def maker(client_worlds: ClientWorlds, settings: Settings) -> Callable[..., Mock]:
    """The function that makes the app of these worlds as the server serves it."""
    return partial(
        create_app,
        client_worlds.world,
        client_worlds.shown,
        client_worlds.dice,
        engine=settings.engine,
        remember=settings.remember,
        around=[
            partial(ControlGuard, token=settings.control_token),
            partial(Select, client_worlds=client_worlds),
            partial(Control, client_worlds=client_worlds),
        ],
        begin=client_worlds.begin,
        observe=client_worlds.observe,
    )


def serve(settings: Settings, out: TextIO = sys.stdout, staging: Staging = as_started) -> None:
    """Serve until SIGINT or SIGTERM; for the world `list` print the names of all worlds instead.

    Raises UsageError, ContractError, SeedError, DataFileError and PortError.
    """
    if settings.world == LIST:
        print(gallery_list(), file=out)
        return
    _log_to(sys.stderr, quiet=settings.quiet)
    deviations = deviations_to_show(settings.release, settings.deviations)
    filed = faults_in(settings.fault_file) if settings.fault_file else ()
    faults = Faults(seed=settings.fault_seed).add(*filed, *map(fault_of, settings.faults))
    seed = load_seed(settings.seed_path)
    with closing(_listen(settings.host, settings.port)) as listener:
        base = _base_url(settings.host, listener)
        opened = World.open(
            seed,
            now=settings.now,
            data=settings.data,
            durable=settings.durable,
            remember=settings.remember,
        )
        with closing(opened) as world:
            first = ClientWorld(DEFAULT, world, deviations, Dice(faults), entries=settings.bounds.entries)
            client_worlds = ClientWorlds(first, settings.bounds)
            with staging(maker(client_worlds, settings), world, settings) as app:
                greeting = banner(world, base, str(settings.data) if settings.data else "in memory")
                if deviations:
                    greeting += "\n" + deviation_lines(deviations)
                if faults:
                    greeting += "\n" + fault_lines(faults)
                # With `durable` an answer waits for the disk, and the fast path does not wait.
                fast_path = None if settings.durable else FastPath(app, client_worlds)
                _run(
                    app,
                    settings,
                    client_worlds,
                    listener,
                    base if settings.quiet else greeting,
                    out,
                    fast_path,
                )


def host(
    app: ASGIApp,
    settings: Settings,
    client_worlds: ClientWorlds,
    greeting: Callable[[str], str],
    out: TextIO = sys.stdout,
) -> None:
    """Serve another app as the mock is served, until SIGINT or SIGTERM; `greeting` gets the base URL.

    At the end the listeners to the request logs of `worlds` are sent away. Raises PortError.
    """
    _log_to(sys.stderr, quiet=settings.quiet)
    with closing(_listen(settings.host, settings.port)) as listener:
        base = _base_url(settings.host, listener)
        _run(app, settings, client_worlds, listener, base if settings.quiet else greeting(base), out)


def _run(
    app: ASGIApp,
    settings: Settings,
    client_worlds: ClientWorlds,
    listener: socket.socket,
    greeting: str,
    out: TextIO,
    fast_path: FastPath | None = None,
) -> None:
    configuration = uvicorn.Config(
        app,
        http=protocol(settings.limits, fast_path),
        log_config=None,
        access_log=not settings.quiet,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(configuration, client_worlds)
    # A signal may come before uvicorn listens for it. At its end uvicorn raises the signal again, which then
    # does nothing.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: setattr(server, "should_exit", True))
    print(greeting, file=out, flush=True)
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn's server, whose end also ends the event streams, which would keep it waiting."""

    def __init__(self, configuration: uvicorn.Config, client_worlds: ClientWorlds) -> None:
        super().__init__(configuration)
        self._client_worlds = client_worlds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close streams and connections."""
        self._client_worlds.close()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that a busy port is known before anything is printed. Raises PortError."""
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


def _base_url(host: str, listener: socket.socket) -> str:
    """The URL to print; a mock that listens on all addresses is reached at the loopback address."""
    port = listener.getsockname()[1]
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _log_to(stream: TextIO, *, quiet: bool) -> None:
    """Log requests and errors to `stream`, one line each; with `quiet` errors only."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # Connexion warns of each operation with several media types, and of each refusal.
    logging.getLogger("connexion").setLevel(logging.ERROR)
    logging.getLogger("uvicorn.access").setLevel(logging.ERROR if quiet else logging.INFO)
