"""CORS: pages of other origins may call the mock, and may read the headers that they need.

A real deployment's proxy sends `*` and exposes the headers that the web client reads (observed D24). The mock
also exposes `Location` and the headers of choices and faults. A preflight is answered before all other steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

EXPOSED = ("Link", "X-Result-Count", "Location", "Retry-After", "Preference-Applied", "X-Mock-Answer")


class Cors(CORSMiddleware):
    """Starlette's CORS, open to every origin."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
            allow_headers=["*"],
            expose_headers=EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request without an origin: every answer has `Vary: Origin` in any case."""
        for name, _ in scope.get("headers", ()):
            if name == b"origin":
                await super().__call__(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:  # noqa: ARG002
        """Pass a message on; the first of an answer gets the headers that let the page read it."""
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(self.simple_headers)
        await send(message)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Starlette's answer to a preflight, with an empty body."""
        answer = super().preflight_response(request_headers)
        if answer.status_code == 200:
            answer.body = b""
            answer.headers["content-length"] = "0"
        return answer
