"""One request to one world, with its answer, as the request log keeps it.

The fast path and `Select` make one for every request, so it only keeps references. `creditkit.mock.control`
computes what the control API shows of it.
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
    from creditkit.mock.answering.request_context import RequestContext
    from creditkit.store import User

MOST_KEPT = 32_768
"""How many bytes of a body are kept; the rest is only counted."""

WITH_BODY = ("POST", "PUT", "PATCH")
"""The methods whose request bodies are kept."""

_MOST_MESSAGES = 64

_LEAST = 2_000
"""The approximate size of a logged request without bodies, in bytes."""

RawHeaders = Sequence[tuple[bytes, bytes]]
Message = MutableMapping[str, Any]


class LoggedRequest:
    """What is known of one request while it is answered, and afterwards.

    `first` and `last` are the request numbers that the world gave it: 0 if it never reached the world,
    different ones if a deviation asked several times. `judged` says whether it was a request to the API; then
    `user` sent it, and `refusal` is why it was refused. `honest` is the mock's own last answer. `status`,
    `sent_headers` and `sent` are the answer that left; status 0 means that none did, and `deviates` that it
    was not the honest one. `weight` is the approximate size in memory, in bytes. `counts` are the counts of
    the dice at the end, if faults are in force. `operation` is the operationId of a control operation.
    `number` and `position` are set by the request log.
    """

    # Defaults stand in the class: setting each for each request costs more than the rest of `__init__`.
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

    def __init__(self, method: str, path: str, query: bytes, headers: RawHeaders) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.began = time()
        self._messages: list[Message] = []
        self._started = perf_counter()

    def begin(self, number: int) -> None:
        """Take the next request number of the world."""
        self.last = number
        if not self.first:
            self.first = number

    def judge(self, context: RequestContext, honest: Outgoing | None = None) -> None:
        """Keep who asked, why the request was refused, and the mock's own answer.

        The context itself is not kept: with a whole parsed body, an old one takes long to free.
        """
        self.judged = True
        self.user = context.user
        self.refusal = context.refusal
        self.honest = honest

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
        """A `send` that keeps the messages of the answer until `end`."""
        messages = self._messages

        def kept(message: Message) -> Awaitable[None]:
            if len(messages) < _MOST_MESSAGES:
                messages.append(message)
            return send(message)  # passed on without a coroutine of its own, which would cost time

        return kept

    def answered(self, received: bytes, answer: Outgoing) -> None:
        """End with this honest answer to a request whose whole body is `received`."""
        self.seconds = perf_counter() - self._started
        self.status = answer.status
        self.sent_headers = answer.headers
        self.honest = None
        if received:
            self.received_size = len(received)
            self.received = received[:MOST_KEPT]
        self._keep(answer.body)

    def end(self, counts: Mapping[str, int]) -> None:
        """Keep the answer that was sent, the counts of the dice, and whether the answer deviates."""
        self.seconds = perf_counter() - self._started
        self.counts = counts
        messages = self._messages
        if not messages:
            return
        self.status = messages[0]["status"]
        self.sent_headers = messages[0].get("headers", ())
        body = b"".join(message.get("body", b"") for message in messages[1:])
        honest = self.honest
        if honest is not None:
            self.deviates = (honest.status, honest.body) != (self.status, body) or (
                sorted(honest.headers) != sorted((name.lower(), value) for name, value in self.sent_headers)
            )
            self.honest = None
        self._keep(body)
        self._messages = []

    def _keep(self, body: bytes) -> None:
        self.sent_size = len(body)
        self.sent = body[:MOST_KEPT]
        self.weight = _LEAST + len(self.received) + len(self.sent)
