"""The server: the mock on a socket, from its first line on the screen to its clean end."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

import uvicorn

from creditkit.deviations import Deviation
from creditkit.errors import PortError, UsageError
from creditkit.store import Seed, World, default_seed_path, gallery_list, gallery_path, load_seed

from .app import Engine, Mock, create_app
from .banner import banner
from .control import Control, Guard
from .faults import Dice, Faults, fault_of, faults_in
from .limits import Limits
from .scenes import DEFAULT, Bounds, Scene, Scenes
from .selecting import Select
from .showing import deviations_to_show
from .straight import HasPlans, Straight
from .tidying import Tidying
from .wire import protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_HINTS = {
    errno.EADDRINUSE: "choose another port with --port, or --port 0 to let the system choose",
    errno.EACCES: "ports below 1024 need more rights: choose another with --port",
}


LIST = "list"
"""Named in place of a world it stands for the list of all of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one mock is run.

    `world` is one of the gallery, the default one unless it has a name; a `seed` file may be given instead.
    `data` None keeps everything in memory.
    With `durable`, an answer leaves when what it tells of is on disk. `remember` is that of `create_app` and
    of `World`. `now` is the date on which the world's clock starts; None leaves that to the seed. Port 0 lets
    the system choose. `quiet` prints the base URL and nothing else. `release` is one that the mock behaves
    as, and `deviations` are ids of further deviations to show; with neither it is honest. `faults` are texts
    that `fault_of` reads, `fault_file` is a file of them, and `fault_seed` the seed of their dice.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    world: str = ""
    seed: Path | None = None
    data: Path | None = None
    now: date | None = None
    quiet: bool = False
    release: str = ""
    deviations: tuple[str, ...] = ()
    durable: bool = False
    engine: Engine = Engine.PLANS
    remember: bool = True
    limits: Limits = field(default_factory=Limits)
    bounds: Bounds = field(default_factory=Bounds)
    faults: tuple[str, ...] = ()
    fault_file: Path | None = None
    fault_seed: int = 0
    control_token: str = field(default="", repr=False)

    @property
    def seed_path(self) -> Path:
        """The seed file of the world. Raises UsageError for an unknown world, or two that are named."""
        if self.seed is None:
            return gallery_path(self.world) if self.world else default_seed_path()
        if self.world:
            raise UsageError("both a world and a seed file are named", "leave out --world or --seed")
        return self.seed


MakeApp = Callable[..., "ASGIApp"]
"""`create_app` with everything but `contract` and `handlers` given."""

Staging = Callable[[MakeApp, World, Settings], AbstractContextManager["ASGIApp"]]
"""How the app comes about that is served, and what goes on beside it while it is."""


@contextmanager
def as_started(make: MakeApp, _world: World, _settings: Settings) -> Iterator[ASGIApp]:
    """The staging of a mock that serves to its end what it started with."""
    yield make()


def maker(scenes: Scenes, settings: Settings) -> Callable[..., Mock]:
    """What makes the app of these scenes, as it is served."""
    return partial(
        create_app,
        scenes.world,
        scenes.shown,
        scenes.dice,
        engine=settings.engine,
        remember=settings.remember,
        around=[
            partial(Guard, token=settings.control_token),
            partial(Select, scenes=scenes),
            partial(Control, scenes=scenes),
        ],
        begin=scenes.begin,
        observe=scenes.observe,
    )


def serve(settings: Settings, out: TextIO = sys.stdout, staging: Staging = as_started) -> None:
    """Serve until SIGINT or SIGTERM; for the world `list` only say which there are.

    Raises UsageError, ContractError, SeedError, DataFileError and PortError.
    """
    if settings.world == LIST:
        print(gallery_list(), file=out)
        return
    _log_to(sys.stderr, quiet=settings.quiet)
    deviations = deviations_to_show(settings.release, settings.deviations)
    faults = _faults(settings)
    seed = load_seed(settings.seed_path)
    with closing(_listen(settings.host, settings.port)) as listener:
        base = _base_url(settings.host, listener.getsockname()[1])
        with closing(_world(seed, settings)) as world:
            first = Scene(DEFAULT, world, deviations, Dice(faults), entries=settings.bounds.entries)
            scenes = Scenes(first, settings.bounds)
            with staging(maker(scenes, settings), world, settings) as app:
                kept_in = str(settings.data) if settings.data else "in memory"
                told = [banner(world, base, kept_in)]
                if deviations:
                    told.append(_confessed(deviations))
                if faults:
                    told.append(_announced(faults))
                greeting = base if settings.quiet else "\n".join(told)
                # With `durable` an answer waits for the disk; there is no straight way then.
                straight = None if settings.durable else Straight(cast(HasPlans, app), scenes)
                _run(_Server(_configuration(app, settings, straight), scenes), listener, greeting, out)


def host(
    app: ASGIApp, settings: Settings, scenes: Scenes, greeting: Callable[[str], str], out: TextIO = sys.stdout
) -> None:
    """Serve another app as the mock is served, until SIGINT or SIGTERM; `greeting` is told the base URL.

    Whoever listens to a journal of `scenes` is sent away at the end. Raises PortError.
    """
    _log_to(sys.stderr, quiet=settings.quiet)
    with closing(_listen(settings.host, settings.port)) as listener:
        base = _base_url(settings.host, listener.getsockname()[1])
        server = _Server(_configuration(app, settings), scenes)
        _run(server, listener, base if settings.quiet else greeting(base), out)


def _run(server: _Server, listener: socket.socket, greeting: str, out: TextIO) -> None:
    _stop_on_signals(server)
    print(greeting, file=out, flush=True)
    # A thread that writes the data file anew gives way after a tenth of a millisecond, not after five: a
    # request that writes lets go of the interpreter each time, and has to wait until it comes back.
    sys.setswitchinterval(0.0001)
    server.tidying.begin()
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn's server, kept tidy, whose end also ends the streams that wait for what happens next."""

    def __init__(self, configuration: uvicorn.Config, scenes: Scenes) -> None:
        super().__init__(configuration)
        self._scenes = scenes
        self.tidying = Tidying()

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second."""
        self.tidying.look(self.server_state.total_requests)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close streams and connections."""
        self._scenes.close()
        await super().shutdown(sockets)


def _world(seed: Seed, settings: Settings) -> World:
    return World.open(
        seed,
        now=settings.now,
        data=settings.data,
        durable=settings.durable,
        remember=settings.remember,
    )


def _faults(settings: Settings) -> Faults:
    """The faults to meet, those of the file first; raises UsageError."""
    filed = faults_in(settings.fault_file) if settings.fault_file else ()
    return Faults(seed=settings.fault_seed).add(*filed, *map(fault_of, settings.faults))


def _announced(faults: Faults) -> str:
    """What is told of faults below the banner."""
    lines = [f"  {fault}" for fault in faults.faults]
    return "\n".join(["", f"Requests meet faults, as asked for (seed {faults.seed}):", "", *lines])


def _confessed(deviations: tuple[Deviation, ...]) -> str:
    """What is told of deviations below the banner."""
    width = max(len(deviation.id) for deviation in deviations)
    lines = [f"  {deviation.id:<{width}}  {deviation.title}" for deviation in deviations]
    return "\n".join(["", "It differs from the contract, as asked for:", "", *lines])


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


def _configuration(app: object, settings: Settings, straight: Straight | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=protocol(settings.limits, straight),
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
    # Connexion warns of each operation with several media types, and of each refusal.
    logging.getLogger("connexion").setLevel(logging.ERROR)
    logging.getLogger("uvicorn.access").setLevel(logging.ERROR if quiet else logging.INFO)
