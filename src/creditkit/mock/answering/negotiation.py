"""The checks before an operation is chosen.

In the order of the real server (observed D24): a path without its trailing slash is redirected, an
unknown path is an HTML 404; then `?format=` and `Accept` (404, 406); and for a method that the path does
not have, credentials (401) before OPTIONS or 405. Everything else goes on to Connexion's routing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse, Response

from creditkit.contract import match
from creditkit.errors import MethodNotAllowed

from .options import metadata
from .request_context import RequestContext, context_of, negotiate

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from creditkit.contract import PathItem
    from creditkit.store import User

_PAGE_NOT_FOUND = """<!doctype html>
<html lang="en">
<head><title>Not Found</title></head>
<body><h1>Not Found</h1><p>The requested resource was not found on this server.</p></body>
</html>
"""


class Negotiation:
    """The middleware in front of routing."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        paths: tuple[PathItem, ...],
        authenticate: Callable[[str], User],
        home: str,
    ) -> None:
        self._app = app
        self._paths = paths
        self._authenticate = authenticate
        self._home = home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what needs no operation, raise a Refusal, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = context_of(scope)
        answer = self._answer(context, scope)
        if answer is None:
            # Starlette's mounts, under which Connexion routes, match no line break; no uuid has one either.
            routable = {**scope, "path": context.path.replace("\n", " ")}
            await self._app(routable, receive, send)
        else:
            await answer(scope, receive, send)

    def _answer(self, context: RequestContext, scope: Scope) -> Response | None:
        if context.item is None:
            return self._elsewhere(context, scope)
        negotiate(context)
        if context.method in context.item.allow[:-1]:
            return None
        user = self._authenticate(context.headers.get("authorization", ""))
        if context.method == "OPTIONS":
            return metadata(context.item, user)
        raise MethodNotAllowed(f'Method "{context.method}" not allowed.')

    def _elsewhere(self, context: RequestContext, scope: Scope) -> Response:
        if context.path == "/":
            return RedirectResponse(self._home, status_code=302)
        if match(self._paths, context.path + "/"):
            # The real server redirects every method, though most clients then lose the body (observed D24).
            query = scope["query_string"].decode("latin-1")
            target = scope.get("raw_path", context.path.encode()).decode("latin-1").split("?")[0] + "/"
            return RedirectResponse(f"{target}?{query}" if query else target, status_code=301)
        return HTMLResponse(_PAGE_NOT_FOUND, status_code=404)
