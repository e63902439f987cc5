"""The bench: one mock behind real HTTP, whose world and faults are replaced between two checks.

    with Bench() as bench:
        bench.show(fault.shown)
        check(bench.target, Mode.WRITE, only=fault.breaks)

It serves from a thread of this process, because a process for each fault would cost more than all checks do.
"""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import uvicorn

from creditkit.conformance import Target
from creditkit.deviations import Shown
from creditkit.mock import create_app
from creditkit.store import World, default_seed_path, load_seed

_ROLES = ("staff", "support", "owner", "nobody")
_START = 20.0
_TIMEOUT = 8.0


class Bench:
    """A mock with its default world, which runs as a context manager; `target` is for checks."""

    def __init__(self) -> None:
        self._seed = load_seed(default_seed_path())
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
        self._thread.start()
        end = time.monotonic() + _START
        while not self._server.started:
            assert self._thread.is_alive(), "the mock did not start"
            assert time.monotonic() < end, "the mock did not start in time"
            time.sleep(0.005)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(3)
        self._socket.close()
        self._world.close()

    def show(self, *shown: Shown) -> None:
        """Serve a fresh world with these faults, or an honest one without; faults forget what they saw."""
        before, self._world = self._world, World.open(self._seed)
        self._shown = shown  # a new tuple each time: faults keep their memory by its id
        before.close()
