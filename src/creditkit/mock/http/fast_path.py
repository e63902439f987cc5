"""The fast path: requests that only their plan has something to do for, answered in one call.

The app's steps serve what a request may carry: an origin, a world's name, a wish, a fault, a deviation. Most
requests carry nothing, and the steps would only pass them on. `HttpConnection` asks here first. Requests with
anything for a step go through all of them, as do forms, whose parser waits, and everything until the app has
its plans. `tests/mock/test_fast_path.py` holds both ways to the same answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from creditkit.mock.worlds.logged_request import WITH_BODY, Turn

if TYPE_CHECKING:
    from creditkit.mock.answering.answers import Outgoing
    from creditkit.mock.answering.plans import Plans
    from creditkit.mock.worlds.worlds import Scenes

    from .header_cache import Known


class HasPlans(Protocol):
    """An app whose plans are made by its first request."""

    @property
    def plans(self) -> Plans | None:
        """The plans, if there are any yet."""


class FastPath:
    """The fast path to one app. Not for durable worlds: there an answer waits for the disk."""

    def __init__(self, app: HasPlans, scenes: Scenes) -> None:
        self._app = app
        self._scenes = scenes

    def answer(self, request: Known, scheme: str | None) -> Outgoing | None:
        """The answer to a request; None, and no effect, for one that has to go through the steps."""
        plans = self._app.plans
        head, query = request.head, request.query
        if plans is None or head.needs_steps or b"__" in query:
            return None
        scene = self._scenes.default
        if scene.shown or scene.dice.faults.faults:
            return None
        method, path, body = request.method, request.path, request.body
        exchange = plans.open(method, path, query, head.fields, f"{scheme}://{head.host}")
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
