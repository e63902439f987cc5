"""Plans: the short way of a request, with its operation prepared at start-up.

Connexion's middlewares work out routing, security and validators again for each request. `Plans` stands in
front of them: it gets each operation from Connexion once, and answers its requests with the checks in the
same order: 404 and 406 of negotiation, 401, 403, the handler (404, 415, 400), the check of the answer.
Redirects, unknown paths, OPTIONS, 405, pages and `--engine stock` go Connexion's way;
`tests/mock/test_engines.py` compares both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connexion.middleware.abstract import RoutedMiddleware
from starlette.requests import ClientDisconnect

from creditkit.errors import Refusal

from .answers import Check, Outgoing, outgoing, with_headers
from .dispatch import DispatchAPI, OperationApp
from .problems import failure, reply_to
from .request_context import Headers, RequestContext, context_with, negotiate, open_context

if TYPE_CHECKING:
    from connexion.operations import AbstractOperation
    from starlette.types import ASGIApp, Receive, Scope, Send

    from creditkit.contract import PathItem
    from creditkit.mock.reading.forms import RawBody
    from creditkit.store import User


class Plans(RoutedMiddleware[DispatchAPI]):
    """The middleware that answers requests for operations and passes on all others.

    `made` is called with it when Connexion has made it.
    """

    api_cls = DispatchAPI

    def __init__(
        self,
        app: ASGIApp,
        *,
        make: Callable[[AbstractOperation], OperationApp],
        paths: tuple[PathItem, ...],
        authenticate: Callable[[str], User],
        check: Check,
        made: Callable[[Plans], object],
    ) -> None:
        super().__init__(app)
        made(self)
        self._make = make
        self._paths = paths
        self._authenticate = authenticate
        self._check = check
        self._plans: dict[tuple[str, str], OperationApp] = {}

    def add_api(self, specification: Any, **kwargs: Any) -> DispatchAPI:
        """Make the plans of one contract."""
        api: DispatchAPI = super().add_api(specification, make=self._make, **kwargs)
        for plan in api.operations.values():
            self._plans[plan.operation.path, plan.operation.method] = plan
        return api

    def open(self, method: str, path: str, query: bytes, headers: Headers, base: str) -> RequestContext:
        """The context of a request without an ASGI scope."""
        return context_with(method, path, query, headers, base, self._paths)

    def plan(self, context: RequestContext) -> OperationApp | None:
        """The plan of a request, if it is for an operation."""
        item = context.item
        return None if item is None else self._plans.get((item.template, context.method))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        plan = None
        if scope["type"] == "http":
            context = open_context(scope, self._paths)
            plan = self.plan(context)
        if plan is None:
            await self.app(scope, receive, send)
            return
        try:
            raw_body = await plan.raw_body(context, await plan.content(receive))
        except ClientDisconnect:
            return
        answer = self.answer(plan, context, raw_body)
        if answer.status < 400:
            try:
                await plan.flush()
            except Exception as error:
                answer = self._checked(context, _failed(context, error))
        await answer.send(send)

    def answer(self, plan: OperationApp, context: RequestContext, raw_body: RawBody) -> Outgoing:
        """The answer to one request; its changes may not be on disk yet."""
        try:
            answer = self._answered(plan, context, raw_body)
        except Exception as error:
            answer = _failed(context, error)
        return self._checked(context, answer)

    def _answered(self, plan: OperationApp, context: RequestContext, raw_body: RawBody) -> Outgoing:
        try:
            negotiate(context)
            context.user = self._authenticate(context.headers.get("authorization"))
            return outgoing(plan.handle(context, raw_body))
        except Refusal as refusal:
            context.refuse(refusal)
            media_type, reply = reply_to(refusal, as_problem=context.wants_problem)
            return outgoing(reply, media_type)

    def _checked(self, context: RequestContext, answer: Outgoing) -> Outgoing:
        item = context.item
        assert item is not None
        if context.method == "HEAD":
            answer.body = b""
        return self._check(context, with_headers(answer, item))


def _failed(context: RequestContext, error: Exception) -> Outgoing:
    return outgoing(failure(context.method, context.path, error), "text/html; charset=utf-8")
