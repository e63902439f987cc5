"""The server: the mock on a socket, from its first line on the screen to its clean end."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, TextIO, cast

import uvicorn

from creditkit.mock.app import Mock, create_app
from creditkit.mock.control import Control, Guard
from creditkit.mock.deviate.showing import deviations_to_show
from creditkit.mock.faults import Dice, Faults, fault_of, faults_in
from creditkit.mock.worlds.world_selection import Select
from creditkit.mock.worlds.worlds import DEFAULT, Scene, Scenes
from creditkit.store import Seed, World, gallery_list, load_seed

from .banner import announced, banner, confessed
from .listening import base_url, listen
from .settings import Settings
from .straight import HasPlans, Straight
from .tidying import Tidying
from .wire import protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LIST = "list"
"""Named in place of a world it stands for the list of all of them."""


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
    with closing(listen(settings.host, settings.port)) as listener:
        base = base_url(settings.host, listener.getsockname()[1])
        with closing(_world(seed, settings)) as world:
            first = Scene(DEFAULT, world, deviations, Dice(faults), entries=settings.bounds.entries)
            scenes = Scenes(first, settings.bounds)
            with staging(maker(scenes, settings), world, settings) as app:
                kept_in = str(settings.data) if settings.data else "in memory"
                told = [banner(world, base, kept_in)]
                if deviations:
                    told.append(confessed(deviations))
                if faults:
                    told.append(announced(faults))
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
    with closing(listen(settings.host, settings.port)) as listener:
        base = base_url(settings.host, listener.getsockname()[1])
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
