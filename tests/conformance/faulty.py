"""A deployment with a fault: the mock behind real HTTP, with requests and answers changed on their way.

    def second_delete_succeeds(request: Request, answer: Answer) -> None:
        if request.method == "DELETE" and answer.status == 404:
            answer.status = 204

    with faulty(change_answer=second_delete_succeeds) as deployment:
        assert deployment.failed("DELETE-TWICE") == {"DELETE-TWICE"}

`change_request` sees a request before the mock does and may edit it; an `Answer` that it gives is sent at
once and the mock is not asked. `change_answer` edits the mock's answer before it leaves. Each block has a
fresh default world; the server behind it is one for the whole session.
"""

from __future__ import annotations

import atexit
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import uvicorn

from creditkit.conformance.asking import Mode, Target
from creditkit.conformance.judging import Outcome, Run
from creditkit.conformance.run import check
from creditkit.mock import create_app
from creditkit.mock.deviate import CREDITS as CREDITS
from creditkit.mock.deviate import Answer as Answer
from creditkit.mock.deviate import Request as Request
from creditkit.mock.deviate.messages import asked, request_of
from creditkit.store import Credit, Seed, User, World, default_seed_path, load_seed

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

TOKENS = {
    "staff": "c0ffee00" * 5,
    "support": "decaf000" * 5,
    "owner": "facade01" * 5,
    "nobody": "0ddba110" * 5,
}


ChangeRequest = Callable[[Request], Answer | None]
ChangeAnswer = Callable[[Request, Answer], None]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running deployment; `world` is what the mock behind it keeps."""

    url: str
    world: World

    @property
    def target(self) -> Target:
        """The deployment, with the tokens of every role. Reading certificates for TLS would take longest."""
        return Target(self.url, TOKENS, verify=False)

    def check(self, *only: str, mode: Mode = Mode.WRITE) -> Run:
        """Judge the requirements or groups in `only`, or all."""
        return check(self.target, mode, only=only)

    def failed(self, *only: str, mode: Mode = Mode.WRITE) -> set[str]:
        """The ids of the requirements that fail, or warn; one that could not be judged is none of them."""
        outcomes = (Outcome.FAIL, Outcome.WARN)
        return {v.requirement.id for v in self.check(*only, mode=mode).verdicts if v.outcome in outcomes}

    def kept(self) -> list[Credit]:
        """Every credit behind it as the world keeps it, oldest first."""
        return list(self.world.credits.listing(self._staff))

    def clear(self) -> None:
        """Take every credit away."""
        for credit in self.kept():
            self.world.credits.delete(credit)

    @property
    def _staff(self) -> User:
        return self.world.authenticate(TOKENS["staff"])


@contextmanager
def faulty(
    change_request: ChangeRequest | None = None, change_answer: ChangeAnswer | None = None
) -> Iterator[Deployment]:
    """A fresh default world with a fault; without one it is the honest mock."""
    server = _server()
    with World.open(_seed()) as world:
        server.world, server.change_request, server.change_answer = world, change_request, change_answer
        yield Deployment(server.url, world)


class _Server:
    """The mock's app with the faults around it, on a port of its own in a thread of its own."""

    def __init__(self) -> None:
        self.world: World | None = None
        self.change_request: ChangeRequest | None = None
        self.change_answer: ChangeAnswer | None = None
        self._app = create_app(self._current)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(16)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        settings = uvicorn.Config(
            self, log_config=None, lifespan="off", ws="none", access_log=False, timeout_graceful_shutdown=1
        )
        self._uvicorn = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._uvicorn.run, args=([self._socket],), daemon=True)
        self._thread.start()
        while not self._uvicorn.started:
            time.sleep(0.005)

    def stop(self) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(3)
        self._socket.close()

    def _current(self) -> World:
        assert self.world is not None
        return self.world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await request_of(scope, receive)
        answer = self.change_request(request) if self.change_request else None
        if answer is None:
            answer = await asked(self._app, scope, request)
            if self.change_answer:
                self.change_answer(request, answer)
        answer.headers.pop("transfer-encoding", None)
        answer.headers["content-length"] = str(len(answer.body))
        headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


@cache
def _server() -> _Server:
    server = _Server()
    atexit.register(server.stop)
    return server


@cache
def _seed() -> Seed:
    return load_seed(default_seed_path())
