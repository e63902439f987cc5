"""One mock in this process: asked through the steps of its app, on the fast path, or over a connection."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from creditkit.mock import Engine, FastPath, Limits, Settings, maker
from creditkit.mock.http.fast_path import Head, Known
from creditkit.mock.http.protocol import protocol
from creditkit.mock.worlds.client_worlds import DEFAULT, ClientWorld, ClientWorlds
from creditkit.store import World, default_seed_path, load_seed
from creditkit.store.domain import names
from mock.conftest import TODAY
from mock.corpus import Sent


@dataclass(frozen=True, slots=True)
class Seen:
    """What left, and what the journal says of it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    noted: tuple[Any, ...]


class Twin:
    """A mock as it is served, whose default world is as new before each request."""

    def __init__(self, engine: Engine = Engine.PLANS) -> None:
        self._origin = World.open(load_seed(default_seed_path()), now=TODAY)
        self.tokens = {user.username: user.token for user in self._origin.users}
        self.client_worlds = ClientWorlds(ClientWorld(DEFAULT, self._origin))
        self.app = maker(self.client_worlds, Settings(engine=engine))()
        self.fast_path = FastPath(self.app, self.client_worlds)

    def renew(self) -> None:
        """Let the world be as in the beginning."""
        self.client_worlds.default = ClientWorld(DEFAULT, self._origin.fork())
        names._random.seed(1)

    def headers(self, sent: Sent) -> list[tuple[bytes, bytes]]:
        headers = [(b"host", b"mock.test")]
        headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.headers.items()]
        if sent.user is not None:
            headers.append((b"authorization", f"Token {self.tokens[sent.user]}".encode()))
        return headers

    async def steps(self, sent: Sent) -> Seen:
        """The way through all steps."""
        path, _, query = sent.path.partition("?")
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": sent.method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": self.headers(sent),
            "client": ("127.0.0.1", 1),
        }
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent.content, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return Seen(messages[0]["status"], sorted(messages[0]["headers"]), body, self._noted())

    def fast(self, sent: Sent) -> Seen | None:
        """The fast path; None where it leaves the request to the steps."""
        path, _, query = sent.path.partition("?")
        request = Known(sent.method, path, query.encode(), Head(self.headers(sent)), sent.content, 0)
        answer = self.fast_path.answer(request, "http")
        if answer is None:
            return None
        return Seen(answer.status, sorted(answer.headers), answer.body, self._noted())

    def _noted(self) -> tuple[Any, ...]:
        logged = self.client_worlds.default.request_log.latest
        if logged is None:
            return ()
        assert logged.seconds > 0
        assert logged.honest is None
        kept = (logged.received, logged.received_size, logged.sent, logged.sent_size, logged.weight)
        counted = (
            logged.number,
            logged.position,
            logged.first,
            logged.last,
            logged.deviates,
            logged.operation,
        )
        asked = (logged.method, logged.path, logged.query, sorted(logged.headers))
        made = (logged.judged, logged.user, type(logged.refusal))
        return (*kept, *counted, *asked, logged.status, sorted(logged.sent_headers), *made)


class Wire:
    """One connection to a mock, without a socket: what is written is there at once."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        made = protocol(Limits(), twin.fast_path)
        config = uvicorn.Config(twin.app, http=made, lifespan="off", log_config=None)
        config.load()
        self.protocol: Any = made(config, ServerState(), {})
        self.written = b""
        self.closed = False
        self.protocol.connection_made(cast(asyncio.Transport, self))

    def piece(self, sent: Sent) -> bytes:
        """A request as the bytes that a client sends."""
        lines = [f"{sent.method} {sent.path} HTTP/1.1"]
        lines += [f"{name.decode()}: {value.decode('latin-1')}" for name, value in self.twin.headers(sent)]
        if sent.content:
            lines.append(f"content-length: {len(sent.content)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + sent.content

    def learn(self, sent: Sent) -> None:
        """Make the header lines of a request known, without the app answering it."""
        headers = self.twin.headers(sent)
        if sent.content:
            headers.append((b"content-length", str(len(sent.content)).encode()))
        self.protocol.header_cache.learn(
            self.piece(sent), sent.method.encode(), sent.path.encode(), headers, len(sent.content)
        )

    def ask(self, piece: bytes) -> bytes:
        """What is written when a piece has come, before the loop turns."""
        self.written = b""
        self.protocol.data_received(piece)
        self.protocol.flush()
        return self.written

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, _name: str, default: object = None) -> object:
        return default

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
