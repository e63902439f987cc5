"""Straight: the way of a request that concerns no step but its plan, answered in one call.

The steps around the plans are for requests that have something for them: a header that they read, a world of
its own, a fault to meet. Most have nothing, and then all that these steps do is to pass them on. Such a
request needs neither ASGI nor a task: its plan is asked at once, and its turn is noted as `Select` would note
it. Whatever may concern a step goes through all of them; so does everything until the app has its plans, what
has no plan, and a form, whose parser waits. `tests/mock/test_straight.py` holds one way to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from creditkit.mock.answering.exchange import Headers
from creditkit.mock.worlds.logged_request import WITH_BODY, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from creditkit.mock.answering.answers import Outgoing
    from creditkit.mock.answering.plans import Plans
    from creditkit.mock.worlds.worlds import Scenes

CONCERNING = frozenset(
    [
        b"origin",  # Cors
        b"x-mock-world",  # Select
        b"cookie",  # Select
        b"prefer",  # Choose
        b"x-forwarded-for",  # the server's own step: who the client is
        b"x-forwarded-proto",  # and which scheme it used
    ]
)
"""The headers that a step reads. Besides them Select reads the token, up to a colon, and Choose the query."""


class Head:
    """What the header lines of a request come to, whatever else it asks. Nobody changes one.

    `headers` are those that were sent, with names in lower case; `fields` the same by name. `concerns` says
    whether one of them is for a step. `host` is what hyperlinks begin with, behind the scheme.
    """

    __slots__ = ("concerns", "fields", "headers", "host")

    def __init__(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self.headers = tuple(headers)
        sent = dict(self.headers)
        self.fields = Headers(sent)
        self.concerns = not CONCERNING.isdisjoint(sent) or b":" in sent.get(b"authorization", b"")
        self.host = self.fields.get("host", "localhost")


class HasPlans(Protocol):
    """An app that may have plans."""

    @property
    def plans(self) -> Plans | None:
        """They, if it has them already."""


class Straight:
    """Answers the requests to one app that can go straight; for worlds that need not wait for a disk."""

    def __init__(self, app: HasPlans, scenes: Scenes) -> None:
        self._app = app
        self._scenes = scenes

    def answer(
        self,
        method: str,
        base: str,
        path: str,
        query: bytes,
        head: Head,
        body: bytes,
    ) -> Outgoing | None:
        """The answer to a request; None for one that has to go through the steps, and has had no effect.

        `base` is the scheme with its colon and slashes, `path` is decoded.
        """
        plans = self._app.plans
        if plans is None or head.concerns or b"__" in query:
            return None
        scene = self._scenes.default
        if scene.shown or scene.dice.faults.faults:
            return None
        exchange = plans.open(method, path, query, head.fields, base + head.host)
        plan = plans.plan(exchange)
        if plan is None:
            return None
        source = plan.source_at_once(exchange, body)
        if source is None:
            return None
        turn = Turn(scene, method, path, query, head.headers)
        self._scenes.select(turn)
        answer = plans.answer(plan, exchange, source)
        if scene.journal.most:
            turn.answered(body if method in WITH_BODY else b"", answer)
            scene.journal.append(turn)
        return answer
