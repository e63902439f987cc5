"""Staging: how the app comes about that is served, with a contract of one's own, and reloaded or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from creditkit import handlers
from creditkit.contract import API, load

from .contracts import read_contract
from .ready import ready

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from creditkit.mock import MakeApp, Plans, Settings, Staging
    from creditkit.store import World


class Swap:
    """An app that stands for another one, which may be swapped while requests are answered.

    A request ends with the app that it began with.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @property
    def plans(self) -> Plans | None:
        """The plans of the app of the moment."""
        plans: Plans | None = getattr(self.app, "plans", None)
        return plans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to the app of the moment."""
        await self.app(scope, receive, send)


def staging(contract: Path | None = None, *, reload: bool = False) -> Staging:
    """What `creditkit.mock.serve` takes to serve a contract of one's own, and to reload.

    `contract` None is the packaged one. Raises ContractError when entered, where it cannot be served.
    """

    @contextmanager
    def staged(make: MakeApp, world: World, settings: Settings) -> Iterator[ASGIApp]:
        served = read_contract(contract, handlers).contract if contract else load(API)
        app = ready(make, served, handlers, contract)
        if not reload:
            yield app
            return
        from .reloader import Reloader  # its watcher is for those who reload

        swap = Swap(app)
        with Reloader(make, world, settings, swap, served, contract).watching():
            yield swap

    return staged
