"""`Choose`: the middleware that grants a client's preferences: a documented answer, or a later one.

It stands outside operations and deviations: a chosen answer is the contract's, needs no credentials, and
changes nothing. A preference that cannot be granted is a 400 that lists what can be; it has no effect either.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from creditkit.contract import Contract, Operation, PathItem
from creditkit.errors import Rejected, Violation
from creditkit.mock.answering.answers import ANSWER, Check, outgoing, with_headers
from creditkit.mock.answering.problems import reply_to
from creditkit.mock.answering.request_context import RequestContext, open_context
from creditkit.mock.connection import pause

from .examples import Examples
from .preferences import Preferences, applied, may_prefer, preferences_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST_WAIT = 60
"""The longest `wait`, in seconds."""

_SECONDS = re.compile(r"\d{1,3}(\.\d{1,3})?", re.ASCII)


class Choose:
    """The middleware. Most requests have no preferences and pass."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        contracts: Sequence[Contract],
        paths: tuple[PathItem, ...],
        check: Check,
    ) -> None:
        self._app = app
        self._paths = paths
        self._check = check
        self._examples = Examples(contracts)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Grant the preferences, refuse them, or pass the request on."""
        if scope["type"] == "http" and may_prefer(scope):
            preferences, query = preferences_of(scope)
            if preferences:
                return self._grant(preferences, {**scope, "query_string": query}, receive, send)
        # Returned, not awaited: a coroutine of its own would cost every request without preferences.
        return self._app(scope, receive, send)

    async def _grant(self, preferences: Preferences, scope: Scope, receive: Receive, send: Send) -> None:
        context = open_context(scope, self._paths)
        operation = context.item.operation(context.method) if context.item else None
        if operation is None:
            await self._app(scope, receive, send)
            return
        violations: list[Violation] = []
        seconds = _wait(preferences, violations)
        chosen = self._chosen(preferences, operation, violations)
        if violations:
            await _refuse(violations, send)
            return
        if seconds and not await pause(seconds, scope, receive):
            return
        told = (b"preference-applied", applied(preferences))
        if chosen is None:
            await self._app(scope, receive, _telling(told, send))
            return
        await self._forced(operation, *chosen, context, told, send)

    async def _forced(
        self,
        operation: Operation,
        status: int,
        example: str,
        context: RequestContext,
        told: tuple[bytes, bytes],
        send: Send,
    ) -> None:
        assert context.item is not None
        answer = self._examples.answer(operation, status, example, context)
        answer.headers += (told, (ANSWER, b"forced"), (b"vary", b"Prefer"))
        await self._check(context, with_headers(answer, context.item)).send(send)

    def _chosen(
        self, preferences: Preferences, operation: Operation, violations: list[Violation]
    ) -> tuple[int, str] | None:
        """The chosen answer: its status, and the name of its example if it has a body."""
        code, example = preferences.get("code"), preferences.get("example")
        if code is None and example is None:
            return None
        statuses = sorted(operation.responses)
        if code is not None:
            if code.value not in map(str, statuses):
                expected = f"one of {', '.join(map(str, statuses))}"
                violations.append(
                    _violation("code", preferences, f"{operation.id} documents no such status.", expected)
                )
                return None
            statuses = [int(code.value)]
        names = {status: self._examples.names(operation, status) for status in statuses}
        if example is None:
            [(status, known)] = names.items()
            if known or not operation.responses[status].content:
                return status, known[0] if known else ""
            message = f"The contract has no example of what {operation.id} answers with this status."
            violations.append(_violation("code", preferences, message, "a status that has an example"))
            return None
        for status, known in names.items():
            if example.value in known:
                return status, example.value
        told = "; ".join(f"{status}: {', '.join(known)}" for status, known in names.items() if known)
        message = f"{operation.id} has no such example."
        violations.append(_violation("example", preferences, message, told or "no example: there is no body"))
        return None


def _wait(preferences: Preferences, violations: list[Violation]) -> float:
    wait = preferences.get("wait")
    if wait is None:
        return 0
    if _SECONDS.fullmatch(wait.value) and float(wait.value) <= LONGEST_WAIT:
        return float(wait.value)
    message = "This cannot be waited for."
    violations.append(_violation("wait", preferences, message, f"seconds, 0 to {LONGEST_WAIT}"))
    return 0


def _violation(name: str, preferences: Preferences, message: str, expected: str) -> Violation:
    wish = preferences[name]
    return Violation(
        wish.field(name), f"prefer.{name}", message, expected, wish.value, location=wish.location
    )


async def _refuse(violations: Sequence[Violation], send: Send) -> None:
    """Send problem details whatever the client accepts: the API has no such answer."""
    media_type, reply = reply_to(Rejected(violations), as_problem=True)
    answer = outgoing(reply, media_type)
    answer.headers.append((ANSWER, b"refused"))
    await answer.send(send)


def _telling(header: tuple[bytes, bytes], send: Send) -> Send:
    """A `send` that adds a header to the answer."""

    async def tell(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], header]
        await send(message)

    return tell
