"""The mount: where the control API stands in the mock's app.

It is a Connexion app of its own, made when somebody first asks for it, so that a mock starts no later for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .guard import ROOT, is_control

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from creditkit.mock.worlds.worlds import Scenes


class Control:
    """The middleware that answers what is under /_mock/ and passes on everything else."""

    def __init__(self, app: ASGIApp, *, scenes: Scenes) -> None:
        self._app = app
        self._scenes = scenes
        self._control: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "http" and scope["path"].startswith(ROOT) and is_control(scope["path"]):
            if self._control is None:
                from .app import create_control  # reads and checks a contract: not before somebody asks

                self._control = create_control(self._scenes)
            await self._control(scope, receive, send)
        else:
            await self._app(scope, receive, send)
