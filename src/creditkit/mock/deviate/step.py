"""`Deviate`: the middleware that applies deviations, around the honest mock.

It stands outside `Answers`, so that honest answers are held to the contract and deviating ones are not.
Without deviations it passes the request on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from creditkit.contract import match
from creditkit.errors import NotAuthenticated

from .behaviour import behaviour_of
from .messages import Answer, Ask, Behaviour, Request, asked, request_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from creditkit.contract import PathItem
    from creditkit.deviations import Shown
    from creditkit.store import User

_API = "/api/"
_MOST_KEPT = 1_024

_Behaviours = list[tuple[Behaviour, dict[str, object]]]
_Kept = tuple[Sequence["Shown"], _Behaviours]


class Deviate:
    """The middleware that applies the deviations that `deviations` returns for a request.

    Their memory belongs to the returned object: each world returns its own, and a new tuple with equal items
    starts with an empty memory. The first deviation is the outermost.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        deviations: Callable[[], Sequence[Shown]],
        authenticate: Callable[[str], User],
        paths: tuple[PathItem, ...],
    ) -> None:
        self._app = app
        self._deviations = deviations
        self._authenticate = authenticate
        self._paths = paths
        self._kept: dict[int, _Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the deviations applied; requests outside the API pass unchanged."""
        shown = self._deviations()
        if scope["type"] != "http" or not scope["path"].startswith(_API) or not shown:
            await self._app(scope, receive, send)
            return
        try:
            request = await request_of(scope, receive)
        except ClientDisconnect:
            return
        answer = await self._ask(scope, self._remembered(shown))(request)
        headers = {**answer.headers}
        # Without a body, HEAD tells the length that GET would have, and 204 tells none.
        if answer.body or (scope["method"] != "HEAD" and answer.status != 204):
            headers["content-length"] = str(len(answer.body))
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": sent})
        await send({"type": "http.response.body", "body": answer.body})

    def _remembered(self, shown: Sequence[Shown]) -> _Behaviours:
        """The behaviours of these deviations, with what each remembers."""
        kept = self._kept.get(id(shown))
        if kept is None:
            if len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            # The object is kept too, so that no other object gets its id.
            kept = self._kept[id(shown)] = (shown, [(behaviour_of(one), {}) for one in shown])
        return kept[1]

    def _ask(self, scope: Scope, behaviours: _Behaviours) -> Ask:
        """The honest mock with every behaviour around it, the first one outermost."""

        async def honest(request: Request) -> Answer:
            return await asked(self._app, scope, request)

        ask: Ask = honest
        for behaviour, memory in reversed(behaviours):
            ask = partial(self._show, behaviour, memory, ask)
        return ask

    async def _show(
        self, behaviour: Behaviour, memory: dict[str, object], ask: Ask, request: Request
    ) -> Answer:
        # A copy, so that outer behaviours do not see the changes of inner ones.
        own = request.but(memory=memory, operation=self._operation(request), role=self._role(request))
        answer = behaviour(own, ask)
        return answer if isinstance(answer, Answer) else await answer

    def _operation(self, request: Request) -> str:
        found = match(self._paths, request.path)
        if found is None:
            return ""
        operation = found[0].operation(request.method)
        return operation.id if operation else ""

    def _role(self, request: Request) -> str:
        try:
            user = self._authenticate(request.headers.get("authorization", ""))
        except NotAuthenticated:
            return "anonymous"
        if user.is_staff:
            return "staff"
        return "support" if user.is_support else "owner" if user.owner_of else "nobody"
