"""Turns: one request to one scene, from where it comes in to where its answer leaves.

A turn is on the path of every request, so it keeps references and works nothing out: what it has to say is
worked out when somebody looks at it (`creditkit.mock.control`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from time import perf_counter, time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Receive, Send

    from creditkit.errors import Refusal
    from creditkit.mock.answering.answers import Outgoing
    from creditkit.mock.answering.exchange import Exchange
    from creditkit.store import User

    from .worlds import Scene

MOST_KEPT = 32_768
"""How many bytes of a body are kept; the rest is counted only."""

WITH_BODY = ("POST", "PUT", "PATCH")
"""The methods of whose requests the body is kept."""

_MOST_MESSAGES = 64

_LEAST = 2_000
"""What it takes to keep a turn without bodies, about, in bytes."""

RawHeaders = Sequence[tuple[bytes, bytes]]
Message = MutableMapping[str, Any]


class Turn:
    """What is known of one request while it passes, and afterwards.

    `first` and `last` are the numbers that the world gave it: 0 where it never got to the world, and more
    than one where a deviation asks several times. `judged` says whether the mock took it for one to the API:
    `user` is then who asked, and `refusal` why it was refused. `honest` is what the mock answered last;
    something else may have left, by a deviation or a fault. That is `status`, `sent_headers` and `sent`;
    status 0 stands for no answer at all, and `deviates` says afterwards whether it was not the honest one.
    `weight` is what it takes to keep it, about, in bytes. `counts` are those of the dice then,
    where faults are in force. `operation` is the operationId of what is no operation of the API. `number` and
    `position` are the journal's.
    """

    # Most of these stay as they are here: to set each for each request would cost more than all the rest.
    number = position = first = last = status = 0
    operation = ""
    judged = False
    user: User | None = None
    refusal: Refusal | None = None
    honest: Outgoing | None = None
    sent_headers: RawHeaders = ()
    received = sent = b""
    received_size = sent_size = 0
    seconds = 0.0
    deviates = False
    weight = _LEAST
    counts: Mapping[str, int] = MappingProxyType({})

    def __init__(self, scene: Scene, method: str, path: str, query: bytes, headers: RawHeaders) -> None:
        self.scene = scene
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.began = time()
        self._messages: list[Message] = []
        self._started = perf_counter()

    def begin(self) -> None:
        """Let the world count it."""
        self.last = self.scene.world.begin()
        if not self.first:
            self.first = self.last

    def judge(self, exchange: Exchange) -> None:
        """Know what the mock has made of the request.

        The exchange itself is let go: with all that was read of a body it would take, once it is old, longer
        to clear away than it took to make.
        """
        self.judged = True
        self.user = exchange.user
        self.refusal = exchange.refusal

    def receiving(self, receive: Receive) -> Receive:
        """A `receive` that keeps the beginning of the body."""

        async def kept() -> Message:
            message = await receive()
            body = message.get("body", b"")
            self.received_size += len(body)
            if len(self.received) < MOST_KEPT:
                self.received += body[: MOST_KEPT - len(self.received)]
            return message

        return kept

    def sending(self, send: Send) -> Callable[[Message], Awaitable[None]]:
        """A `send` that keeps what is sent, until the turn has ended."""
        messages = self._messages

        def kept(message: Message) -> Awaitable[None]:
            if len(messages) < _MOST_MESSAGES:
                messages.append(message)
            return send(message)  # no coroutine of its own: each costs

        return kept

    def answered(self, received: bytes, answer: Outgoing) -> None:
        """End with this answer, as it is, to a request whose whole body was received."""
        self.seconds = perf_counter() - self._started
        self.status = answer.status
        self.sent_headers = answer.headers
        self.honest = None
        if received:
            self.received_size = len(received)
            self.received = received[:MOST_KEPT]
        self._keep(answer.body)

    def end(self) -> None:
        """Keep of the answer what is to be kept, and whether it is the honest one."""
        self.seconds = perf_counter() - self._started
        if self.scene.dice.faults:
            self.counts = self.scene.dice.counts
        messages = self._messages
        if not messages:
            return
        self.status = messages[0]["status"]
        self.sent_headers = messages[0].get("headers", ())
        if len(messages) == 2:
            body = messages[1].get("body", b"")
        else:
            body = b"".join(message.get("body", b"") for message in messages[1:])
        honest = self.honest
        if honest is not None:
            self.deviates = (honest.body is not body and honest.body != body) or not _alike(
                honest, self.status, self.sent_headers
            )
            self.honest = None
        self._keep(body)
        self._messages = []

    def _keep(self, body: bytes) -> None:
        self.sent_size = len(body)
        self.sent = kept = body[:MOST_KEPT]
        self.weight = _LEAST + len(self.received) + len(kept)


def _alike(honest: Outgoing, status: int, headers: RawHeaders) -> bool:
    return honest.status == status and (
        honest.headers is headers or sorted(honest.headers) == sorted((n.lower(), v) for n, v in headers)
    )
