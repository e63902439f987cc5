"""From a routed request to its handler, in the order of the real server's checks.

Observed (D24): permission (403) before existence (404) before the body (415, 400). Connexion has routed
the request and established the user; the handler does the rest through its `Call`, which reads query and
body by the contract when the handler asks for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware

from creditkit.errors import NotPermitted, Refusal, Rejected
from creditkit.handlers import Call, Input, Query, Reply, links_of
from creditkit.mock.reading import bodies, forms, queries

from .answers import outgoing, with_headers
from .request_context import RequestContext, context_of

if TYPE_CHECKING:
    from connexion.operations import AbstractOperation
    from starlette.types import Receive, Scope, Send

    from creditkit.contract import Operation, PathItem
    from creditkit.store import User, World

_NOTHING = forms.RawBody("", b"")


def may_call(operation: Operation, user: User) -> bool:
    """Whether the contract's `x-role` lets this user call the operation."""
    return operation.role != "staff" or user.is_staff


class OperationApp:
    """The ASGI app of one operation: permission, then the handler."""

    def __init__(
        self,
        operation: Operation,
        handler: Callable[[Call], Reply],
        *,
        world_of: Callable[[], World],
        operations: dict[str, Operation],
        paths: tuple[PathItem, ...],
    ) -> None:
        self.operation = operation
        self._handler = handler
        self._world_of = world_of
        self._operations = operations
        self._reader = bodies.Reader(operation, paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or raise a Refusal."""
        context = context_of(scope)
        assert context.item is not None
        reply = await self.reply(context, await self.content(receive))
        await with_headers(outgoing(reply), context.item).send(send)

    async def content(self, receive: Receive) -> bytes:
        """The whole body of a request, if the operation has one. Raises ClientDisconnect."""
        return await forms.content_of(receive) if self.operation.bodies else b""

    async def reply(self, context: RequestContext, content: bytes) -> Reply:
        """The reply to one request, after `flush`; raises a Refusal."""
        reply = self.handle(context, await self.raw_body(context, content))
        await self.flush()
        return reply

    def raw_body_at_once(self, context: RequestContext, content: bytes) -> forms.RawBody | None:
        """The body of a request, unread; None for a form, whose parser is asynchronous."""
        if not content or not self.operation.bodies:
            return _NOTHING
        return forms.raw_body_of(content, context.headers.get("content-type"))

    async def raw_body(self, context: RequestContext, content: bytes) -> forms.RawBody:
        """The body of any request, unread."""
        found = self.raw_body_at_once(context, content)
        if found is None:
            found = await forms.receive(content, context.headers.get("content-type"))
        return found

    async def flush(self) -> None:
        """With `--durable`, wait until all changes so far are on disk."""
        flushed = self._world_of().flushed()
        if flushed is not None:
            await asyncio.shield(asyncio.wrap_future(flushed))

    def handle(self, context: RequestContext, raw_body: forms.RawBody) -> Reply:
        """What the handler answers to one request; raises a Refusal.

        Nothing is awaited between reading and writing the world, so every request is atomic.
        """
        world, user = self._world_of(), context.user
        assert user is not None, "every operation of the contracts has security"
        if not may_call(self.operation, user):
            raise NotPermitted("You do not have permission to perform this action.")

        def body() -> Input:
            found = context.found
            if found is None:
                found = context.found = self._reader.read(raw_body)
            if isinstance(found, Refusal):
                raise found
            return found

        try:
            return self._handler(
                Call(
                    world,
                    user,
                    links_of(context.base, context.format),
                    context.path,
                    context.query,
                    context.parameters.get("uuid", ""),
                    partial(self._select, context.query),
                    body,
                )
            )
        except Rejected as refusal:
            sent = context.found.sent if isinstance(context.found, Input) else {}
            raise bodies.told(refusal, self.operation, sent) from None

    def _select(self, query: Query, operation_id: str) -> dict[str, Any]:
        return queries.read(self._operations[operation_id], query)


class DispatchAPI(RoutedAPI[OperationApp]):
    """The operation apps of one contract, made by Connexion once at start."""

    def __init__(self, *args: Any, make: Callable[[AbstractOperation], OperationApp], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._make = make
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> OperationApp:
        """The app of one operation, with the handler that Connexion's resolver found for it."""
        return self._make(operation)


class Dispatch(RoutedMiddleware[DispatchAPI]):
    """The innermost app: Connexion's own mechanism brings each request to its operation."""

    api_cls = DispatchAPI

    def __init__(
        self, world_of: Callable[[], World], operations: dict[str, Operation], paths: tuple[PathItem, ...]
    ) -> None:
        super().__init__(_nothing_here)
        self._world_of = world_of
        self._operations = operations
        self._paths = paths

    def add_api(self, specification: Any, **kwargs: Any) -> DispatchAPI:
        """Register the operations of one contract."""
        api: DispatchAPI = super().add_api(specification, make=self.make, **kwargs)
        return api

    def make(self, operation: AbstractOperation) -> OperationApp:
        """The app of one operation, with the handler that Connexion's resolver found for it."""
        return OperationApp(
            self._operations[operation.operation_id],
            operation.function,
            world_of=self._world_of,
            operations=self._operations,
            paths=self._paths,
        )


async def _nothing_here(scope: Scope, _receive: Receive, _send: Send) -> None:
    raise LookupError(f"{scope['method']} {scope['path']} was negotiated but not routed")
