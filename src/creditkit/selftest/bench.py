"""The bench: one mock behind real HTTP, whose deviations and world are changed between two checks.

    with Bench() as bench:
        bench.show(deviation.shown)
        check(bench.target, Mode.WRITE, only=deviation.breaks)

A process for each deviation would cost more than all checks do. The mock serves from a thread of this
process, so one process needs one bench.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from typing import Any

import uvicorn

from creditkit.conformance import Target
from creditkit.deviations import Shown
from creditkit.errors import DeploymentError
from creditkit.mock import create_app
from creditkit.store import Seed, World, default_seed_path, load_seed

_LOGS = ("creditkit.mock", "uvicorn.error")
_ROLES = ("staff", "support", "owner", "nobody")
_START = 20.0
_TIMEOUT = 8.0


class Bench:
    """A running mock with its default world; as a context manager it is ended at the end of the block.

    Raises DeploymentError where it does not start. `target` is what checks are given.
    """

    def __init__(self, seed: Seed | None = None) -> None:
        self._seed = seed or load_seed(default_seed_path())
        self._world = World.open(self._seed)
        self._shown: tuple[Shown, ...] = ()
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(16)
        app: Any = create_app(lambda: self._world, lambda: self._shown)
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                lifespan="off",
                ws="none",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        # The default world names its users by their roles.
        tokens = {user.username: user.token for user in self._world.users}
        self.target = Target(
            f"http://127.0.0.1:{self._socket.getsockname()[1]}",
            {role: tokens[role] for role in _ROLES},
            timeout=_TIMEOUT,
        )

    def __enter__(self) -> Bench:
        # What a deviation makes the mock complain of is judged by what comes out.
        self._levels = {name: logging.getLogger(name).level for name in _LOGS}
        for name in _LOGS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._thread.start()
        end = time.monotonic() + _START
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                raise DeploymentError("the mock did not start", "creditkit mock --port 0 may tell why")
            time.sleep(0.005)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(3)
        self._socket.close()
        self._world.close()
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)

    def show(self, *shown: Shown, seed: Seed | None = None) -> None:
        """Serve a fresh world, with these deviations or honestly; what they remembered is forgotten."""
        before, self._world = self._world, World.open(seed or self._seed)
        self._shown = shown  # another tuple each time, which is what makes them forget
        before.close()
